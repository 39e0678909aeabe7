"""Which row of an item stands: its day, which is in the key, and its version; pure."""

from __future__ import annotations

import re
import zlib
from datetime import date
from functools import lru_cache

from rezonans.records import Mention, Post, encode

EPOCH = date(1970, 1, 1)

REVISION_BITS, GENERATION_BITS, SEEN_BITS, CONTENT_BITS = 42, 32, 42, 11
"""With the bit of a deletion above them: 128."""
GENERATION_SHIFT = SEEN_BITS + CONTENT_BITS


def day(post: Post) -> date:
    """The platform's own date; 1970-01-01 where it gave none, so that the key never moves."""
    return EPOCH if post.published_origin == "first_seen" else post.published_at.date()


def version(mention: Mention, generation: int) -> int:
    """A number that orders all rows of an item: the greatest stands, in whatever order they come.

    A deletion wins, then the revision, then the generation of the models, then the earliest
    sight; the last bits only decide between contents that are equal in all of that.
    """
    post = mention.post
    seen = (1 << SEEN_BITS) - 1 - int(post.observed_at.timestamp() * 1000)
    content = zlib.crc32(encode(mention)) & ((1 << CONTENT_BITS) - 1)
    number: int = int(post.event == "deleted") << REVISION_BITS | post.revision
    number = (number << GENERATION_BITS | generation) << SEEN_BITS | seen
    return number << CONTENT_BITS | content


@lru_cache(maxsize=256)
def generation_of(model: tuple[tuple[str, str], ...]) -> int:
    """Grows when any head is trained anew: the sum of the numbers its versions begin with."""
    numbers = (re.match(r"v?(\d[\d.-]*)", version) for _, version in model)
    digits = (re.sub(r"\D", "", found[1])[:8] for found in numbers if found)
    return min((1 << GENERATION_BITS) - 1, sum(map(int, digits)))
