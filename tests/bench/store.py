"""Our store as the bench starts it: `python -m tests.bench.store [bare]`. It says how many posts
are stored as soon as they are, as the peers do; `bare`: it computes no rollups.
"""

from __future__ import annotations

import sys
from typing import Any

from rezonans.cli import main as rezonans
from sinks.clickhouse import rollup
from sinks.clickhouse.writer import Writer
from tests.bench.job import SAY


def main() -> None:
    write, stored = Writer.write, 0

    def said(self: Writer, mentions: Any = (), *others: Any, **named: Any) -> None:
        nonlocal stored
        write(self, mentions, *others, **named)
        if mentions:
            stored += sum(len(page.mentions) for page in mentions)
            print(SAY, stored, flush=True)

    Writer.write = said  # type: ignore[method-assign]
    if sys.argv[1:] == ["bare"]:
        rollup.EVERY_SECONDS = 1e9
    rezonans(["store"])


if __name__ == "__main__":
    main()
