"""Answers cut into pages: bounded, numbered, the cursor on the last one only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import msgspec

from collectors import Rejected
from rezonans.records import Post, RawPage, encode
from rezonans.topics import MAX_PAGE_BYTES, MAX_PAGE_POSTS

MAX_POST_BYTES = MAX_PAGE_BYTES - 2_000
"""Encoded; far above what the bounds of texts let through, even when all of it is escaped."""


class Head(NamedTuple):
    """What all pages of one answer share."""

    container: str
    target: str
    collector: str
    collector_version: str
    observed_at: datetime
    looked_until: datetime
    """What holds once the last page of the answer is read."""
    before: datetime | None
    """What held before the answer; `None`: nothing did."""
    cursor: str | None
    history: bool

    @property
    def platform(self) -> str:
        return self.container.split(":", 1)[0]


def next_sequence(last: int, now: datetime) -> int:
    """Grows with every page, over restarts too, and when the clock is set back."""
    return max(last + 1, int(now.timestamp() * 1_000_000))


def oversize(post: Post) -> Rejected | None:
    """A refined post that fits no page all the same, rejected so that its neighbours go on."""
    raw = encode(post)
    if len(raw) <= MAX_POST_BYTES:
        return None
    return Rejected(
        place=post.item,
        reason=f"{len(raw):,} bytes; a post may have {MAX_POST_BYTES:,}",
        digest=sha256(raw).hexdigest(),
    )


def pages(head: Head, posts: Sequence[Post], first_sequence: int) -> Iterator[tuple[int, bytes]]:
    """Sequence and encoded page, in order; one empty page, a heartbeat, without posts.

    A page that is not the last claims no more than was known before the answer: the rest
    of the answer may hold older posts.
    """
    room = MAX_PAGE_BYTES - 2_000 - len((head.cursor or "").encode())
    groups = list(_groups([encode(post) for post in posts], room)) or [[]]
    claimed = head.before or min([head.looked_until, *(post.published_at for post in posts)])
    for sequence, group in enumerate(groups, first_sequence):
        last = sequence == first_sequence + len(groups) - 1
        yield (
            sequence,
            encode(
                RawPage(
                    platform=head.platform,
                    container=head.container,
                    target=head.target,
                    looked_until=head.looked_until if last else min(claimed, head.looked_until),
                    observed_at=head.observed_at,
                    sequence=sequence,
                    collector=head.collector,
                    collector_version=head.collector_version,
                    cursor=head.cursor if last else None,
                    history=head.history,
                    posts=tuple(map(msgspec.Raw, group)),
                )
            ),
        )


def _groups(encoded: Sequence[bytes], room: int) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    for post in encoded:
        if group and (len(group) == MAX_PAGE_POSTS or size + len(post) + 1 > room):
            yield group
            group, size = [], 0
        group.append(post)
        size += len(post) + 1
    if group:
        yield group
