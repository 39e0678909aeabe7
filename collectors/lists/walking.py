"""What every walk over lists of a platform says the same way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import msgspec

from collectors import Answer
from rezonans.records import Post


async def where_moved(answers: AsyncIterator[Answer], cursor: str | None) -> AsyncIterator[Answer]:
    """The answers of a look that began at `cursor`; one that goes no further carries none."""
    given = cursor
    async for answer in answers:
        if answer.cursor == given:
            yield msgspec.structs.replace(answer, cursor=None)
        else:
            given = answer.cursor or given
            yield answer


def after_gap(found: Sequence[Post]) -> list[Post]:
    """The oldest of the new posts says that something may be missing before it."""
    new = [post for post in found if post.event == "created"]
    oldest = min(new, key=lambda post: post.published_at, default=None)
    return [
        msgspec.structs.replace(post, flags=(*post.flags, "gap_suspected"))
        if post is oldest
        else post
        for post in found
    ]


def figures(**given: int | None) -> dict[str, int] | None:
    """Figures that are given, none below zero; `None` where there is none."""
    return {name: max(count, 0) for name, count in given.items() if count is not None} or None
