"""One look at one target: fetch, parse, refine, cut, hand over.

Guarantee: the cursor moves only when the log has acknowledged every page of the answer that
carries it. Whatever goes wrong in between, the next look starts at the last such cursor.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
import random
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, Protocol

import httpx
import structlog

from collectors import Answer, Collector, Rejected, Stretch, Target
from collectors.runner.pace import Pace, Stored
from collectors.runner.pages import Head, next_sequence, oversize, pages
from collectors.runner.privacy import Veil, mask
from collectors.runner.refine import refine
from collectors.runner.schedule import backoff
from rezonans import metrics, topics
from rezonans.records import DeadLetter, Post, encode
from rezonans.redaction import SECRETS
from rezonans.troubles import Busy, Invalid

log = structlog.get_logger("collectors")

COMPONENT = "collect"
_REMEMBERED = 1_000


class Deliver(Protocol):
    """Hands one message to the log."""

    async def __call__(self, topic: str, key: bytes, value: bytes) -> None:
        """Return when the log has acknowledged it; `Busy` when it could not take it."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Time as the runner sees it; tests bring their own."""

    now: Callable[[], datetime] = _now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never go back, whatever is done to the clock."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What all looks of the process share."""

    deliver: Deliver
    veil: Veil
    clock: Clock
    rng: random.Random
    stored: Stored | None = None
    """What the store holds, to pace history by; `None`: history goes at full speed."""


@dataclass(kw_only=True)
class Watch:
    """A target and where we stand with it."""

    instance: str
    kind: str
    collector: Collector
    config: Any
    target: Target
    cursor: str | None = None
    sequence: int = 0
    first: bool = True
    """Nothing of it was ever stored: what the first whole look brings is history."""
    looked_until: datetime | None = None
    reported: OrderedDict[str, None] = field(default_factory=OrderedDict)
    """Rejected pieces that have their dead letter already."""

    @property
    def name(self) -> str:
        return f"{self.instance}/{self.target.name}"


class Seen(NamedTuple):
    """What a look brought."""

    posts: int = 0
    rejected: int = 0
    """Pieces that could not be read and were not met before."""
    reason: str = ""
    """Why the last rejected piece was rejected."""
    lasting: str = ""
    """Which part of the source is not read, at this look as at those before."""
    published: tuple[datetime, ...] = ()
    """Times of the posts that are new and of today, not history."""
    missed: tuple[Stretch, ...] = ()
    found: tuple[Stretch, ...] = ()
    stays_seconds: float = math.inf
    ages: tuple[float, ...] = ()
    """Seconds from publication to acknowledgement, of live posts that the platform dates."""

    def then(self, later: Seen) -> Seen:
        """What both answers of a look brought; the later one has the last word."""
        return Seen(
            self.posts + later.posts,
            self.rejected + later.rejected,
            later.reason or self.reason,
            later.lasting or self.lasting,
            self.published + later.published,
            self.missed + later.missed,
            self.found + later.found,
            min(self.stays_seconds, later.stays_seconds),
            self.ages + later.ages,
        )


async def look(watch: Watch, http: httpx.AsyncClient, bench: Bench) -> Seen:
    """One poll to its end. Raises what the source raises; what was handed over stays so."""
    started = bench.clock.now()
    seen = Seen()
    answers = 0
    pace = Pace(watch.name, bench.stored, bench.clock.sleep)
    stream = watch.collector.fetch(watch.config, watch.target, http, watch.cursor, started)
    async for answer in stream:
        answers += 1
        got = await _take(watch, answer, started, bench)
        if answer.history or watch.first:
            await pace.handed_over(watch.sequence, got.posts)
        seen = seen.then(got)
    if not answers:
        await _take(watch, Answer(body=b""), started, bench, parse=False)
    await pace.all_stored()
    watch.first = False
    return seen


