"""Posts of a file sent through the pipeline again, on the log's own clock.

Everything carries the time of the posts, never that of the machine: a replay gives the same
bins, spikes and identities whenever and however fast it runs. Guarantee: every line becomes
one post or one rejection with line and column; nothing is sent out of order.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from collectors import Rejected
from collectors.runner.jsonl import Sourced, in_order, opened, read
from collectors.runner.look import COMPONENT, Bench, hand_over
from collectors.runner.pages import oversize
from collectors.runner.privacy import Veil, mask
from collectors.runner.refine import refine
from rezonans import topics
from rezonans.records import DeadLetter, Page, Post, encode

VERSION = "1"
KEY = b"replay"
"""One key, one partition: at full speed partitions would run apart by days of the posts."""
_PSEUDONYM = re.compile(r"[a-z0-9]{1,8}:[a-z2-7]{26}")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How posts become pages."""

    history: timedelta = timedelta(0)
    """So much of the beginning teaches and never alerts."""
    slice: timedelta = timedelta(seconds=5)
    """Posts of a container within one slice of event time travel together."""
    heartbeat: timedelta = timedelta(minutes=5)
    """So often every container says how far it has been looked at."""
    tail: timedelta = timedelta(hours=1)
    """Heartbeats go on for so long after the last post, so that the last bins close."""


@dataclass(kw_only=True)
class Report:
    """What a replay sent."""

    posts: int = 0
    pages: int = 0
    rejected: int = 0
    first: datetime | None = None
    last: datetime | None = None
    """Time of the posts."""


def pages(posts: Iterable[Sourced], plan: Plan) -> Iterator[Page]:
    """Posts in order of time as pages, with heartbeats where containers are quiet. Pure."""
    planner: _Planner | None = None
    for sourced in posts:
        if planner is None:
            planner = _Planner(plan, sourced.post.published_at)
        yield from planner.until(sourced.post.published_at)
        planner.add(sourced)
    if planner is not None:
        yield from planner.until(planner.edge + plan.tail)


