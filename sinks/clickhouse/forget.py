"""Forgets one item, or the pseudonyms of one epoch, in every table of the store.

Of an item nothing stays but a mark without content that it is gone (its identity, place and
times), so that a redelivery or a later look does not bring it back. Of an epoch of pseudonyms the
posts stay, and nobody can say any more which of them have one author: each is a voice of its own.

Guarantee: when it returns, rows that hold what was to be forgotten are rewritten on disk, not only
hidden. Every step can be repeated; after a crash the same call does the rest. Numbers that were
computed from it are computed again: at once for an item, by the journal for an epoch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.clickhouse import journal
from sinks.clickhouse.client import Client, busy
from sinks.clickhouse.layout import HERE, Layout
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import BURY

FORGOTTEN = "forgotten"

_HOURS = "SELECT DISTINCT toStartOfHour(published_at) FROM mentions WHERE {condition}"
_NAMED = "arrayExists(one -> position(assumeNotNull({column}), one) > 0, {{items:Array(String)}})"
_SPIKES = "SELECT spike, revision, record FROM spikes FINAL WHERE {condition}"
_COUNT = "SELECT count() FROM mentions WHERE {condition}"

_OF_ITEMS = (
    # table, what becomes of the rows, which rows
    ("mentions", "DELETE", "item IN {items:Array(String)} AND deleted = 0"),
    (
        "mentions",
        "UPDATE context = NULL, root = if(root IN {items:Array(String)}, NULL, root), "
        "parent = if(parent IN {items:Array(String)}, NULL, parent), repost_of = "
        "if(repost_of IN {items:Array(String)}, {forgotten:String}, repost_of)",
        "root IN {items:Array(String)} OR parent IN {items:Array(String)} "
        "OR repost_of IN {items:Array(String)}",
    ),
    ("counters", "DELETE", "item IN {items:Array(String)}"),
    ("deletions", "DELETE", "item IN {items:Array(String)}"),
    ("actions", "DELETE", "subject IN {items:Array(String)}"),
    ("dead_letters", "UPDATE payload = NULL", _NAMED.format(column="ifNull(payload, '')")),
)
_OF_THEM = "item IN {items:Array(String)} OR parent IN {items:Array(String)}"
_TOLD = "arrayExists(reply -> has({items:Array(String)}, reply.1), replies)"
_SUPERSEDED = (
    # Hours as they were computed before, which name it as a question or as what was replied to.
    # One that was not computed again yet goes too: the journal brings it back without the item.
    ("lane_hours", "DELETE", _TOLD),
    (
        "rollup_hours",
        "DELETE",
        f"hasAny(by_question.item, {{items:Array(String)}}) OR {_TOLD}",
    ),
)
_OF_EPOCH = (
    ("mentions", "UPDATE author = NULL", "startsWith(ifNull(author, ''), {prefix:String})"),
    (
        "dead_letters",
        "UPDATE payload = NULL",
        "position(ifNull(payload, ''), concat('\"', {prefix:String})) > 0",
    ),
)


@dataclass(frozen=True)
class Forgotten:
    """How much there was of it."""

    mentions: int
    """Rows of mentions, all versions."""
    hours: int
    """Hours whose numbers it was in."""
    spikes: int
    """Changes of spikes that quoted it."""


def items(
    client: Client,
    named: Sequence[str],
    layout: Layout = HERE,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Forgotten:
    """Forget these items. `Busy`: the store can not do it now, nothing is lost by asking again."""
    asked = {"items": list(named), "forgotten": FORGOTTEN}
    hours = _hours(client, _OF_THEM, asked)
    found = _count(client, "item IN {items:Array(String)} AND deleted = 0", asked)
    journal.touch(client, hours, now())
    _run(client, BURY, {"items": list(named), "stored_at": now()})
    spikes = _rows(client, _SPIKES.format(condition=_NAMED.format(column="record")), asked)
    for row in spikes:
        _scrub(client, row, set(named), layout)
    for table, change, rows in _OF_ITEMS:
        _rewrite(client, layout, (table, change, rows), asked)
    journal.touch(client, hours, now())
    _recompute(client, hours, now)
    for table, change, rows in _SUPERSEDED:
        _rewrite(client, layout, (table, change, rows), asked)
    return Forgotten(found, len(hours), len(spikes))


def epoch(
    client: Client,
    name: str,
    layout: Layout = HERE,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Forgotten:
    """Forget who the authors of an epoch were. The hours are left to the journal: they may be
    those of years."""
    asked = {"prefix": f"{name}:"}
    condition = "startsWith(ifNull(author, ''), {prefix:String})"
    hours = _hours(client, condition, asked)
    found = _count(client, condition, asked)
    journal.touch(client, hours, now())
    for change in _OF_EPOCH:
        _rewrite(client, layout, change, asked)
    journal.touch(client, hours, now())
    return Forgotten(found, len(hours), 0)


def _recompute(client: Client, hours: set[datetime], now: Callable[[], datetime]) -> None:
    rollups = Rollups(client, now)
    rollups.compute(sorted(hours))
    rollups.compute_days(sorted(hours))


def _scrub(client: Client, row: Sequence[Any], named: set[str], layout: Layout) -> None:
    """The record of a spike keeps its numbers and loses what it quotes of the items."""
    spike, revision, record = row
    found = json.dumps(without(json.loads(record), named), ensure_ascii=False)
    asked = {"spike": spike, "revision": revision, "record": found}
    rows = "spike = {spike:String} AND revision = {revision:UInt32}"
    _rewrite(client, layout, ("spikes", "UPDATE record = {record:String}", rows), asked)


def without(record: Any, named: set[str]) -> Any:
    """The same JSON with what it says of these items left out: text, link, name."""
    if isinstance(record, list):
        return [without(one, named) for one in record]
    if not isinstance(record, dict):
        return FORGOTTEN if isinstance(record, str) and record in named else record
    found = {name: without(value, named) for name, value in record.items()}
    if named.isdisjoint(value for value in record.values() if isinstance(value, str)):
        return found
    return {
        name: "" if name == "text" else value
        for name, value in found.items()
        if name not in ("url", "title", "author")
    }


def _rewrite(
    client: Client, layout: Layout, change: tuple[str, str, str], asked: dict[str, Any]
) -> None:
    table, what, rows = change
    where = f"ALTER TABLE {layout.stored_in(table)} {layout.on_cluster} {what} WHERE {rows}"
    # on every replica, before it returns
    _run(client, where, asked, {"mutations_sync": 2})


def _hours(client: Client, condition: str, asked: dict[str, Any]) -> set[datetime]:
    rows = _rows(client, _HOURS.format(condition=condition), asked)
    return {row[0].replace(tzinfo=UTC) for row in rows}


def _count(client: Client, condition: str, asked: dict[str, Any]) -> int:
    return int(_rows(client, _COUNT.format(condition=condition), asked)[0][0])


def _rows(client: Client, sql: str, asked: dict[str, Any]) -> Sequence[Sequence[Any]]:
    try:
        return client.query(sql, asked).result_rows
    except ClickHouseError as error:
        raise busy(error, "looking for what is to be forgotten") or error from None


def _run(
    client: Client, sql: str, asked: dict[str, Any], settings: dict[str, Any] | None = None
) -> None:
    try:
        client.command(sql, asked, settings=settings)
    except ClickHouseError as error:
        raise busy(error, "forgetting") or error from None
