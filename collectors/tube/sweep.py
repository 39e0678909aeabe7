"""A sweep over fifty channels: a unit says which of them published, another fifty videos' figures.

What a quiet channel costs is a fiftieth of a unit for its count of videos and a fifth for the
figures of its newest ten; comments are asked for where those figures moved, and once a day.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from collectors import Answer
from collectors.lists.cursors import Remembered
from collectors.lists.memory import GONE, Memory, remember, trimmed
from collectors.tube.asking import TOGETHER, Asker
from collectors.tube.pages import Page, Read, Stream, following, milliseconds, read
from collectors.tube.threads import more_replies
from collectors.tube.videos import items_of, named
from rezonans.records import Post

DAY = 86_400
WATCHED = 10
"""Videos of a channel whose figures are looked at in every sweep."""
LISTED = 50
PAGES = 10
VIDEOS_KEPT = 700
COMMENTS_KEPT = 800
THREADS_KEPT = 400
OVERLAP = 600
"""Seconds before a look in which a comment that nobody remembers is news all the same."""


class Channel(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of one channel."""

    videos: int = -1
    """How many it says that it has."""
    listed: list[str] = []
    """Its newest videos, newest first."""
    at: int = 0
    """Unix seconds of their listing."""
    talk: int = -1
    """Comments under the watched videos, when comments were read last."""
    talked: int = 0
    """Unix seconds of that."""
    until: int = 0
    """Unix milliseconds of the newest comment that was read."""


class State(Remembered, frozen=True, omit_defaults=True):
    """The content of the cursor."""

    channels: dict[str, Channel] = {}
    videos: Memory = Memory()
    comments: Memory = Memory()
    threads: dict[str, int] = {}
    """Comment to the number of its answers."""


class _Statistics(msgspec.Struct, rename="camel"):
    video_count: int | None = None


class _Channel(msgspec.Struct):
    id: str
    statistics: _Statistics | None = None


class _Content(msgspec.Struct, rename="camel"):
    video_id: str = ""


class _Upload(msgspec.Struct, rename="camel"):
    content_details: _Content


