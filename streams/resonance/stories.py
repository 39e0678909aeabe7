"""Posts that hang together: a thread, a cascade of reposts, copies of one text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from rezonans.reasons import Story
from streams.resonance.entries import Entry
from streams.resonance.usual import OTHER
from streams.resonance.voices import Text

MOST_STORIES = 5
LEAST_POSTS = 2
"""A post that stands alone is no story."""


def stories(texts: Sequence[Text], expected: float) -> tuple[Story, ...]:
    """The largest stories and the rest: their `observed` sum to the organic posts. What was
    expected stays with the rest, because a new story has no past."""
    groups: dict[str, list[tuple[Entry, float]]] = {}
    for text in texts:
        key = text.entries[0].story
        groups.setdefault(key, []).extend((entry, text.share) for entry in text.entries)
    sizes = {key: fsum(share for _, share in group) for key, group in groups.items()}
    large = [key for key, group in groups.items() if len(group) >= LEAST_POSTS]
    large = sorted(large, key=lambda key: (-sizes[key], key))[:MOST_STORIES]
    told = [_story(key, [entry for entry, _ in groups[key]], sizes[key]) for key in large]
    rest = fsum(size for key, size in sizes.items() if key not in large)
    return (*told, Story(key=OTHER, observed=rest, expected=expected))


def _story(key: str, entries: list[Entry], observed: float) -> Story:
    """Told by its root where that is in the window, else by what the posts answer."""
    first = min(entries, key=lambda entry: (entry.item != key, entry.published, entry.item))
    shown = first.text if first.item == key else first.title or first.text
    url = first.url if first.item == key else None
    return Story(key=key, observed=observed, expected=0.0, text=shown, url=url)
