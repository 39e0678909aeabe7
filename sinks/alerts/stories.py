"""What a story is known by, so that it can be muted across events: texts, threads, words. Pure.

A story outlives its event: tomorrow other posts of the same thread, the same text sent on, or other
people with the same new words open a spike with another id.
"""

from __future__ import annotations

import msgspec

from rezonans.records import Spike

OTHER = "other"
COPY_BITS = 3
"""Bits of 64 in which fingerprints of one text differ."""
SAME_POSTS = 0.5
LEAST_WORDS, SAME_WORDS = 3, 0.5
"""New words that two spikes of one topic have in common, and their share of the fewer."""


class Marks(msgspec.Struct, frozen=True):
    """What is remembered of a story."""

    threads: tuple[str, ...] = ()
    """Roots of threads and cascades, with the main posts."""
    texts: tuple[int, ...] = ()
    """Fingerprints of copied texts."""
    words: tuple[str, ...] = ()
    topic: str | None = None
    region: str | None = None


def marks(spike: Spike) -> Marks:
    """Of the story that a spike tells."""
    threads = {one.key for one in spike.stories if one.key != OTHER}
    threads |= {post.item for post in spike.top}
    texts = [one.fingerprint for one in spike.copied]
    if spike.story is not None:  # it is known by them when its hour is empty
        threads.add(spike.story.key)
        texts.append(spike.story.fingerprint)
    return Marks(
        threads=tuple(sorted(threads)),
        texts=tuple(dict.fromkeys(one for one in texts if one is not None)),
        words=tuple(one.word for one in spike.words),
        topic=spike.lane.topic,
        region=spike.lane.region,
    )


def same(story: Marks, other: Marks) -> bool:
    """Whether both tell the same."""
    if any((a ^ b).bit_count() <= COPY_BITS for a in story.texts for b in other.texts):
        return True
    fewest = min(len(story.threads), len(other.threads))
    if fewest and len({*story.threads} & {*other.threads}) >= SAME_POSTS * fewest:
        return True
    near = story.region is None or other.region is None or story.region == other.region
    return story.topic == other.topic and near and _words_in_common(story, other)


def _words_in_common(story: Marks, other: Marks) -> bool:
    common = {*story.words} & {*other.words}
    fewest = min(len(story.words), len(other.words))
    return len(common) >= max(LEAST_WORDS, SAME_WORDS * fewest)
