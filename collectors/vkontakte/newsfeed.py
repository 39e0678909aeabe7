"""The feed of an account that follows communities, and what their walls say that it did not show.

One question brings the newest posts of all communities together; it may leave some out. So each
wall is compared once a day: what it has and the feed did not show is told and flagged, what it
does not have any more is asked for by name and then believed to be gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from collectors import Answer
from collectors.lists.cursors import Remembered
from collectors.lists.memory import GONE, Memory, reaches, remember, trimmed
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.feedpages import COUNT, Page, Stream, number_of, owner_of, read
from collectors.vkontakte.reading import Frame
from rezonans.records import Post

PAGES = 10
KEPT = 600
"""Posts whose edits and figures are noticed; of all others only the numbers are known."""
WALLS = 5
"""Compared in one look."""
DAY = 86_400
OVERLAP = timedelta(minutes=10)


class State(Remembered, frozen=True, omit_defaults=True):
    """The content of the cursor."""

    posts: Memory = Memory()
    walls: dict[int, int] = {}
    """Community to the unix seconds of its last comparison."""
    told: dict[int, list[int]] = {}
    """Community to the posts that were told since then."""


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