class Sweep:
    """One look at up to fifty channels. `state` moves on as its answers are yielded."""

    def __init__(
        self, asker: Asker, state: State, legal_basis: str, homes: Mapping[str, str | None]
    ) -> None:
        channels = {one: state.channels.get(one, Channel()) for one in homes}
        self.state = msgspec.structs.replace(state, channels=channels)
        self._asker = asker
        self._basis = legal_basis
        self._homes = dict(homes)
        self._now = asker.now
        self._talks: dict[str, int] = dict.fromkeys(homes, 0)

    @property
    def _seconds(self) -> int:
        return int(self._now.timestamp())

    async def look(self) -> AsyncIterator[Answer]:
        await self._counts()
        async for answer in self._videos():
            yield answer
        for name in self._homes:
            if self._wants(name):
                async for answer in self._comments(name):
                    yield answer

    def _put(self, **changes: object) -> str:
        self.state = msgspec.structs.replace(self.state, **changes)
        return self.state.dump()

    def _channel(self, name: str, **changes: object) -> str:
        one = msgspec.structs.replace(self.state.channels[name], **changes)
        return self._put(channels={**self.state.channels, name: one})

    def _page(self, stream: Stream, **more: Any) -> Page:
        return Page(stream=stream, now=self._now, legal_basis=self._basis, **more)

    # -- videos --------------------------------------------------------------------------

    async def _counts(self) -> None:
        """List the uploads of channels whose number of videos changed, and of all once a day."""
        ids = ",".join(self._homes)
        body = await self._asker.ask("channels", part="statistics", id=ids, maxResults=TOGETHER)
        for item in items_of(body) if body else []:
            try:
                one = msgspec.convert(item, _Channel, strict=False)
            except (ValueError, OverflowError):
                continue
            known = self.state.channels.get(one.id)
            count = one.statistics.video_count if one.statistics else None
            if known is None:
                continue
            if count != known.videos or self._seconds - known.at > DAY:
                await self._list(one.id, -1 if count is None else count)

    async def _list(self, name: str, count: int) -> None:
        body = await self._asker.ask(
            "playlistItems", part="contentDetails", playlistId=f"UU{name[2:]}", maxResults=LISTED
        )
        listed = list(_uploads(body)) if body else []
        before = self.state.channels[name].listed
        # those that are not listed any more are asked for once more: they may be gone
        kept = [one for one in before if one not in listed and self._living(one)]
        self._channel(name, videos=count, listed=[*listed, *kept][:LISTED], at=self._seconds)

    def _living(self, video: str) -> bool:
        trace = self.state.videos.traces.get(named(video))
        return trace is not None and trace.digest != GONE

    async def _videos(self) -> AsyncIterator[Answer]:
        """The figures of the watched videos, of new ones, and once a day of all that are listed."""
        asked = list(dict.fromkeys(self._asked()))
        for start in range(0, len(asked), TOGETHER):
            some = asked[start : start + TOGETHER]
            body = await self._asker.ask(
                "videos", part="snippet,statistics", id=",".join(some), maxResults=TOGETHER
            )
            if body is None:
                continue
            known = self.state.videos
            page = self._page("videos", homes=self._homes, known=known, asked=tuple(some))
            got = read(page, body)
            for post in got.shown:
                if post.author in self._talks:
                    self._talks[post.author] += (post.counters or {}).get("comments", 0)
            known = trimmed(remember(known, got.posts, self._now), VIDEOS_KEPT)
            yield msgspec.structs.replace(page.answer(body), cursor=self._put(videos=known))

    def _asked(self) -> Iterator[str]:
        for channel in self.state.channels.values():
            fresh = channel.at == self._seconds
            for number, video in enumerate(channel.listed):
                unknown = named(video) not in self.state.videos.traces
                if number < WATCHED or fresh or unknown:
                    yield video

    # -- comments ------------------------------------------------------------------------

    def _wants(self, name: str) -> bool:
        one = self.state.channels[name]
        return self._talks[name] != one.talk or self._seconds - one.talked > DAY

    async def _comments(self, name: str) -> AsyncIterator[Answer]:
        """The newest threads over the whole channel until they meet what is known, and answers."""
        channel, start = self.state.channels[name], self.state.comments
        until, token, threads = channel.until, "", list[tuple[str, str, int]]()
        for number in range(PAGES):
            body = await self._asker.ask(
                "commentThreads",
                part="snippet,replies",
                allThreadsRelatedToChannelId=name,
                order="time",
                maxResults=100,
                textFormat="plainText",
                **({"pageToken": token} if token else {}),
            )
            if body is None:
                break
            page = self._talk("threads", name, channel.until)
            got = self._read(page, body)
            until = max([until, *map(milliseconds, got.shown)])
            threads += more_replies(body)
            after = following(body)
            tops = [post for post in got.shown if post.kind == "comment"]
            done = not after or after == token or self._met(start, tops, channel.until)
            gap = not done and number + 1 == PAGES and bool(channel.until)
            yield msgspec.structs.replace(page, gap=gap).answer(body)
            if done:
                break
            token = after
        for top, video, count in threads:
            if self.state.threads.get(top) != count:
                async for answer in self._replies(name, top, video):
                    yield answer
        yield self._after(name, until, threads)

    @staticmethod
    def _met(start: Memory, tops: Sequence[Post], until: int) -> bool:
        """Whether a page ends at what was read before."""
        if not tops or not until:
            return not tops
        return tops[-1].item in start.traces or milliseconds(tops[-1]) < until

    async def _replies(self, name: str, top: str, video: str) -> AsyncIterator[Answer]:
        """All answers to a comment: a hundred a unit, in an order that is not promised."""
        token = ""
        for _ in range(PAGES):
            body = await self._asker.ask(
                "comments",
                part="snippet",
                parentId=top,
                maxResults=100,
                textFormat="plainText",
                **({"pageToken": token} if token else {}),
            )
            if body is None:
                return
            page = self._talk("replies", name, 0, top=top, video=video)
            self._read(page, body)
            yield page.answer(body)
            after = following(body)
            if not after or after == token:
                return
            token = after

    def _talk(self, stream: Stream, name: str, until: int, **more: Any) -> Page:
        return self._page(
            stream, home=self._homes[name], known=self.state.comments, until=until, **more
        )

    def _read(self, page: Page, body: bytes) -> Read:
        got = read(page, body)
        self._put(comments=remember(self.state.comments, got.posts, self._now))
        return got

    def _after(self, name: str, until: int, threads: Sequence[tuple[str, str, int]]) -> Answer:
        """Carries the cursor behind the comments of a channel."""
        counts = {**self.state.threads, **{top: count for top, _, count in threads}}
        self._put(
            comments=trimmed(self.state.comments, COMMENTS_KEPT),
            threads=dict(list(counts.items())[-THREADS_KEPT:]),
        )
        cursor = self._channel(
            name,
            talk=self._talks[name],
            talked=self._seconds,
            # comments may come late, and clocks of others may be ahead
            until=min(until, (self._seconds - OVERLAP) * 1000),
        )
        return msgspec.structs.replace(self._page("end").answer(b"{}"), cursor=cursor)


def _uploads(body: bytes) -> Iterator[str]:
    for item in items_of(body):
        try:
            one = msgspec.convert(item, _Upload, strict=False)
        except (ValueError, OverflowError):
            continue
        if one.content_details.video_id:
            yield one.content_details.video_id
