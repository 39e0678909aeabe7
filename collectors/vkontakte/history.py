"""The wall of a community backwards, for a backfill: posts alone, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec

from collectors import Answer
from collectors.lists.memory import Memory
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.pages import Page, read
from collectors.vkontakte.payload import Groups, response_of
from collectors.vkontakte.reading import Frame
from collectors.vkontakte.walls import COUNT, STEP, community_of


async def wall(
    asker: Asker, frame: Frame, name: str, since: datetime, cursor: str | None
) -> AsyncIterator[Answer]:
    """Answers from the newest post, or from where a cursor stands, back to `since`.

    Pages overlap, so that posts which vanish or come meanwhile hide none.
    """
    body = await asker.ask("groups.getById", group_ids=name, fields="members_count")
    seconds = int(asker.now.timestamp())
    owner = community_of(name, response_of(body, Groups).groups, seconds)
    frame = msgspec.structs.replace(frame, owner=owner)
    offset = int(cursor or 0)
    while True:
        body = await asker.ask("wall.get", domain=name, offset=offset, count=COUNT, filter="all")
        page = Page("posts", "wall.get", body, frame, Memory())
        got = read(page)
        plain = [post.published_at for post in got.shown if "pinned" not in post.flags]
        offset += STEP
        yield msgspec.structs.replace(
            page.answer(),
            cursor=str(offset),
            looked_until=min(plain, default=since),
            history=True,
        )
        if len(got.items.items) < COUNT or min(plain, default=since) < since:
            return
