"""Table 2 of a 109 service through the whole pipeline: five types, 80,758, one channel of 27."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.collectors.table2 import COLUMNS, MOBILE, MOBILE_ROWS, TABLE2, TOTAL, write_table2
from tests.end_to_end.running import running, wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(480)]

SETTINGS = """
[collectors.ikomek]
kind = "file"
legal_basis = "the body's own appeals"
system = "109"
paths = ["{path}"]
every_seconds = 1

[collectors.ikomek.columns]
"""


def test_table_2_comes_out_exactly(tmp_path: Path) -> None:
    export = tmp_path / "109-2020.csv"
    write_table2(export)
    settings = tmp_path / "settings.toml"
    columns = "".join(f'{field} = "{column}"\n' for field, column in COLUMNS.items())
    settings.write_text(SETTINGS.format(path=export) + columns, encoding="utf-8")
    with running(tmp_path / "state", "--settings", str(settings)) as run:
        addresses = run.addresses()

        def ask(sql: str) -> list[list[str]]:
            token = (run.state / "secrets" / "store.token").read_text().strip()
            answer = httpx.post(
                addresses["store"],
                content=f"{sql} FORMAT TSV",
                headers={"X-ClickHouse-Key": token},
                timeout=30,
            )
            return [line.split("\t") for line in answer.text.splitlines()]

        wait_for(lambda: int(ask("SELECT count() FROM mentions_public")[0][0]) >= TOTAL, 400)
        by_type = ask("SELECT appeal, count() FROM mentions_public GROUP BY appeal")
        by_channel = dict(ask("SELECT channel, count() FROM mentions_public GROUP BY channel"))
        distinct = ask("SELECT uniqExact(item) FROM mentions_public")
        spikes = ask("SELECT count() FROM spikes")
    assert {name: int(count) for name, count in by_type} == TABLE2
    assert int(by_channel[MOBILE]) == MOBILE_ROWS
    assert distinct == [[str(TOTAL)]]
    assert spikes == [["0"]], "an export of a past year is history"
