"""The wall of a community: posts, their comments and answers, edits, figures, deletions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from collectors import Answer, Refused
from collectors.lists.memory import GONE, Memory, reaches, remember, trimmed
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.pages import Page, Read, number_of, read
from collectors.vkontakte.payload import Comment, Group, Groups, item_of, response_of
from collectors.vkontakte.reading import Frame, beginning, name_of
from collectors.vkontakte.state import Community, State, Talk
from rezonans.records import Post

COUNT = 100
"""Records in one answer, as many as VK gives."""
STEP = 90
"""How far a page begins behind the one before: a record that is deleted meanwhile hides none."""
PAGES = 10
DAY = timedelta(days=1).total_seconds()
POSTS_KEPT = 400
COMMENTS_KEPT = 600
TALKS_KEPT = 300


class Wall:
    """One look at a community. `state` moves on as its answers are yielded."""

    def __init__(self, asker: Asker, state: State, frame: Frame, since: datetime) -> None:
        self.state = state
        self._asker = asker
        self._frame = frame
        self._since = since
        self._now = asker.now
        self._shown: dict[str, Post] = {}

    @property
    def _seconds(self) -> int:
        return int(self._now.timestamp())

    async def look(self, name: str) -> AsyncIterator[Answer]:
        """Answers with cursors where everything before them was yielded."""
        await self._community(name)
        async for answer in self._posts(name):
            yield answer
        async for answer in self._check():
            yield answer
        for item, post in list(self._shown.items()):
            number = int(item.rpartition("_")[2])
            if self._wants(number, post):
                async for answer in self._talk(number, post):
                    yield answer

    def _put(self, **changes: object) -> str:
        self.state = msgspec.structs.replace(self.state, **changes)
        return self.state.dump()

    async def _community(self, name: str) -> None:
        """Who it is, once a day; private and deleted ones are not read."""
        known = self.state.community
        if known is None or self._seconds - known.at > DAY:
            body = await self._asker.ask("groups.getById", group_ids=name, fields="members_count")
            known = community_of(name, response_of(body, Groups).groups, self._seconds)
            self._put(community=known)
        self._frame = msgspec.structs.replace(self._frame, owner=known)

    # -- posts ---------------------------------------------------------------------------

    async def _posts(self, name: str) -> AsyncIterator[Answer]:
        start = known = self.state.posts
        for number in range(PAGES):
            body = await self._asker.ask(
                "wall.get", domain=name, offset=number * STEP, count=COUNT, filter="all"
            )
            page = Page("posts", "wall.get", body, self._frame, known)
            got = read(page)
            self._shown |= {post.item: post for post in got.shown if post.event == "created"}
            known = remember(known, got.posts, self._now)
            done = self._ends(start, got)
            last = done or number + 1 == PAGES
            answer = page._replace(gap=last and not done and bool(start.traces)).answer()
            if last:
                checked = self.state.checked if start.traces else self._seconds
                cursor = self._put(posts=trimmed(known, POSTS_KEPT), checked=checked)
                answer = msgspec.structs.replace(answer, cursor=cursor)
            yield answer
            if last:
                return

    def _ends(self, start: Memory, got: Read) -> bool:
        """Whether nothing new is behind a page: it meets what is known, or is the last."""
        if len(got.items.items) < COUNT or reaches(start, got.shown):
            return True
        return not start.traces and got.shown[-1].published_at < self._since

    async def _check(self) -> AsyncIterator[Answer]:
        """Posts that should have been shown and were not, once a day all that were not shown."""
        daily = self._seconds - self.state.checked > DAY
        known = self.state.posts
        asked = [item for item in self._unseen(known) if daily or self._overdue(item, known)]
        for start in range(0, len(asked), COUNT):
            some = asked[start : start + COUNT]
            names = ",".join(item.removeprefix("vk:") for item in some)
            body = await self._asker.ask("wall.getById", posts=names)
            page = Page("check", "wall.getById", body, self._frame, known, tuple(some))
            known = remember(known, read(page).posts, self._now)
            done = daily and start + COUNT >= len(asked)
            checked = self._seconds if done else self.state.checked
            cursor = self._put(posts=known, checked=checked)
            yield msgspec.structs.replace(page.answer(), cursor=cursor)

    def _unseen(self, known: Memory) -> list[str]:
        there = [item for item, trace in known.traces.items() if trace.digest != GONE]
        return [item for item in there if item not in self._shown]

    def _overdue(self, item: str, known: Memory) -> bool:
        """Whether a post is younger than one that was shown: it must have been deleted."""
        plain = [p.published_at for p in self._shown.values() if "pinned" not in p.flags]
        return bool(plain) and known.traces[item].published > min(plain).timestamp() * 1000

    # -- comments ------------------------------------------------------------------------

    def _wants(self, number: int, post: Post) -> bool:
        """The post's own figure says whether there is anything to read; once a day we look."""
        count = (post.counters or {}).get("comments")
        talk = self.state.talks.get(number)
        if count is None or (talk is None and not count):
            return False
        if talk is None or talk.count != count:
            return True
        return count > 0 and self._seconds - talk.at > DAY

    async def _talk(self, number: int, post: Post) -> AsyncIterator[Answer]:
        """The newest comments under a post, until they meet what is known, and their answers."""
        talk = self.state.talks.get(number, Talk())
        counted = (post.counters or {}).get("comments", 0)
        frame = msgspec.structs.replace(
            self._frame,
            post=number,
            said=beginning(post.text),
            last=talk.last,
            none=not counted,
        )
        most = PAGES if talk.last or post.published_at >= self._since else 1
        threads: list[tuple[int, int]] = []
        async for answer, got in self._comments(frame, most):
            threads += _threads(got)
            yield answer
        for thread, count in threads:
            if talk.threads.get(thread) != count:
                inside = msgspec.structs.replace(frame, thread=thread)
                async for answer, _ in self._comments(inside, most):
                    yield answer
        after = self._after(talk, number, counted, dict(threads))
        yield msgspec.structs.replace(_nothing(frame), cursor=after)

    async def _comments(self, frame: Frame, most: int) -> AsyncIterator[tuple[Answer, Read]]:
        start = _of(self.state.comments, frame)
        for number in range(most):
            body = await self._asker.try_("wall.getComments", **_question(frame, number))
            if body is None:
                return
            known = _of(self.state.comments, frame)
            page = Page("comments", "wall.getComments", body, frame, known)
            got = read(page)
            count = len(got.items.items)
            first = msgspec.structs.replace(
                frame, newest=True, whole=count < COUNT, threads=not list(_threads(got))
            )
            if number == 0:
                page = page._replace(frame=first)
                got = read(page)
            merged = {**self.state.comments.traces, **remember(known, got.posts, self._now).traces}
            self._put(comments=Memory(merged))
            top = [p for p in got.shown if frame.thread or p.kind == "comment"]
            done = count < COUNT or (bool(start.traces) and reaches(start, top))
            gap = not done and number + 1 == most and bool(frame.last)
            yield page._replace(gap=gap).answer(), got
            if done:
                return

    def _after(self, talk: Talk, number: int, count: int, threads: Mapping[int, int]) -> str:
        """The cursor after a talk; the oldest traces and talks are forgotten."""
        prefix = f"{name_of(-self._frame.owner.id if self._frame.owner else 0, number)}:c"
        seen = [number_of(i) for i in self.state.comments.traces if i.startswith(prefix)]
        new = Talk(
            count=count,
            last=max([talk.last, *seen]),
            at=self._seconds,
            threads=dict(list({**talk.threads, **threads}.items())[-COUNT:]),
        )
        talks = {**self.state.talks, number: new}
        newest = sorted(talks)[-TALKS_KEPT:]
        return self._put(
            talks={one: talks[one] for one in newest},
            comments=trimmed(self.state.comments, COMMENTS_KEPT),
        )


