"""The series that are watched and how they contain each other."""

from __future__ import annotations

from collections.abc import Iterable

from rezonans.reasons import Lane

WHOLE = Lane()


def breadth(lane: Lane) -> int:
    """0 for topic x region, 1 for a topic, 2 for a region, 3 for the whole; 4 for a district,
    which speaks where no wider lane does."""
    if lane.district is not None:
        return 4
    return (lane.topic is None) * 2 + (lane.region is None)


def in_region(lane: Lane) -> bool:
    """Whether it is a topic in a region, the whole of it."""
    return None not in (lane.topic, lane.region) and lane.district is None


def contains(wide: Lane, narrow: Lane) -> bool:
    """Whether every post of `narrow` is also one of `wide` (and they differ)."""
    same_topic = wide.topic is None or wide.topic == narrow.topic
    same_region = wide.region is None or wide.region == narrow.region
    same_district = wide.district is None or wide.district == narrow.district
    return wide != narrow and same_topic and same_region and same_district


def lanes_of(topics: Iterable[str], region: str | None, district: str | None) -> list[Lane]:
    """All lanes a post counts in, widest first."""
    found = [WHOLE]
    if region is not None:
        found.append(Lane(region=region))
    for topic in topics:
        found.append(Lane(topic=topic))
        if region is not None:
            found.append(Lane(topic=topic, region=region))
        if district is not None:
            found.append(Lane(topic=topic, region=region, district=district))
    return found


class LaneTable:
    """Lanes by number, in the order they were first seen. Never forgets, never renumbers."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._number: dict[Lane, int] = {}
        self.lanes: list[Lane] = []
        self.refused = 0

    def __len__(self) -> int:
        return len(self.lanes)

    def number(self, lane: Lane) -> int | None:
        """The lane's number, a new one on first sight, `None` when the table is full."""
        known = self._number.get(lane)
        if known is not None:
            return known
        if len(self.lanes) >= self._most:
            self.refused += 1
            return None
        self._number[lane] = len(self.lanes)
        self.lanes.append(lane)
        return len(self.lanes) - 1

    def find(self, lane: Lane) -> int | None:
        """The lane's number if it has been seen."""
        return self._number.get(lane)

    def parent(self, number: int) -> int | None:
        """The nearest wider lane that is known: the topic's of the region for a district, the
        topic for its regions, the whole."""
        lane = self.lanes[number]
        if lane == WHOLE:
            return None
        if lane.district is not None:
            wide = self._number.get(Lane(topic=lane.topic, region=lane.region))
            if wide is not None:
                return wide
        if lane.topic is not None and lane.region is not None:
            wide = self._number.get(Lane(topic=lane.topic))
            if wide is not None:
                return wide
        return self._number.get(WHOLE)

    def inside(self, number: int) -> list[int]:
        """Numbers of all narrower lanes."""
        wide = self.lanes[number]
        return [i for i, lane in enumerate(self.lanes) if contains(wide, lane)]
