"""Panels of unique voices."""

from __future__ import annotations

from collections import defaultdict

from tests.sinks.boards.slowly.question import (
    Panels,
    Question,
    Said,
)
from tests.sinks.clickhouse import recount


def _voices(q: Question, name: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Posts and the most voices that one value of a name has in an hour, or a day."""
    cells = recount.voices(
        [dict(row) for row in q.narrowed(name)], 86400 if q.step == 86400 else 3600
    )
    order = ("topic", "region", "district", "platform", "official")
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for (moment, scope, *named, _simulation), counted in cells.items():
        if scope == name:
            found[str(moment), named[order.index(name)]].append((counted[0], counted[1]))
    return {
        key: (sum(posts for posts, _ in many), max(voices for _, voices in many))
        for key, many in found.items()
    }


def _loudest_voices(q: Question, name: str) -> Said:
    points: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (moment, _), counted in _voices(q, name).items():
        points[moment].append(counted)
    return {
        (moment,): {"posts": sum(p for p, _ in many), "voices": max(v for _, v in many)}
        for moment, many in points.items()
    }


def platform_voices(q: Question) -> Said:
    return {key: {"voices": voices} for key, (_, voices) in _voices(q, "platform").items()}


PANELS: Panels = {
    "topic_voices": (("time",), lambda q: _loudest_voices(q, "topic")),
    "region_voices": (("time",), lambda q: _loudest_voices(q, "region")),
    "platform_voices": (("time", "platform"), platform_voices),
}