async def _take(
    watch: Watch, answer: Answer, started: datetime, bench: Bench, *, parse: bool = True
) -> Seen:
    """One answer, all the way to the log."""
    received = bench.clock.now()
    posts, rejected = _read(watch, answer, received, bench.veil) if parse else ([], [])
    new = await asyncio.gather(*(_reject(watch, p, "rejected", bench) for p in rejected))
    fresh = [piece for piece, is_new in zip(rejected, new, strict=True) if is_new]
    head = Head(
        container=watch.target.container,
        target=watch.name,
        collector=watch.kind,
        collector_version=watch.collector.VERSION,
        observed_at=received,
        looked_until=answer.looked_until or started,
        before=watch.looked_until,
        cursor=answer.cursor,
        history=answer.history or watch.first,
    )
    key = watch.target.container.encode()
    for sequence, value in pages(head, posts, next_sequence(watch.sequence, received)):
        await hand_over(topics.POSTS.name, key, value, bench)
        watch.sequence = sequence
    watch.cursor = answer.cursor if answer.cursor is not None else watch.cursor
    missed = answer.missed or _flagged(posts, watch.looked_until)
    watch.looked_until = head.looked_until
    metrics.SENT.labels(COMPONENT, watch.kind).inc(len(posts))
    reason = f"{fresh[-1].place}: {fresh[-1].reason}" if fresh else ""
    lasting = "; ".join(piece.reason for piece in rejected if piece.lasting)
    new_posts = [p.published_at for p in posts if p.event == "created" and not head.history]
    ages = () if head.history else _ages(posts, bench.clock.now())
    for age in ages:
        metrics.FRESH.labels(watch.kind).observe(age)
    stays = math.inf if answer.stays_seconds is None else answer.stays_seconds
    return Seen(
        len(posts),
        len(fresh),
        reason,
        lasting,
        tuple(new_posts),
        missed,
        answer.found,
        stays,
        ages,
    )


def _ages(posts: Sequence[Post], now: datetime) -> tuple[float, ...]:
    """How old posts are when the log has them, where the platform says when they were written."""
    return tuple(
        (now - post.published_at).total_seconds()
        for post in posts
        if post.event == "created"
        and post.published_origin != "first_seen"
        and post.published_precision != "day"
    )


def _flagged(posts: Sequence[Post], looked_until: datetime | None) -> tuple[Stretch, ...]:
    """What was missed by the word of the posts: up to them, since we had seen all."""
    return tuple(
        Stretch(min(looked_until or post.published_at, post.published_at), post.published_at)
        for post in posts
        if "gap_suspected" in post.flags
    )


def _read(
    watch: Watch, answer: Answer, received: datetime, veil: Veil
) -> tuple[list[Post], list[Rejected]]:
    posts: list[Post] = []
    rejected: list[Rejected] = []
    platform = watch.target.container.split(":", 1)[0]
    for piece in watch.collector.parse(watch.config, watch.target, answer):
        if isinstance(piece, Rejected):
            rejected.append(piece)
            continue
        post, masked = refine(piece, platform, veil, received, watch.config.authors)
        over = oversize(post)
        if over is not None:
            rejected.append(over)
            continue
        posts.append(post)
        for what, count in masked.items():
            metrics.MASKED.labels(what).inc(count)
    metrics.RECEIVED.labels(COMPONENT, watch.kind).inc(len(posts) + len(rejected))
    return posts, rejected


async def _reject(
    watch: Watch, piece: Rejected, kind: Literal["rejected", "invalid"], bench: Bench
) -> bool:
    """A dead letter, once a piece: a feed shows its broken item at every look."""
    known = f"{piece.place} {piece.digest}"
    if known in watch.reported:
        return False
    watch.reported[known] = None
    letter = DeadLetter(
        at=bench.clock.now(),
        stage=COMPONENT,
        kind=kind,
        reason=SECRETS(mask(piece.reason)[0]),
        place=SECRETS(f"{watch.name} {piece.place}"),
        digest=piece.digest,
    )
    await hand_over(topics.DEAD_LETTERS.name, topics.POSTS.name.encode(), encode(letter), bench)
    metrics.DISCARDED.labels(COMPONENT, watch.kind, kind).inc()
    while len(watch.reported) > _REMEMBERED:
        watch.reported.popitem(last=False)
    return True


async def reject_answer(watch: Watch, error: Invalid, bench: Bench) -> None:
    """A whole answer that can not be read: one dead letter a reason."""
    digest = hashlib.sha256(f"{watch.name}\0{error}".encode("utf-8", "replace")).hexdigest()
    piece = Rejected(place=watch.target.name, reason=str(error), digest=digest)
    await _reject(watch, piece, "invalid", bench)


async def hand_over(topic: str, key: bytes, value: bytes, bench: Bench) -> None:
    """Until the log has it: a message that it can not take now is kept and tried again."""
    failures = 0
    while True:
        try:
            await bench.deliver(topic, key, value)
            break
        except Busy as error:
            failures += 1
            metrics.ERRORS.labels(COMPONENT, "deliver", "busy").inc()
            wait = max(error.retry_after, min(backoff(failures, 0.0, bench.rng, base=1.0), 15.0))
            log.warning("log can not take it yet", reason=str(error), again_in=round(wait, 1))
            await bench.clock.sleep(wait)
    if failures:
        log.info("log takes pages again", failures=failures)
