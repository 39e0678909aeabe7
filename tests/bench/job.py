"""The job that all frameworks are given: pages of posts, the shipped models, rows in chDB.

Best form for each: pages as messages, the models on whole pages, rows inserted many at a time,
acknowledged after they are stored. What else we do on the way (dead letters, a second topic that
others can read, lanes, cursors, looks, delays, a journal for rollups) the peers do not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

PAGE = 50
SAY = "stored"
READY = "ready"
TOPIC = "posts"
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
    """What a user would write between a consumer and a store."""

    def __init__(self, folder: Path) -> None:
        from models.understanding import load
        from sinks.clickhouse.client import open_client
        from sinks.clickhouse.migrate import migrate

        self._model = load()
        self._client = open_client(f"chdb://{folder}")
        migrate(self._client)
        self._encoder = msgspec.json.Encoder()
        self.stored = 0

    def rows(self, values: Sequence[bytes]) -> list[Any]:
        """Pages to rows of the same table that we write."""
        from rezonans.records import Mention, Mentions, Page
        from sinks.clickhouse.rows import mention_row
        from streams.steps.understand import _text

        now, found = datetime.now(UTC), []
        for value in values:
            page = msgspec.json.decode(value, type=Page)
            labels = self._model([_text(post) for post in page.posts])
            shell = {n: getattr(page, n) for n in page.__struct_fields__ if n != "posts"}
            around = Mentions(**shell, mentions=())
            for post, said in zip(page.posts, labels, strict=True):
                fields = {n: getattr(said, n) for n in said.__struct_fields__}
                mention = Mention(post=post, model=self._model.versions, **fields)
                found.append(mention_row(mention, around, now))
        return found

    def insert(self, rows: Sequence[Any]) -> None:
        """Return when they are stored; says how many that are by now."""
        from sinks.clickhouse.writer import SETTINGS

        if not rows:
            return
        block = self._encoder.encode_lines(rows)
        names = rows[0].__struct_fields__
        self._client.raw_insert("mentions", names, block, SETTINGS, "JSONEachRow")
        self.stored += len(rows)
        print(SAY, self.stored, flush=True)


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
