"""A region for demonstration, drills and load tests: posts that nobody wrote.

Guarantee: the same settings and the same cursor give the same posts, so a restart goes on exactly
and a repeated poll repeats the same identities. All is marked by the platform "simulation".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from collectors import Answer, BaseConfig, Offers, Rejected, Target
from collectors.region import incidents, places, posts, stream, truths, words
from collectors.region.incidents import Incident
from collectors.region.stream import Period, Seen
from collectors.region.world import World, spelled
from rezonans.records import Post
from rezonans.topics import MAX_PAGE_POSTS
from rezonans.troubles import Invalid

VERSION = "1"
OFFERS = Offers(
    comments=True,
    counters=True,
    legal_note="Simulated: texts of our own and authors who do not exist. No person is concerned.",
)
DAY_MS = 86_400_000
CAUGHT_UP_MS = 10_000
MOST_POSTS = 500_000
"""An incident is held in memory as a whole."""


class Injected(BaseModel):
    """An incident of the user's own, counted from the start of the live period."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    kato: str = Field(pattern=r"^\d{9}$")
    after_seconds: float = Field(default=5.0, ge=0)
    peak_per_second: float = Field(default=8.0, gt=0, le=1000)
    rise_seconds: float = Field(default=4.0, gt=0)
    decay_seconds: float = Field(default=130.0, gt=0, le=10_800)

    @model_validator(mode="after")
    def _bounded(self) -> Injected:
        if self.peak_per_second * self.decay_seconds > MOST_POSTS:
            msg = f"peak_per_second x decay_seconds is over {MOST_POSTS:,}; lower one of them"
            raise ValueError(msg)
        return self

    @field_validator("kind")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in words.kinds():
            raise ValueError(f"no such incident; there are: {', '.join(words.kinds())}")
        return value


class Config(BaseConfig):
    kind: str = "simulate"
    every_seconds: float = Field(default=0.5, ge=0.1, le=86_400)
    seed: int = Field(default=1, ge=0, lt=2**63)
    region: str = Field(default="31", pattern=r"^\d{2}$")
    posts_per_day: int = Field(default=4_000, ge=1, le=100_000_000)
    """Posts and comments together, incidents not counted. The knob for load."""
    history_days: float = Field(default=7.0, ge=0, le=400)
    incidents: bool | tuple[Injected, ...] = True
    """Drawn by the seed, none, or these."""
    late_share: float = Field(default=0.0, ge=0, le=0.5)
    """Part of the posts that show up 1 to 10 minutes after they were published."""
    pause_seconds: float = Field(default=30.0, gt=0)
    """After a longer pause a new live period begins, with an incident of its own; what was
    missed comes as history."""
    truth: Path | None = None
    """Where the incidents are written down, as JSON lines."""

    @field_validator("region")
    @classmethod
    def _drawn(cls, value: str) -> str:
        if value not in places.regions():
            raise ValueError(f"no such region; there are: {', '.join(places.regions())}")
        return value

    @model_validator(mode="after")
    def _placed(self) -> Config:
        known = [place.kato for place in places.of(self.region)]
        for given in () if isinstance(self.incidents, bool) else self.incidents:
            if given.kato not in known:
                msg = f"incidents: {given.kato} is not in region {self.region}: {', '.join(known)}"
                raise ValueError(msg)
        return self


class Cursor(msgspec.Struct, frozen=True):
    """How far we are, in unix milliseconds, and since when it is live."""

    live: int
    """0 while history is on its way: the live period begins when it has caught up."""
    until: int


def targets(config: Config) -> Sequence[Target]:
    return [
        Target(
            name="region", container=f"{posts.PLATFORM}:region-{config.region}-{_world(config).key}"
        )
    ]


def trial(target: str) -> dict[str, object]:
    return {"region": target, "history_days": 0.1}


async def fetch(
    config: Config,
    target: Target,
    http: httpx.AsyncClient,
    cursor: str | None,
    now: datetime,
) -> AsyncIterator[Answer]:
    """What was posted since `cursor`, until `now`; at first some days of history before it."""
    now_ms = int(now.timestamp() * 1000)
    past, live = _stretches(config, _position(cursor), now_ms)
    if past is not None:
        for answer in _answers(config, past, now_ms, history=True):
            yield answer
    if live is not None:
        _note_truth(config, live)
        for answer in _answers(config, live, now_ms, history=False):
            yield answer


class _Stretch(msgspec.Struct, frozen=True):
    """An interval (since, until] of a live period, or before it; `after` is the cursor's period."""

    period: Period
    since: int
    until: int
    after: int


def _position(cursor: str | None) -> Cursor | None:
    """Where we stand; from the start with a cursor that is not ours, identities stay the same."""
    try:
        return None if cursor is None else msgspec.json.decode(cursor, type=Cursor)
    except msgspec.DecodeError:
        return None


