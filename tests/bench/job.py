"""The job that all frameworks are given: pages of posts from a topic, understood, to a topic that
others read too, and from there to rows in chDB, acknowledged when they are stored.

Best form for each: our own functions between bytes and bytes and behind them, pages as messages,
as many of them at once as the framework gives. What differs is the shell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import msgspec

PAGE = 50
SAY = "stored"
READY = "ready"
TOPIC, BETWEEN = "posts", "mentions"
SNAPSHOT_SECONDS = 5.0
PARTITIONS = 4


def texts(count: int) -> list[Any]:
    """Posts of the simulation, always the same ones."""
    from rezonans.cli.bench import _posts

    return asyncio.run(_posts(count))


def pages(posts: Sequence[Any], first: int = 0) -> list[tuple[bytes, bytes]]:
    """Keys and values of messages: pages of several containers."""
    from rezonans.records import Page, encode

    found = []
    for number, start in enumerate(range(0, len(posts), PAGE), first):
        some = posts[start : start + PAGE]
        container = f"simulation:{number % 16}"
        page = Page(
            platform="simulation",
            container=container,
            target=f"bench/{number % 16}",
            looked_until=some[-1].observed_at,
            observed_at=some[-1].observed_at,
            sequence=number + 1,
            collector="simulate",
            collector_version="1",
            posts=tuple(some),
        )
        found.append((container.encode(), encode(page)))
    return found


class Job:
    """Our functions for other shells: `understand` between two topics, `store` behind them, and
    with `beside` what else a worker and a store do with mentions."""

    def __init__(self, folder: Path, beside: bool) -> None:
        from models.understanding import load
        from rezonans.cli.processes import _keep_what_is_loaded
        from sinks.clickhouse.client import open_client
        from sinks.clickhouse.migrate import migrate
        from sinks.clickhouse.rollup import Rollups
        from sinks.clickhouse.writer import Writer
        from streams import reading

        self._model = load()
        where = f"chdb://{folder}"
        client = open_client(where)
        migrate(client)
        self._writer = Writer(client)
        self._read = reading.mentions("bench")
        self._beside = _Beside(folder.parent, Rollups(open_client(where))) if beside else None
        self.stored = 0
        _keep_what_is_loaded()

    def understand(self, values: Sequence[bytes]) -> list[bytes]:
        """Pages of posts to pages of mentions."""
        from streams.steps.understand import understand

        found = _envelopes("posts", values)
        model = self._model
        return [one.value for one in understand(found, model, model.versions, datetime.now(UTC))]

    def store(self, values: Sequence[bytes]) -> None:
        """Return when all rows of these pages are stored; says how many posts that are by now."""
        now = datetime.now(UTC)
        found = [self._read(one, now)[0] for one in _envelopes("mentions", values)]
        self._writer.write(found)
        if self._beside:
            self._beside.resonate(found)
        self.stored += sum(len(page.mentions) for page in found)
        print(SAY, self.stored, flush=True)


class _Beside:
    """Lanes and spikes with their snapshot, and rollups on a thread of their own."""

    def __init__(self, folder: Path, rollups: Any) -> None:
        from sinks.clickhouse.rollup import keep
        from streams.resonance import snapshot
        from streams.resonance.settings import ResonanceSettings

        async def call(work: Callable[[], int]) -> int:
            return work()

        self._path = folder / "resonance.snapshot"
        self._snapshot = snapshot.read(self._path, "bench", ResonanceSettings())
        self._written = monotonic()
        Thread(target=lambda: asyncio.run(keep(rollups, call)), daemon=True).start()

    def resonate(self, pages: Sequence[Any]) -> None:
        self._snapshot.state.apply(pages)
        if monotonic() - self._written > SNAPSHOT_SECONDS:
            self._snapshot.write(self._path)
            self._written = monotonic()


def _envelopes(topic: str, values: Sequence[bytes]) -> list[Any]:
    from streams.envelope import Envelope

    return [Envelope(topic, 0, number, b"bench", value) for number, value in enumerate(values)]


def later(posts: Sequence[Any], number: int) -> list[Any]:
    """The same texts as other items of one hour: caches know their words, the store nothing of
    them, and rollups have as much to do as in live work."""
    begin = posts[0].published_at.replace(minute=0, second=0, microsecond=0)
    step = timedelta(hours=1) / (len(posts) + 1)
    return [
        msgspec.structs.replace(
            post,
            item=f"{post.item}-{number}",
            published_at=begin + step * place,
            observed_at=begin + step * place + timedelta(seconds=2),
        )
        for place, post in enumerate(posts)
    ]
