"""What places are called, in the store: names of the gazetteer, for tables that are asked there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from models.places.units import Unit, units
from sinks.clickhouse.client import Client, busy

_ENCODER = msgspec.json.Encoder()
_COLUMNS = ("code", "ru", "kk", "written_at")


class NameRow(msgspec.Struct, frozen=True, gc=False):
    code: str
    ru: str
    kk: str
    written_at: datetime


def fill(client: Client, known: Mapping[str, Unit] | None = None) -> int:
    """Write the names that the store has not, or has otherwise; how many. `Busy`: it can not take
    them now, nothing is lost by asking again. A code that the gazetteer has no more stays."""
    found = units() if known is None else known
    now = datetime.now(UTC)
    try:
        rows = client.query("SELECT code, ru, kk FROM place_names FINAL").result_rows
        there = {code: (ru, kk) for code, ru, kk in rows}
        missing = [
            NameRow(code, unit.russian, unit.kazakh, now)
            for code, unit in found.items()
            if there.get(code) != (unit.russian, unit.kazakh)
        ]
        if missing:
            settings = {"date_time_input_format": "best_effort"}
            lines = _ENCODER.encode_lines(missing)
            client.raw_insert("place_names", _COLUMNS, lines, settings, "JSONEachRow")
    except ClickHouseError as error:
        raise busy(error, "writing the names of places") or error from None
    return len(missing)