def _stretches(
    config: Config, at: Cursor | None, now_ms: int
) -> tuple[_Stretch | None, _Stretch | None]:
    """What to show as history, and what as live."""
    if at is None:
        at = Cursor(live=0, until=now_ms - int(config.history_days * DAY_MS))
    elif at.until >= now_ms:
        return None, None
    behind = now_ms - at.until
    if not at.live or behind > config.pause_seconds * 1000:
        # History is handed over at the pace of the store: it is live once it has caught up.
        caught_up = not at.live and behind <= CAUGHT_UP_MS
        after = now_ms if caught_up else 0
        return _Stretch(_period(config, at.live), at.until, now_ms, after), None
    period, since = _period(config, at.live), max(at.until, at.live)
    past = _Stretch(period, at.until, at.live, at.live) if at.until < at.live else None
    return past, _Stretch(period, since, now_ms, at.live)


def _world(config: Config) -> World:
    return World(config.seed, config.region, config.posts_per_day, config.late_share)


def _period(config: Config, live_ms: int) -> Period:
    if isinstance(config.incidents, bool) or not live_ms:
        return Period(live_ms, random=live_ms > 0 and config.incidents is True)
    given = (_given(config, live_ms, n, i) for n, i in enumerate(config.incidents))
    return Period(live_ms, random=False, given=tuple(given))


def _given(config: Config, live_ms: int, number: int, injected: Injected) -> Incident:
    return Incident(
        name=f"{_world(config).key}-{spelled(live_ms)}-g{number}",
        kind=injected.kind,
        place=places.number(config.region, injected.kato),
        since_ms=live_ms + int(injected.after_seconds * 1000),
        peak_per_second=injected.peak_per_second,
        rise_seconds=injected.rise_seconds,
        decay_seconds=injected.decay_seconds,
    )


def _answers(config: Config, stretch: _Stretch, now_ms: int, *, history: bool) -> Iterator[Answer]:
    """The posts of a stretch, at most a page each; the last one reaches its end."""
    world = _world(config)
    look = posts.Look(world, now_ms, config.legal_basis, config.home or config.region)
    for chunk, until in _chunks(world, stretch):
        pending = stream.pending_since(world, stretch.period, until)
        yield Answer(
            body=msgspec.json.encode([posts.post(s.plan, s.number, look) for s in chunk]),
            cursor=msgspec.json.encode(Cursor(stretch.after, until)).decode(),
            looked_until=posts.moment(until if pending is None else pending - 1),
            history=history,
        )


def _chunks(world: World, stretch: _Stretch) -> Iterator[tuple[list[Seen], int]]:
    """Posts cut into pages, each with the time it is complete to."""
    held: list[Seen] = []
    for block in stream.between(world, stretch.period, stretch.since, stretch.until):
        held += block
        while len(held) > MAX_PAGE_POSTS:
            size = _cut(held)
            if size == len(held):
                break
            yield held[:size], held[size - 1].seen_ms
            held = held[size:]
    yield held, stretch.until


def _cut(held: list[Seen]) -> int:
    """Where a page may end: never between two posts of the same millisecond."""
    size = MAX_PAGE_POSTS
    while size and held[size - 1].seen_ms == held[size].seen_ms:
        size -= 1
    if size:
        return size
    return next((n for n, s in enumerate(held) if s.seen_ms != held[0].seen_ms), len(held))


def _note_truth(config: Config, stretch: _Stretch) -> None:
    """Write the incidents down when one begins; those of earlier live periods stay."""
    if config.truth is None:
        return
    world, period = _world(config), stretch.period
    begun = stream.happening(world, period, stretch.since, stretch.until)
    if config.truth.exists() and not begun:
        return
    known = stream.happening(world, period, period.live_ms - 1, stretch.until)
    truths.write(config.truth, [incidents.truth(world, i) for i in known])


_WHOLE = msgspec.json.Decoder(list[Post])
_PIECES = msgspec.json.Decoder(list[msgspec.Raw])
_ONE = msgspec.json.Decoder(Post)


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    """The posts of an answer; a damaged one is rejected and its neighbours go on."""
    try:
        whole = _WHOLE.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield from _piecewise(target, answer.body)
        return
    for index, post in enumerate(whole):
        yield _checked(target, index, post)


def _piecewise(target: Target, body: bytes) -> Iterator[Post | Rejected]:
    try:
        pieces = _PIECES.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"parsing {target.container}: {error}") from error
    for index, piece in enumerate(pieces):
        try:
            yield _checked(target, index, _ONE.decode(piece))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield _rejected(target, index, str(error), bytes(piece))


def _checked(target: Target, index: int, post: Post) -> Post | Rejected:
    """A post that keeps the contract: our platform, times with a zone, in order."""
    if not post.item.startswith(f"{posts.PLATFORM}:"):
        reason = f"item does not start with {posts.PLATFORM}:"
    elif post.published_at.tzinfo is None or post.observed_at.tzinfo is None:
        reason = "a time without a zone"
    elif post.published_at > post.observed_at:
        reason = "published later than observed"
    else:
        return post
    return _rejected(target, index, reason, msgspec.json.encode(post))


def _rejected(target: Target, index: int, reason: str, piece: bytes) -> Rejected:
    return Rejected(
        place=f"{target.container}#{index}", reason=reason, digest=sha256(piece).hexdigest()
    )


if TYPE_CHECKING:
    from collectors import Collector, simulate  # noqa: PLW0406 mypy holds the module to the protocol

    _: Collector = simulate
