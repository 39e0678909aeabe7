"""Panels of the models: where they abstain, how sure they are, what has moved."""

from __future__ import annotations

from collections import defaultdict
from math import log
from typing import Any

from tests.sinks.boards.slowly.question import (
    Panels,
    Question,
    Row,
    Rows,
    Said,
    at,
    by,
    moods,
)


def _labelled(rows: Rows) -> dict[str, Any]:
    """Shares without a label, and how sure the models are of the others."""
    topical = [row for row in rows if row["topic"] is not None]
    sure = sum(round(row["topic_probability"] * 1000) for row in topical)
    return {
        "without_topic": 1 - len(topical) / len(rows),
        "without_sentiment": moods(rows)[None] / len(rows),
        "without_appeal": sum(row["appeal_guess"] is None for row in rows) / len(rows),
        "without_place": sum(not row["places"] for row in rows) / len(rows),
        "topic_probability": sure / 1000 / len(topical) if topical else None,
    }


def model_course(q: Question) -> Said:
    points: dict[str, list[Row]] = defaultdict(list)
    for row in q.narrowed("platform", "language"):
        points[at(row, q.step)].append(row)
    return {(moment,): _labelled(rows) for moment, rows in points.items()}


def model_generations(q: Question) -> Said:
    found: Said = {}
    for key, rows in by(q.narrowed("platform", "language"), "generation").items():
        told = _labelled(rows)
        kept = {name: told[name] for name in ("without_topic", "topic_probability")}
        found[key] = {"posts": len(rows), **kept}
    return found


def models_by_language(q: Question) -> Said:
    groups = by(q.narrowed("platform", "language"), "platform", "language")
    return {key: {"posts": len(rows), **_labelled(rows)} for key, rows in groups.items()}


def topic_drift(q: Question) -> Said:
    now = by(q.narrowed("platform", "language"), "topic")
    before = by(q.narrowed("platform", "language", before=True), "topic")
    names = now.keys() | before.keys()
    mixes = [{key: (len(mix.get(key, [])) + 0.5) for key in names} for mix in (now, before)]
    here, there = ({k: v / sum(mix.values()) for k, v in mix.items()} for mix in mixes)
    moved = {key: (here[key] - there[key]) * log(here[key] / there[key]) for key in names}
    return {
        key: {
            "share": here[key],
            "share_before": there[key],
            "moved": moved[key],
            "all_moved": sum(moved.values()),
        }
        for key in names
    }


PANELS: Panels = {
    "model_course": (("time",), model_course),
    "model_generations": (("generation",), model_generations),
    "models_by_language": (("platform", "language"), models_by_language),
    "topic_drift": (("topic",), topic_drift),
}
