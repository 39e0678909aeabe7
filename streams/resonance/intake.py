"""From a mention to an entry: counted once, weighed by its copies, put into its lanes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from rezonans.reasons import Lane
from rezonans.records import Mention, Mentions, Post
from streams.resonance import entries
from streams.resonance.copies import Cluster, CopyRing
from streams.resonance.entries import Entry, Norm, Norms
from streams.resonance.lanes import LaneTable
from streams.resonance.seen import SeenRing, digest
from streams.resonance.settings import ResonanceSettings

CONVERSATION_HOURS = 6
"""A conversation counts once within this time in a lane of a district."""
MOST_CONVERSATIONS = 500_000


class IntakeState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    lanes: list[Lane]
    refused: int
    seen: list[tuple[int, bytes]]
    copies: tuple[int, float | None, list[tuple[int, Cluster]]]
    norms: dict[str, Norm]
    models: dict[str, str] = {}
    conversations: list[tuple[int, bytes]] = []


class Intake:
    """Knows what was seen, which texts are copies, which lanes exist, what is usual."""

    def __init__(self, settings: ResonanceSettings) -> None:
        self._settings = settings
        self.lanes = LaneTable(settings.max_lanes)
        self.copies = CopyRing(60.0 * settings.copy_minutes, settings.copy_distance)
        self._seen = SeenRing(settings.seen_hours, settings.seen_items)
        self._conversations = SeenRing(CONVERSATION_HOURS, MOST_CONVERSATIONS)
        self.norms = Norms()
        self.models: dict[str, str] = {}
        """Versions of the heads that labelled the newest mention."""

    def is_new(self, post: Post, clock: float) -> bool:
        """Whether the item has not been counted; it is remembered from now on."""
        return self._seen.first(digest(post.item), clock)

    def entry(self, page: Mentions, mention: Mention, published: float) -> Entry:
        """What is kept of a new post."""
        norm = self.norms.learn(page.platform, mention.post)
        entry = entries.entry(page, mention, published, norm, self._settings)
        entry.cluster, entry.organic = self._voice(mention, published)
        entry.lanes = self._numbers(entries.lanes(mention, self._settings))
        entry.told = self._told(entry)
        self.models = mention.model or self.models
        return entry

    def _voice(self, mention: Mention, published: float) -> tuple[int, float]:
        """A repost belongs to its post's cascade: it is resonance, not a copy."""
        if mention.fingerprint is None or mention.post.repost_of is not None:
            return 0, 1.0
        return self.copies.add(mention.fingerprint, published)

    def _told(self, entry: Entry) -> tuple[int, ...]:
        """Posts of one conversation excite each other: where five posts a day are usual, they
        would pass for an incident."""
        return tuple(
            lane
            for lane in entry.lanes
            if self.lanes.lanes[lane].district is not None
            and not self._conversations.first(digest(f"{lane}/{entry.story}"), entry.published)
        )

    def _numbers(self, lanes: Iterable[Lane]) -> tuple[int, ...]:
        numbers = (self.lanes.number(lane) for lane in lanes)
        return tuple(number for number in numbers if number is not None)

    def dump(self) -> IntakeState:
        """Everything, in the order it came."""
        return IntakeState(
            lanes=self.lanes.lanes,
            refused=self.lanes.refused,
            seen=self._seen.dump(),
            copies=self.copies.dump(),
            norms=self.norms.platforms,
            models=self.models,
            conversations=self._conversations.dump(),
        )

    def restore(self, state: IntakeState) -> None:
        """The opposite of `dump`."""
        for lane in state.lanes:
            self.lanes.number(lane)
        self.lanes.refused = state.refused
        self._seen.restore(state.seen)
        self.copies.restore(state.copies)
        self.norms.platforms = state.norms
        self.models = state.models
        self._conversations.restore(state.conversations)


def update(entry: Entry, post: Post) -> None:
    """What an edit or newer counters change of a post whose bin is open. Neither adds."""
    if post.counters is not None:
        entry.engagement = max(entry.engagement, entries.engagement(post.counters))
    if post.event == "edited" and post.revision > entry.revision:
        entry.text, entry.revision = entries.text(post), post.revision
