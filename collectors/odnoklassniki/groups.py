"""A look at a group: its topics, their comments, edits, figures, deletions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec

from collectors import Answer, Refused
from collectors.lists.memory import GONE, Memory, reaches, remember, trimmed
from collectors.odnoklassniki.asking import Asker
from collectors.odnoklassniki.pages import Page, Read, milliseconds, read
from collectors.odnoklassniki.reading import Frame, Group, beginning, infos_of, name_of
from collectors.odnoklassniki.state import State, Talk
from rezonans.records import Post

COUNT = 100
PAGES = 10
TOPICS_KEPT = 400
COMMENTS_KEPT = 600
TALKS_KEPT = 300
OVERLAP = 600
"""Seconds before a look in which a comment that nobody remembers is news all the same."""
DAY = timedelta(days=1).total_seconds()
UNTOLD = 3_600.0
"""Where topics do not say how many comments they have, they are looked at so often."""


class Walk:
    """One look at a group. `state` moves on as its answers are yielded."""

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

    async def look(self) -> AsyncIterator[Answer]:
        """Answers, with cursors where everything before them was yielded."""
        await self._group()
        async for answer in self._topics():
            yield answer
        async for answer in self._check():
            yield answer
        for post in list(self._shown.values()):
            if self._wants(post):
                async for answer in self._talk(post):
                    yield answer

    def _put(self, **changes: object) -> str:
        self.state = msgspec.structs.replace(self.state, **changes)
        return self.state.dump()

    async def _group(self) -> None:
        """Who it is, once a day; private groups are not read."""
        known, wanted = self.state.group, self._frame.group.id
        if known is None or self._seconds - known.at > DAY:
            body = await self._asker.ask(
                "group.getInfo", uids=wanted, fields="uid,name,members_count,private"
            )
            known = _checked(wanted, body, self._seconds)
            self._put(group=known)
        self._frame = msgspec.structs.replace(self._frame, group=known)

    # -- topics --------------------------------------------------------------------------

    async def _topics(self) -> AsyncIterator[Answer]:
        start = known = self.state.topics
        question: dict[str, str | int] = {"gid": self._frame.group.id, "count": COUNT}
        for number in range(PAGES):
            body = await self._asker.ask("mediatopic.getTopics", **question)
            page = Page(stream="topics", frame=self._frame, known=known)
            got = read(page, body)
            self._shown |= {post.item: post for post in got.shown}
            known = remember(known, got.posts, self._now)
            done = self._ends(start, got) or got.anchor == question.get("anchor")
            last = done or number + 1 == PAGES
            gap = last and not done and bool(start.traces)
            answer = msgspec.structs.replace(page, gap=gap).answer(body)
            if last:
                checked = self.state.checked if start.traces else self._seconds
                cursor = self._put(topics=trimmed(known, TOPICS_KEPT), checked=checked)
                answer = msgspec.structs.replace(answer, cursor=cursor)
            yield answer
            if last:
                return
            question["anchor"] = got.anchor

    def _ends(self, start: Memory, got: Read) -> bool:
        """Whether nothing new is behind a page: it meets what is known, or is the last."""
        if not got.anchor or (got.shown and reaches(start, got.shown)):
            return True
        return bool(got.shown) and not start.traces and got.shown[-1].published_at < self._since

    async def _check(self) -> AsyncIterator[Answer]:
        """Topics that should have been shown and were not, once a day all that were not shown."""
        daily, known = self._seconds - self.state.checked > DAY, self.state.topics
        unseen = [i for i, t in known.traces.items() if t.digest != GONE and i not in self._shown]
        asked = [item for item in unseen if daily or self._overdue(item, known)]
        for start in range(0, len(asked), COUNT):
            some = asked[start : start + COUNT]
            names = ",".join(item.rpartition("/")[2] for item in some)
            body = await self._asker.ask("mediatopic.getByIds", topic_ids=names)
            page = Page(stream="check", frame=self._frame, known=known, asked=tuple(some))
            known = remember(known, read(page, body).posts, self._now)
            done = daily and start + COUNT >= len(asked)
            checked = self._seconds if done else self.state.checked
            cursor = self._put(topics=known, checked=checked)
            yield msgspec.structs.replace(page.answer(body), cursor=cursor)

    def _overdue(self, item: str, known: Memory) -> bool:
        """Whether a topic is younger than one that was shown: it must have been deleted."""
        plain = [milliseconds(p) for p in self._shown.values() if "pinned" not in p.flags]
        return bool(plain) and known.traces[item].published > min(plain)

    # -- comments ------------------------------------------------------------------------

    def _wants(self, post: Post) -> bool:
        """The topic's own figure says whether there is anything to read; once a day we look."""
        count = (post.counters or {}).get("comments")
        talk = self.state.talks.get(post.item)
        if count is None:
            return talk is None or self._seconds - talk.at > UNTOLD
        if talk is None or talk.count != count:
            return count > 0 or talk is not None
        return count > 0 and self._seconds - talk.at > DAY

    async def _talk(self, post: Post) -> AsyncIterator[Answer]:
        """The newest comments under a topic, page by page until they meet what is known."""
        talk, topic = self.state.talks.get(post.item, Talk()), post.item.rpartition("/")[2]
        frame = msgspec.structs.replace(self._frame, topic=topic, said=beginning(post.text))
        start = known = self._under(topic)
        until = talk.until
        question: dict[str, str | int] = {"anchor": "LAST", "direction": "BACKWARD"}
        for number in range(PAGES):
            body = await self._asker.ask_of_discussion(
                "discussions.getComments",
                discussionId=topic,
                discussionType="GROUP_TOPIC",
                count=COUNT,
                **question,
            )
            if body is None:
                break
            page = Page(
                stream="comments", frame=frame, known=known, until=talk.until, newest=not number
            )
            got = read(page, body)
            known = remember(known, got.posts, self._now)
            until = max([until, *(milliseconds(one) for one in got.shown)])
            met = bool(got.shown) and bool(start.traces) and reaches(start, got.shown)
            done = met or not got.anchor or got.anchor == question["anchor"]
            gap = not done and number + 1 == PAGES and bool(talk.until)
            yield msgspec.structs.replace(page, gap=gap).answer(body)
            if done:
                break
            question["anchor"] = got.anchor
        count = (post.counters or {}).get("comments", -1)
        # comments may come late, and clocks of others may be ahead
        until = min(until, (self._seconds - OVERLAP) * 1000)
        yield self._after(post.item, known, Talk(count, until, self._seconds))

    def _under(self, topic: str) -> Memory:
        prefix = name_of(self._frame.group.id, topic) + ":c"
        traces = self.state.comments.traces.items()
        return Memory({item: trace for item, trace in traces if item.startswith(prefix)})

    def _after(self, item: str, known: Memory, talk: Talk) -> Answer:
        """Carries the cursor behind a talk; the oldest traces and talks are forgotten."""
        comments = Memory({**self.state.comments.traces, **known.traces})
        talks = {**self.state.talks, item: talk}
        newest = sorted(talks, key=lambda one: talks[one].at)[-TALKS_KEPT:]
        cursor = self._put(
            comments=trimmed(comments, COMMENTS_KEPT), talks={one: talks[one] for one in newest}
        )
        page = Page(stream="comments", frame=self._frame)
        return msgspec.structs.replace(page.answer(b"{}"), cursor=cursor)


def _checked(wanted: str, body: bytes, at: int) -> Group:
    found = [one for one in infos_of(body) if one.uid == wanted]
    if not found:
        says = f"OK: there is no group {wanted}; check its number in the settings"
        raise Refused(says, 3600, lasting=True)
    if found[0].private:
        says = f"OK: {wanted} is closed to the public; closed groups are not read"
        raise Refused(says, 3600, lasting=True)
    return Group(id=wanted, name=found[0].name, members=found[0].members_count, at=at)
