"""Run by test_crash: writes pages until it is killed, or tells what a store holds.

`python -m tests.sinks.clickhouse.crashing write|count FOLDER`
"""

from __future__ import annotations

import json
import sys

from sinks.clickhouse.client import open_client
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, mention, page

PER_PAGE = 20


def write(where: str) -> None:
    client = open_client(where)
    migrate(client)
    writer = Writer(client, lambda: NOW)
    newest = client.query("SELECT max(sequence) FROM cursors").result_rows[0][0]
    for sequence in range(newest + 1, newest + 10_000):
        found = [mention(f"a:{sequence}_{number}") for number in range(PER_PAGE)]
        writer.write([page(*found, sequence=sequence)])
        print(sequence, flush=True)


def count(where: str) -> None:
    client = open_client(where)
    rows = client.query(
        "SELECT count(), uniqExact(item), "
        "(SELECT max(sequence) FROM cursors_latest) FROM mentions_public"
    ).result_rows[0]
    print(json.dumps(dict(zip(("rows", "items", "cursor"), rows, strict=True))))


if __name__ == "__main__":
    {"write": write, "count": count}[sys.argv[1]](sys.argv[2])
