"""Posts of a file sent through the pipeline again, on the log's own clock.

Everything carries the time of the posts, never that of the machine: a replay gives the same
bins, spikes and identities whenever and however fast it runs. Guarantee: every line becomes
one post or one rejection with line and column; nothing is sent out of order.
"""

from __future__ import annotations

import gzip
import heapq
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import msgspec

from collectors import Rejected
from collectors.runner.look import COMPONENT, Bench, hand_over
from collectors.runner.privacy import Veil
from collectors.runner.refine import refine
from rezonans import topics
from rezonans.records import DeadLetter, Invalid, Page, Post, encode

VERSION = "1"
WINDOW = 200_000
"""Posts that are held to put them in order; a file with fewer may be in any order."""
_DEFAULTS = {"schema": "post.v1", "kind": "post", "legal_basis": "replay of a file"}
_KEYS = {f.encode_name for f in msgspec.structs.fields(Post)} | {"schema", "container"}
_PSEUDONYM = re.compile(r"[a-z0-9]{1,8}:[a-z2-7]{26}")
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_AT_KEY = re.compile(r"at `\$\.(\w+)")


class Sourced(NamedTuple):
    """A post and where it was seen."""

    container: str
    post: Post


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How posts become pages."""

    history: timedelta = timedelta(0)
    """So much of the beginning teaches and never alerts."""
    slice: timedelta = timedelta(seconds=5)
    """Posts of a container within one slice of event time travel together."""
    heartbeat: timedelta = timedelta(minutes=5)
    """A container that is quiet for so long says so."""
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


def read(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, Sourced | Rejected]]:
    """The posts of JSON lines with their line numbers, in the order of the file. Pure."""
    for number, raw in enumerate(lines, 1):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else raw.strip()
        if not line:
            continue
        try:
            yield number, _sourced(line, Path(name).stem)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _Bad) as error:
            place = f"{name}:{number}:{_column(line, str(error))}"
            reason = _AT_BYTE.sub("", str(error)).strip()
            yield number, Rejected(place=place, reason=reason, digest=sha256(line).hexdigest())


class _Bad(Exception):
    """A line that is JSON and no post; says where like msgspec does."""


def _sourced(line: bytes, stem: str) -> Sourced:
    table = cast("dict[str, Any]", msgspec.json.decode(line, type=dict[str, Any]))
    for key in table.keys() - _KEYS:
        raise _Bad(f"no such key {key!r}; take it out or check the spelling - at `$.{key}`")
    for key in ("item", "published_at", "text"):
        if key not in table and not (key == "text" and "title" in table):
            raise _Bad(f"{key!r} is missing")
    container = table.pop("container", None)
    full = {**_DEFAULTS, "observed_at": table["published_at"], **table}
    post = msgspec.convert(full, Post, strict=True)
    return Sourced(_container(container, post.item, stem), _in_utc(post))


def _container(given: Any, item: str, stem: str) -> str:
    platform, colon, rest = item.partition(":")
    if not (platform and colon and rest):
        raise _Bad("item must look like `platform:id` - at `$.item`")
    if given is None:
        return f"{platform}:{stem}"
    if not isinstance(given, str) or not all(given.partition(":")):
        raise _Bad("container must look like `platform:name` - at `$.container`")
    return given


def _in_utc(post: Post) -> Post:
    times = {n: getattr(post, n) for n in ("published_at", "observed_at", "edited_at")}
    for name, time in times.items():
        if time is not None and time.tzinfo is None:
            raise _Bad(f"a time needs a zone, like 2024-04-12T09:30:00+05:00 - at `$.{name}`")
    try:
        return msgspec.structs.replace(
            post, **{n: t and t.astimezone(UTC) for n, t in times.items()}
        )
    except OverflowError:
        raise _Bad("a time out of range - at `$.published_at`") from None


def _column(line: bytes, error: str) -> int:
    """Where in a line an error is, counted in characters from 1."""
    byte, key = _AT_BYTE.search(error), _AT_KEY.search(error)
    if byte:
        at = int(byte[1])
    else:
        at = max(line.find(f'"{key[1]}"'.encode()), 0) if key else 0
    return len(line[:at].decode("utf-8", "replace")) + 1


def in_order(posts: Iterable[tuple[int, Sourced]], name: str) -> Iterator[Sourced]:
    """By time of publication, holding at most `WINDOW` posts; `Invalid` where that is not enough."""
    heap: list[tuple[datetime, int, Sourced]] = []
    last = datetime.min.replace(tzinfo=UTC)
    for number, sourced in posts:
        if sourced.post.published_at < last:
            raise Invalid(
                f"{name}:{number}: published {sourced.post.published_at:%Y-%m-%d %H:%M}, more than "
                f"{WINDOW:,} posts behind its place; sort the file by published_at"
            )
        heapq.heappush(heap, (sourced.post.published_at, number, sourced))
        if len(heap) > WINDOW:
            last, _, earliest = heapq.heappop(heap)
            yield earliest
    while heap:
        yield heapq.heappop(heap)[2]


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
        silent = [c for c, at in self._claimed.items() if at <= self.edge - self.plan.heartbeat]
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


def _opened(path: Path) -> BinaryIO:
    try:
        return cast(BinaryIO, gzip.open(path) if path.suffix == ".gz" else path.open("rb"))
    except OSError as error:
        raise Invalid(f"{path}: can not be read ({error.strerror}); check the name") from None


@dataclass
class _Reading:
    """A file on its way: good posts come out, rejections are kept until they are told."""

    veil: Veil
    rejected: list[Rejected] = field(default_factory=list)

    def posts(self, lines: Iterable[bytes], name: str) -> Iterator[tuple[int, Sourced]]:
        for number, piece in read(lines, name):
            if isinstance(piece, Rejected):
                self.rejected.append(piece)
            else:
                yield number, veiled(piece, self.veil)


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
    with _opened(path) as lines:
        planned = pages(in_order(reading.posts(lines, path.name), path.name), plan)
        async for page in _paced(planned, bench, speed):
            report.rejected += await _tell(reading, bench, page.observed_at)
            await hand_over(topics.POSTS.name, page.container.encode(), encode(page), bench)
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
            reason=piece.reason,
            place=piece.place,
            digest=piece.digest,
        )
        await hand_over(topics.DEAD_LETTERS.name, topics.POSTS.name.encode(), encode(letter), bench)
    return len(told)
