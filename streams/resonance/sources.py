"""What each source usually brings: its share of all posts, fading over weeks."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from streams.resonance.entries import Entry

HALF_LIFE_DAYS = 7.0
MOST_SOURCES = 20_000
LEAST_POSTS = 50.0
"""Before so many posts were learned nobody can say what is usual."""


class SourcesState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    origin: float | None = None
    posts: dict[str, float] = {}
    """Organic posts by target. Newer ones weigh more by growing, so nothing is touched to fade."""


class Sources:
    """Learns from closed bins, what came in a fault included: a share is slow to move."""

    def __init__(self) -> None:
        self.state = SourcesState()

    def learn(self, entries: Iterable[Entry], start: float) -> None:
        """A closed bin of everything."""
        if self.state.origin is None:
            self.state.origin = start
        posts, grown = self.state.posts, self._grown(start)
        for entry in entries:
            posts[entry.target] = posts.get(entry.target, 0.0) + entry.organic * grown
        if len(posts) > MOST_SOURCES:
            del posts[min(posts, key=lambda name: (posts[name], name))]

    def shares(self, now: float) -> dict[str, float]:
        """Share of all posts by target; empty while too little is known."""
        total = sum(self.state.posts.values())
        if total < LEAST_POSTS * self._grown(now):
            return {}
        return {name: posts / total for name, posts in self.state.posts.items()}

    def accept(self, observed: dict[str, float]) -> None:
        """Take what sources bring now as their usual: it did not pass."""
        total, seen = sum(self.state.posts.values()), sum(observed.values())
        for name, posts in observed.items():
            known = self.state.posts.get(name, 0.0)
            self.state.posts[name] = max(known, total * posts / max(seen, 1.0))

    def _grown(self, at: float) -> float:
        origin = at if self.state.origin is None else self.state.origin
        grown: float = 2 ** ((at - origin) / 86400 / HALF_LIFE_DAYS)
        return grown
