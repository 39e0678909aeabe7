"""The feed of an account that follows communities, and what their walls say that it did not show.

One question brings the newest posts of all communities together; it may leave some out. So each
wall is compared once a day: what it has and the feed did not show is told and flagged, what it
does not have any more is asked for by name and then believed to be gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from collectors import Answer, Rejected
from collectors.lists.memory import GONE, Memory, facts, gone, reaches, remember, trimmed
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.payload import response_of
from collectors.vkontakte.reading import Frame, posts_of
from rezonans.records import Post

COUNT = 100
PAGES = 10
KEPT = 600
"""Posts whose edits and figures are noticed; of all others only the numbers are known."""
WALLS = 5
"""Compared in one look."""
DAY = 86_400
OVERLAP = timedelta(minutes=10)
MISSED = "feed_missed"
"""Flag of a post that the feed did not show: their share is the miss rate."""

Stream = Literal["feed", "wall", "check"]


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """The content of the cursor."""

    posts: Memory = Memory()
    walls: dict[int, int] = {}
    """Community to the unix seconds of its last comparison."""
    told: dict[int, list[int]] = {}
    """Community to the posts that were told since then."""

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()


_states = msgspec.json.Decoder(State)


def recall(cursor: str | None) -> State:
    try:
        return _states.decode(cursor) if cursor else State()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return State()


class Page(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer is read with."""

    stream: Stream
    frame: Frame
    homes: dict[int, str | None]
    """The communities that are read."""
    known: Memory = Memory()
    asked: tuple[str, ...] = ()
    told: dict[int, list[int]] = {}
    horizons: dict[int, int] = {}
    """Community to unix milliseconds: what was compared until then and is not remembered, is no
    news."""
    first: bool = False
    """Nothing was known before: what a wall shows was not missed by the feed."""
    gap: bool = False

    def answer(self, body: bytes) -> Answer:
        return Answer(body=body, context={"page": msgspec.json.encode(self).decode()})


page_of = msgspec.json.Decoder(Page).decode


class _Group(msgspec.Struct):
    id: int
    name: str = ""


class _Feed(msgspec.Struct):
    items: list[Any] = []
    groups: list[_Group] = []
    next_from: str = ""


class Read(NamedTuple):
    shown: list[Post]
    posts: list[Post]
    """With deletions."""
    rejected: list[Rejected]
    following: str
    whole: bool
    """The answer has all there is."""


def read(page: Page, body: bytes) -> Read:
    """`Invalid` for an answer that is none."""
    feed = response_of(body, _Feed)
    names = {group.id: group.name for group in feed.groups}
    items = [_plain(item) for item in feed.items if _read(item, page.homes)]
    pieces = posts_of(items, page.frame, page.stream)
    shown = [_placed(one, page, names) for one in pieces if isinstance(one, Post)]
    frame = page.frame
    new = [one for one in shown if _new(one, page)]
    posts = new + gone(page.known, page.asked, shown, frame.observed_at, frame.legal_basis)
    rejected = [one for one in pieces if isinstance(one, Rejected)]
    return Read(shown, posts, rejected, feed.next_from, len(feed.items) < COUNT)


def _read(item: Any, homes: Mapping[int, str | None]) -> bool:
    """Posts of communities that the settings name; nothing of persons, no advertisement."""
    if not isinstance(item, dict) or item.get("type", "post") != "post":
        return False
    owner = item.get("owner_id") or item.get("source_id")
    return not isinstance(owner, int) or -owner in homes


def _new(post: Post, page: Page) -> bool:
    """Whether a post may be news: it is remembered, or was not told yet."""
    if post.item in page.known.traces:
        return True
    if number_of(post.item) in page.told.get(owner_of(post.item), ()):
        return False
    return _milliseconds(post) > page.horizons.get(owner_of(post.item), 0)


def _milliseconds(post: Post) -> int:
    return int(post.published_at.timestamp() * 1000)


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """A record of the feed as the wall has it: other names for the same numbers."""
    native, owner = item.get("id") or item.get("post_id"), item.get("owner_id")
    owner = owner or item.get("source_id")
    return {**item, "id": native, "owner_id": owner, "from_id": item.get("from_id") or owner}


def _placed(post: Post, page: Page, names: Mapping[int, str]) -> Post:
    owner = owner_of(post.item)
    own = post.author == str(-owner)
    return msgspec.structs.replace(
        post,
        home=page.homes.get(owner) or page.frame.home,
        author_name=names.get(owner) or None if own else None,
    )


def owner_of(item: str) -> int:
    """The community of `vk:-123_617`."""
    number = item.removeprefix("vk:-").partition("_")[0]
    return int(number) if number.isdecimal() else 0


def number_of(item: str) -> int:
    number = item.rpartition("_")[2]
    return int(number) if number.isdecimal() else 0


def told(page: Page, body: bytes) -> list[Post | Rejected]:
    got = read(page, body)
    found = facts(page.known, got.posts, page.frame.observed_at)
    if page.stream == "wall" and not page.first:
        found = [_flagged(one, MISSED) if one.event == "created" else one for one in found]
    new = [one for one in found if one.event == "created"]
    if page.gap and new:
        oldest = min(new, key=lambda post: post.published_at)
        found = [_flagged(one, "gap_suspected") if one is oldest else one for one in found]
    return [*found, *got.rejected]


