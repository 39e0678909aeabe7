"""A search over all public posts of VK, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec

from collectors import Answer
from collectors.lists.memory import Memory, reaches, remember, trimmed
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.pages import Page, read
from collectors.vkontakte.reading import Frame
from collectors.vkontakte.state import State

COUNT = 200
PAGES = 5
"""VK gives the newest thousand, whatever is asked."""
KEPT = 600
OVERLAP = timedelta(hours=1)
"""Posts reach the search late, and not in order."""


async def look(
    asker: Asker, state: State, frame: Frame, words: str, since: datetime
) -> AsyncIterator[Answer]:
    """Answers; the last one carries the cursor."""
    start = known = state.posts
    question: dict[str, str | int] = {
        "q": words,
        "count": COUNT,
        "start_time": int(_begin(start, since).timestamp()),
    }
    for number in range(PAGES):
        body = await asker.ask("newsfeed.search", **question)
        page = Page("posts", "newsfeed.search", body, frame, known)
        got = read(page)
        known = remember(known, got.posts, asker.now)
        following = got.items.next_from
        repeated = following == question.get("start_from")
        done = not following or repeated or reaches(start, got.shown)
        last = done or number + 1 == PAGES
        answer = page._replace(gap=last and not done and bool(start.traces)).answer()
        if last:
            cursor = msgspec.structs.replace(state, posts=trimmed(known, KEPT)).dump()
            answer = msgspec.structs.replace(answer, cursor=cursor)
        yield answer
        if last:
            return
        question["start_from"] = following


def _begin(known: Memory, since: datetime) -> datetime:
    if not known.traces:
        return since
    newest = max(trace.published for trace in known.traces.values())
    return datetime.fromtimestamp(newest / 1000, since.tzinfo) - OVERLAP
