"""What a source showed, made again from its seed, and what the store says of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

import httpx
import msgspec

from collectors import simulate
from collectors.region.world import rhythm
from collectors.runner import instance
from rezonans.records import Post
from tests.end_to_end.running import wait_for

POSTS_A_DAY = 2_000_000


def at_any_hour(posts_a_day: int) -> int:
    """The setting with which the simulation writes so many a day now: a test of the night is no
    other than one of the day."""
    return round(posts_a_day / rhythm(int(time() * 1000)))


STEADY: Mapping[str, object] = {
    "kind": "simulate",
    "legal_basis": "test",
    "posts_per_day": at_any_hour(POSTS_A_DAY),
    "history_days": 0.001,
    "pause_seconds": 7200.0,
}
"""A source without pauses: a restart, and an hour that passes at once, go on in the same live
period."""
LIVE = "SELECT item FROM mentions_public WHERE NOT history"
SLICES = 16
LETTERS = "SELECT count() FROM dead_letters_public"


def variables(source: Mapping[str, object]) -> dict[str, str]:
    """The environment that switches the source on, under the name `load`."""
    return {f"REZONANS_COLLECTORS__LOAD__{key.upper()}": str(v) for key, v in source.items()}


def ask(addresses: Mapping[str, Any], state: Path, sql: str) -> list[str]:
    """Lines of an answer; none while the store does not answer."""
    token = (state / "secrets" / "store.token").read_text().strip()
    try:
        answer = httpx.post(
            addresses["store"],
            content=f"{sql} FORMAT TSV",
            headers={"X-ClickHouse-Key": token},
            timeout=10,
        )
    except httpx.HTTPError:
        return []
    return answer.text.splitlines() if answer.status_code == 200 else []


def live(addresses: Mapping[str, Any], state: Path, seconds: float) -> list[str]:
    """All live items, asked for in slices: the store's door shows no more rows than its cap."""
    found: list[str] = []
    for number in range(SLICES):
        sql = f"{LIVE} AND cityHash64(item) % {SLICES} = {number}"
        found += wait_for(lambda sql=sql: ask(addresses, state, sql), seconds)
    return found


def count(addresses: Mapping[str, Any], state: Path) -> int:
    """Items that the store shows; 0 while it does not answer."""
    return int((ask(addresses, state, "SELECT count() FROM mentions_public") or ["0"])[0])


def shown(source: Mapping[str, object], cursor: str) -> set[str]:
    """Items that the source showed live until a cursor."""
    one = instance("load", dict(source))
    (target,) = one.collector.targets(one.config)
    end = msgspec.json.decode(cursor, type=simulate.Cursor)
    start = msgspec.json.encode(simulate.Cursor(live=end.live, until=end.live)).decode()
    until = datetime.fromtimestamp(end.until / 1000, UTC)

    async def items() -> set[str]:
        async with httpx.AsyncClient() as http:
            answers = one.collector.fetch(one.config, target, http, start, until)
            return {
                post.item
                async for answer in answers
                for post in one.collector.parse(one.config, target, answer)
                if isinstance(post, Post)
            }

    return asyncio.run(items())


def cursor(addresses: Mapping[str, Any], state: Path) -> str:
    """Where the store says that the source stands."""
    return ask(addresses, state, "SELECT cursor FROM cursors_latest WHERE target LIKE 'load/%'")[0]


def looked_until(addresses: Mapping[str, Any], state: Path) -> datetime:
    """Until when the store has all of the source; long ago while it does not answer."""
    sql = "SELECT cursor FROM cursors_latest WHERE target LIKE 'load/%'"
    found = ask(addresses, state, sql)
    until = msgspec.json.decode(found[0], type=simulate.Cursor).until if found else 0
    return datetime.fromtimestamp(until / 1000, UTC)
