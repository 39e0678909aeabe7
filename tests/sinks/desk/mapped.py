"""Rows of the page of the map, made by hand."""

from __future__ import annotations

from typing import Any

from models import regions
from tests.sinks.desk.world import ago

REGIONS = tuple(regions.regions())


def mapped() -> dict[str, list[dict[str, Any]]]:
    """Rows of the page of the map: two regions, a nowhere, two topics, one spike."""
    none = {f"region_{code}": 0 for code in REGIONS}
    course = {"negative": 30, "neutral": 10, "positive": 5, "unlabelled": 5}
    return {
        "places": [
            {"region": "", "posts": 7, "negative_share": None, "loudest_topic": ""},
            {"region": "31", "posts": 120, "negative_share": 0.4, "loudest_topic": "water"},
            {"region": "75", "posts": 30, "negative_share": 0.1, "loudest_topic": "roads"},
        ],
        "topics_by_region": [
            {"topic": "water", **none, "region_31": 90, "region_75": 4},
            {"topic": "roads", **none, "region_31": 30, "region_75": 26},
        ],
        "mentions_by_sentiment": [
            {"time": ago(60 * hours), **course} for hours in range(40, 0, -2)
        ],
        "spike_marks": [{"time": ago(90), "title": "water 31", "tags": "red,opened"}],
    }