class _Planner:
    """Where a plan stands: the open slice, and what each container has claimed."""

    def __init__(self, plan: Plan, first: datetime) -> None:
        self.plan = plan
        self.edge = first + plan.slice
        self._first = first
        self._beat = first + plan.heartbeat
        self._open: dict[str, list[Post]] = {}
        self._claimed: dict[str, datetime] = {}
        self._sequence = 0

    def add(self, sourced: Sourced) -> None:
        self._open.setdefault(sourced.container, []).append(sourced.post)

    def until(self, moment: datetime) -> Iterator[Page]:
        """Close every slice that ends not later than a moment."""
        while self.edge <= moment:
            for container, posts in self._open.items():
                yield from self._cut(container, posts)
            self._open = {}
            if self.edge >= self._beat:
                yield from self._beats()
            self.edge += self._stride(moment)

    def _stride(self, moment: datetime) -> timedelta:
        """A slice; over a silence as many as there are to the next heartbeat."""
        quiet = max(min(moment, self._beat) - self.edge, timedelta(0))
        return self.plan.slice * max(quiet // self.plan.slice, 1)

    def _beats(self) -> Iterator[Page]:
        silent = [c for c, at in self._claimed.items() if at < self.edge]
        for container in silent:
            yield self._page(container, (), self.edge)
        due = (self.edge - self._beat) // self.plan.heartbeat + 1
        self._beat += self.plan.heartbeat * due

    def _cut(self, container: str, posts: list[Post]) -> Iterator[Page]:
        """One container's slice; a page that is not its last claims no more than before."""
        before = self._claimed.get(container, posts[0].published_at)
        groups = list(_groups(posts))
        for group in groups[:-1]:
            yield self._page(container, group, before)
        yield self._page(container, groups[-1], self.edge)

    def _page(self, container: str, posts: tuple[Post, ...], looked_until: datetime) -> Page:
        self._sequence += 1
        self._claimed[container] = looked_until
        return Page(
            platform=container.partition(":")[0],
            container=container,
            target=f"replay/{container}",
            looked_until=looked_until,
            observed_at=self.edge,
            sequence=self._sequence,
            collector="replay",
            collector_version=VERSION,
            history=self.edge <= self._first + self.plan.history,
            posts=tuple(_observed(post, self.edge) for post in posts),
        )


def _observed(post: Post, edge: datetime) -> Post:
    """Seen when it says, as far as the clock of the replay allows; else at the page's time."""
    seen = edge if post.observed_at <= post.published_at else min(post.observed_at, edge)
    return msgspec.structs.replace(post, observed_at=seen)


def _groups(posts: list[Post]) -> Iterator[tuple[Post, ...]]:
    group: list[Post] = []
    size = 2_000
    for post in posts:
        weight = len(encode(post)) + 1
        full = len(group) == topics.MAX_PAGE_POSTS or size + weight > topics.MAX_PAGE_BYTES
        if group and full:
            yield tuple(group)
            group, size = [], 2_000
        group.append(post)
        size += weight
    yield tuple(group)


def veiled(sourced: Sourced, veil: Veil) -> Sourced:
    """Without personal data; authors that are pseudonyms already stay as they are."""
    post, platform = sourced.post, sourced.container.partition(":")[0]
    known = post.author is not None and _PSEUDONYM.fullmatch(post.author)
    bare = msgspec.structs.replace(post, author=None) if known else post
    clean = refine(bare, platform, veil, post.observed_at).post
    return Sourced(
        sourced.container,
        msgspec.structs.replace(clean, author=post.author) if known else clean,
    )


@dataclass
class _Reading:
    """A file on its way: good posts come out, rejections are kept until they are told."""

    veil: Veil
    rejected: list[Rejected] = field(default_factory=list)

    def posts(self, lines: Iterable[bytes], name: str) -> Iterator[tuple[int, Sourced]]:
        for number, piece in read(lines, name):
            if isinstance(piece, Rejected):
                self.rejected.append(piece)
                continue
            sourced = veiled(piece, self.veil)
            over = oversize(sourced.post)
            if over is not None:
                self.rejected.append(msgspec.structs.replace(over, place=f"{name}:{number}:"))
                continue
            yield number, sourced


async def replay(
    path: Path,
    bench: Bench,
    plan: Plan,
    *,
    speed: float | None = None,
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Send a file at `speed` seconds of the posts a second, history and `None` at full speed.

    `Invalid` with one sentence when the file can not be read or is far out of order.
    """
    report, reading = Report(), _Reading(bench.veil)
    with opened(path) as lines:
        planned = pages(in_order(reading.posts(lines, path.name), path.name), plan)
        async for page in _paced(planned, bench, speed):
            report.rejected += await _tell(reading, bench, page.observed_at)
            await hand_over(topics.POSTS.name, KEY, encode(page), bench)
            _count(report, page)
            if progress is not None:
                progress(report)
        report.rejected += await _tell(reading, bench, report.last or bench.clock.now())
    return report


async def _paced(planned: Iterable[Page], bench: Bench, speed: float | None) -> AsyncIterator[Page]:
    """Pages when their time has come."""
    anchor: tuple[datetime, datetime] | None = None
    for page in planned:
        if speed and not page.history:
            anchor = anchor or (page.observed_at, bench.clock.now())
            due = anchor[1] + (page.observed_at - anchor[0]) / speed
            wait = (due - bench.clock.now()).total_seconds()
            if wait > 0:
                await bench.clock.sleep(wait)
        yield page


def _count(report: Report, page: Page) -> None:
    report.pages += 1
    report.posts += len(page.posts)
    if page.posts:
        report.first = report.first or page.posts[0].published_at
        report.last = page.posts[-1].published_at


async def _tell(reading: _Reading, bench: Bench, at: datetime) -> int:
    """A dead letter for each rejected line, without the line: it is not masked."""
    told, reading.rejected = reading.rejected, []
    for piece in told:
        letter = DeadLetter(
            at=at,
            stage=COMPONENT,
            kind="rejected",
            reason=mask(piece.reason)[0],
            place=piece.place,
            digest=piece.digest,
        )
        await hand_over(topics.DEAD_LETTERS.name, topics.POSTS.name.encode(), encode(letter), bench)
    return len(told)
