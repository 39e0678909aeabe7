"""Labels of newer models into rows that are stored; pure but for the SQL.

The rest of a row (text, author, counts of revisions) is copied inside of the store. Guarantee: a
row of the same revision that other models have labelled gets the next generation, any other row
stays; repeating changes nothing, and a deletion or an edit that comes meanwhile wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from rezonans.remade import Labels, Remade
from sinks.clickhouse.client import Client, busy
from sinks.clickhouse.columns import MentionRow
from sinks.clickhouse.rows import labels_of
from sinks.clickhouse.versions import GENERATION_BITS, GENERATION_SHIFT

_TYPES = {
    "language": "Nullable(String)",
    "script": "Nullable(String)",
    "languages": "Map(String, Float32)",
    "topic": "Nullable(String)",
    "topic_probability": "Nullable(Float32)",
    "topics": "Array(Tuple(String, Float32))",
    "appeal_guess": "Nullable(String)",
    "appeal_probability": "Nullable(Float32)",
    "sentiment": "Nullable(String)",
    "negative": "Nullable(Float32)",
    "neutral": "Nullable(Float32)",
    "positive": "Nullable(Float32)",
    "urgent": "Nullable(Float32)",
    "region": "Nullable(String)",
    "district": "Nullable(String)",
    "place": "Nullable(String)",
    "place_how": "Nullable(String)",
    "places": "Array(Tuple(String, String, String, String))",
    "fingerprint": "Nullable(UInt64)",
}
"""Columns that models say, with their types on the way."""

HEADS = (
    "arraySort(arrayMap((head, version) -> concat(head, '=', version), "
    "mapKeys(model), mapValues(model)))"
)
"""What has labelled a row, as `heads` writes it."""

_COMPUTED = {
    "version": (
        "bitOr(bitAnd(old.version, bitNot(bitShiftLeft("
        f"toUInt128({(1 << GENERATION_BITS) - 1}), {GENERATION_SHIFT}))), "
        f"bitShiftLeft(toUInt128(old.generation + 1), {GENERATION_SHIFT}))"
    ),
    "generation": "old.generation + 1",
    "stored_at": "{stored_at:DateTime64(3)}",
    "appeal": "ifNull(old.stated_appeal, fresh.appeal_guess)",
    "model": (
        "CAST(mapFromArrays({names:Array(String)}, {versions:Array(String)}), "
        "'Map(LowCardinality(String), String)')"
    ),
}


def heads(model: Mapping[str, str]) -> list[str]:
    """Weights in an order of their own, to be compared with `HEADS`."""
    return sorted(f"{head}={version}" for head, version in model.items())


def _value(column: str) -> str:
    if column in _COMPUTED:
        return _COMPUTED[column]
    return f"fresh.{column}" if column in _TYPES else f"old.{column}"


_COLUMNS = MentionRow.__struct_fields__
_STRUCTURE = ", ".join(
    f"{name} {kind}" for name, kind in {"item": "String", "revision": "UInt64", **_TYPES}.items()
)
_REPLACE = f"""
INSERT INTO mentions ({", ".join(_COLUMNS)})
SELECT {", ".join(_value(column) for column in _COLUMNS)}
FROM
(
    SELECT * FROM mentions FINAL
    WHERE day = {{day:Date}} AND item IN {{items:Array(String)}} AND deleted = 0
        AND {HEADS} != {{heads:Array(String)}}
) AS old
INNER JOIN format(JSONEachRow, '{_STRUCTURE}', {{rows:String}}) AS fresh
    ON fresh.item = old.item AND fresh.revision = old.revision
"""  # noqa: S608 nothing of it is input

AT_ONCE = 100
"""Rows of one statement: parameters have a length."""


def replace(client: Client, remade: Remade, stored_at: Any) -> None:
    """Put the labels into the rows. `Busy`: the store can not take it now; repeat it all."""
    for first in range(0, len(remade.labels), AT_ONCE):
        part = remade.labels[first : first + AT_ONCE]
        asked = {
            "day": remade.day,
            "items": [one.item for one in part],
            "heads": heads(remade.model),
            "names": list(remade.model),
            "versions": list(remade.model.values()),
            "stored_at": stored_at,
            "rows": "\n".join(_lines(part)),
        }
        try:
            client.command(_REPLACE, asked)
        except ClickHouseError as error:
            raise busy(error, "putting new labels") or error from None


def _lines(part: Sequence[Labels]) -> list[str]:
    found = []
    for one in part:
        said = labels_of(one)
        row = {name: said[name] for name in _TYPES}
        found.append(
            msgspec.json.encode({"item": one.item, "revision": one.revision, **row}).decode()
        )
    return found