def community_of(name: str, groups: Sequence[Group], at: int) -> Community:
    """Who a name is; `Refused` where it is nobody, or not open to the public."""
    if not groups:
        raise Refused(
            f"VK: there is no community {name}; check its name in the settings", 3600, lasting=True
        )
    group = groups[0]
    if group.deactivated:
        raise Refused(
            f"VK: {name} is {group.deactivated}; take it out of the settings", 3600, lasting=True
        )
    if group.is_closed:
        raise Refused(
            f"VK: {name} is closed to the public; closed communities are not read",
            3600,
            lasting=True,
        )
    return Community(id=group.id, name=group.name, members=group.members_count, at=at)


def _question(frame: Frame, number: int) -> dict[str, str | int]:
    question: dict[str, str | int] = {
        "owner_id": -frame.owner.id if frame.owner else 0,
        "post_id": frame.post,
        "sort": "desc",
        "offset": number * STEP,
        "count": COUNT,
        "need_likes": 1,
        "preview_length": 0,
    }
    if frame.thread:
        return {**question, "comment_id": frame.thread}
    return {**question, "thread_items_count": 10}


def _of(memory: Memory, frame: Frame) -> Memory:
    """What is remembered of the comments under one post."""
    prefix = f"{name_of(-frame.owner.id if frame.owner else 0, frame.post)}:c"
    return Memory({k: v for k, v in memory.traces.items() if k.startswith(prefix)})


def _threads(got: Read) -> Iterable[tuple[int, int]]:
    """Comments with more answers than came with them, and how many they have."""
    for item in got.items.items:
        try:
            one = item_of(item, Comment)
        except ValueError:
            continue
        if one.thread and one.thread.count > len(one.thread.items):
            yield one.id, one.thread.count


def _nothing(frame: Frame) -> Answer:
    """Carries a cursor after answers that were yielded before."""
    body = b'{"response": {"items": []}}'
    return Page("comments", "wall.getComments", body, frame, Memory()).answer()
