"""Dead letters into the log, and what became of them: counted in the store, not guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any

from rezonans import topics
from rezonans.cli.letters import Query, remembered
from rezonans.records import DeadLetter
from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Busy
from streams.letters import Ready

ASK_SECONDS = 0.5
Sent = Sequence[tuple[DeadLetter, Ready]]


@dataclass(frozen=True)
class Outcome:
    """What became of what was sent."""

    stored: int
    died_again: int
    on_their_way: int


def send(settings: Settings, wanted: Sent, by: str, progress: Callable[[], None]) -> None:
    """Each message, then the memory of it. Returns when the log has acknowledged all of them."""
    from rezonans.cli.alerting import deliver, order

    async def work() -> None:
        into: Any = deliver(settings)
        try:
            for letter, one in wanted:
                await into(one.topic.name, one.key, one.value)
                await order(into, remembered(letter, one, by, datetime.now(UTC)))
                progress()
        except Busy as busy:
            raise SettingsError(
                f"{busy}; is the log running? What was sent is remembered"
            ) from None
        finally:
            await into.close()

    asyncio.run(work())


def outcome(
    query: Query,
    sent: Sent,
    started: datetime,
    seconds: float,
    *,
    pause: Callable[[float], None] = sleep,
    clock: Callable[[], float] = monotonic,
) -> Outcome:
    """Wait until the store says of every message that it is stored or that it died again."""
    until = clock() + seconds
    while True:
        # the store writes its letters before the look: asked in this order, none slips between
        seen = {n for n, (_, one) in enumerate(sent) if _stored(query, one, started)}
        died = {n for n, (_, one) in enumerate(sent) if _died(query, one, started)}
        waiting = len(sent) - len(seen | died)
        if not waiting or clock() > until:
            return Outcome(len(seen - died), len(died), waiting)
        pause(ASK_SECONDS)


_DIED = """
SELECT count() AS letters FROM dead_letters_public
WHERE at >= {since:DateTime64(3)} AND (has({digests:Array(String)}, digest)
    OR (stage = 'store' AND startsWith(place, {place:String}) AND {place:String} != ''))
"""
_LOOKED = """
SELECT count() AS found FROM looks
WHERE target = {target:String} AND sequence = {sequence:UInt64} AND part = {part:UInt32}
    AND stored_at >= {since:DateTime64(3)}
"""
_KEPT = {
    "spikes": """SELECT count() AS found FROM spikes
        WHERE spike = {spike:String} AND revision = {revision:UInt32}""",
    "actions": """SELECT count() AS found FROM actions
        WHERE action = {action:String} AND subject = {subject:String}""",
    "alerts": "SELECT count() AS found FROM alerts WHERE alert = {alert:String}",
    "remade": """SELECT count() AS found FROM mentions_public
        WHERE day = {day:Date}""",
    "dead-letters": """SELECT count() AS found FROM dead_letters_public
        WHERE place = {place:String} AND digest = {digest:String}""",
}
"""Whether the store has the record of a topic; parameters are fields of it."""


def _died(query: Query, one: Ready, started: datetime) -> bool:
    place = f"{one.record.target}/{one.record.sequence}/" if _is_page(one) else ""
    params = {"since": started, "digests": sorted(one.digests), "place": place}
    return bool(query(_DIED, params)[0]["letters"])


def _stored(query: Query, one: Ready, started: datetime) -> bool:
    from sinks.clickhouse.rows import part

    record = one.record
    if _is_page(one):
        posts = record.posts if hasattr(record, "posts") else [m.post for m in record.mentions]
        asked = {"target": record.target, "sequence": record.sequence, "part": part(posts)}
        return bool(query(_LOOKED, {**asked, "since": started})[0]["found"])
    sql = _KEPT[one.topic.name]
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    asked = {name: value for name, value in fields.items() if f"{{{name}:" in sql}
    return bool(query(sql, asked)[0]["found"])


def _is_page(one: Ready) -> bool:
    return one.topic in (topics.POSTS, topics.MENTIONS)