def _flagged(post: Post, flag: str) -> Post:
    return msgspec.structs.replace(post, flags=(*post.flags, flag))


class Look:
    """One look at the feed, and at the walls whose day is over."""

    def __init__(
        self,
        asker: Asker,
        state: State,
        frame: Frame,
        homes: dict[int, str | None],
        since: datetime,
    ) -> None:
        self.state = state
        self._asker = asker
        self._frame = frame
        self._homes = homes
        self._since = since
        self._now = asker.now

    async def answers(self) -> AsyncIterator[Answer]:
        first = not self.state.walls
        async for answer in self._feed():
            yield answer
        for community in self._due():
            async for answer in self._wall(community, first):
                yield answer

    def _put(self, **changes: object) -> str:
        self.state = msgspec.structs.replace(self.state, **changes)
        return self.state.dump()

    def _page(self, stream: Stream, **more: Any) -> Page:
        return Page(stream=stream, frame=self._frame, homes=self._homes, **more)

    async def _feed(self) -> AsyncIterator[Answer]:
        start = known = self.state.posts
        begin = self._begin(start)
        question: dict[str, str | int] = {
            "filters": "post",
            "source_ids": "groups,pages",
            "count": COUNT,
            "start_time": int(begin.timestamp()),
        }
        for number in range(PAGES):
            body = await self._asker.ask("newsfeed.get", **question)
            page = self._page("feed", known=known, told=self.state.told, horizons=self._horizons())
            got = read(page, body)
            unknown = [post for post in got.posts if post.item not in known.traces]
            self._put(told=_with(self.state.told, unknown))
            known = remember(known, got.posts, self._now)
            following = got.following
            met = bool(got.shown) and bool(start.traces) and reaches(start, got.shown)
            done = not following or following == question.get("start_from") or met
            last = done or number + 1 == PAGES
            gap = last and not done and bool(start.traces)
            answer = msgspec.structs.replace(page, gap=gap).answer(body)
            if last:
                cursor = self._put(posts=trimmed(known, KEPT))
                answer = msgspec.structs.replace(answer, cursor=cursor)
            yield answer
            if last:
                return
            question["start_from"] = following

    def _begin(self, known: Memory) -> datetime:
        if not known.traces:
            return self._since
        newest = max(trace.published for trace in known.traces.values()) / 1000
        newest = min(newest, self._now.timestamp())
        return datetime.fromtimestamp(newest, self._now.tzinfo) - OVERLAP

    def _due(self) -> Sequence[int]:
        """Communities that were not compared for a day, those that wait longest first."""
        seconds = int(self._now.timestamp())
        waits = {one: self.state.walls.get(one, 0) for one in self._homes}
        due = [one for one, at in waits.items() if seconds - at > DAY]
        return sorted(due, key=lambda one: (waits[one], one))[:WALLS]

    def _horizons(self) -> dict[int, int]:
        overlap = int(OVERLAP.total_seconds())
        return {one: (at - overlap) * 1000 for one, at in self.state.walls.items()}

    async def _wall(self, community: int, first: bool) -> AsyncIterator[Answer]:
        known = self.state.posts
        body = await self._asker.ask("wall.get", owner_id=-community, count=COUNT, filter="owner")
        horizons = {community: int(self._since.timestamp() * 1000), **self._horizons()}
        page = self._page("wall", known=known, told=self.state.told, horizons=horizons, first=first)
        got = read(page, body)
        yield page.answer(body)
        known = remember(known, got.posts, self._now)
        missing = _missing(known, got.shown, community, whole=got.whole)
        if missing:
            names = ",".join(item.removeprefix("vk:") for item in missing)
            body = await self._asker.ask("wall.getById", posts=names)
            page = self._page("check", known=known, asked=tuple(missing))
            known = remember(known, read(page, body).posts, self._now)
            yield page.answer(body)
        yield self._compared(community, got.shown, known)

    def _compared(self, community: int, shown: Sequence[Post], known: Memory) -> Answer:
        """Carries the cursor behind a comparison."""
        recent = self._now - 2 * OVERLAP
        told = {one: ids for one, ids in self.state.told.items() if one in self._homes}
        told[community] = [number_of(p.item) for p in shown if p.published_at > recent]
        walls = {one: at for one, at in self.state.walls.items() if one in self._homes}
        walls[community] = int(self._now.timestamp())
        cursor = self._put(posts=trimmed(known, KEPT), walls=walls, told=told)
        end = self._page("check")
        return msgspec.structs.replace(end.answer(b'{"response": {}}'), cursor=cursor)


def _with(told: Mapping[int, list[int]], posts: Sequence[Post]) -> dict[int, list[int]]:
    """What was told, and some posts with it."""
    after = {community: list(ids) for community, ids in told.items()}
    for post in posts:
        ids = after.setdefault(owner_of(post.item), [])
        if number_of(post.item) not in ids:
            ids.append(number_of(post.item))
    return after


def _missing(known: Memory, shown: Sequence[Post], community: int, *, whole: bool) -> list[str]:
    """What is remembered of a community and should have been shown."""
    there = {post.item for post in shown}
    plain = [post.published_at.timestamp() * 1000 for post in shown if "pinned" not in post.flags]
    least = 0.0 if whole else min(plain, default=float("inf"))
    return [
        item
        for item, trace in known.traces.items()
        if owner_of(item) == community
        and item not in there
        and trace.digest != GONE
        and trace.published > least
    ][:COUNT]
