"""Panels of how much is said: by topic, place, mood, platform, language, appeal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.sinks.boards.slowly.question import (
    FLOW,
    PLACE,
    Panels,
    Question,
    Row,
    Rows,
    Said,
    by,
    change,
    course,
    measured,
    negative_share,
    reposts,
    series,
    share,
    without,
)

BROUGHT = ("complaint", "incident", "question", "suggestion", "gratitude")


def totals(q: Question) -> Said:
    now, before = q.narrowed(*FLOW), q.narrowed(*FLOW, before=True)
    return {
        (): {
            **measured(now),
            "change": change(now, before),
            "repost_share": share(reposts(now), len(now)),
            "regions": len(without(by(now, "region"))),
        }
    }


def loud_topics(q: Question) -> Said:
    loud: Said = {}
    hour = q.until - timedelta(hours=1)
    here = [row for row in q.narrowed(*FLOW) if row["repost_of"] is None]
    here = [row for row in here if row["published_at"] >= q.until - timedelta(hours=25)]
    for key, rows in without(by(here, "topic")).items():
        recent = [row for row in rows if row["published_at"] >= hour]
        usual = len(rows) - len(recent)
        if recent:
            loud[key] = {
                **measured(recent),
                "usual": usual / 24,
                "times": len(recent) * 24 / usual if usual else None,
                "regions": len(without(by(recent, "region"))),
            }
    return loud


def _mood(rows: Rows, step: int) -> Said:
    names: dict[str, Callable[[Row], bool]] = {
        name: lambda row, name=name: row["sentiment"] == name  # type: ignore[misc]
        for name in ("negative", "neutral", "positive")
    }
    return course(rows, step, names | {"unlabelled": lambda row: row["sentiment"] is None})


def _loudest(rows: Rows) -> dict[str, Any]:
    topics = Counter(row["topic"] for row in rows if row["topic"])
    most = max(topics.values(), default=0)
    return {"loudest_topic": {name for name, many in topics.items() if many == most} or {""}}


def _compared(q: Question, name: str) -> Said:
    now, before = by(q.narrowed(*FLOW), name), by(q.narrowed(*FLOW, before=True), name)
    everything = sum(map(len, without(now).values()))
    return {
        key: {
            **measured(rows),
            "share": share(len(rows), everything),
            "change": change(rows, before.get(key, [])),
        }
        for key, rows in without(now).items()
    }


def topics(q: Question) -> Said:
    found, groups = _compared(q, "topic"), by(q.narrowed(*FLOW), "topic")
    for key, row in found.items():
        row["repost_share"] = share(reposts(groups[key]), len(groups[key]))
    return found


def platforms(q: Question) -> Said:
    found, groups = _compared(q, "platform"), by(q.narrowed(*FLOW), "platform")
    for key, row in found.items():
        kazakh = sum(one["language"] == "kk" for one in groups[key])
        row["kazakh_share"] = share(kazakh, len(groups[key]))
    return found


def topics_by_region(q: Question) -> Said:
    named = without(by(q.narrowed(*FLOW), "topic", "region"))
    found: Said = defaultdict(dict)
    for (topic, region), rows in named.items():
        found[(topic,)][f"region_{region}"] = len(rows)
    return found


def topics_by_district(q: Question) -> Said:
    named = without(by(q.narrowed(*PLACE), "district", "topic"))
    whole: Counter[str] = Counter()
    for (district, _), rows in named.items():
        whole[district] += len(rows)
    return {
        key: {**measured(rows), "share": share(len(rows), whole[key[0]])}
        for key, rows in named.items()
    }


def places(q: Question) -> Said:
    named = by(q.narrowed(*FLOW), "region").items()
    return {key: {**measured(rows), **_loudest(rows)} for key, rows in named}


def districts(q: Question) -> Said:
    named = without(by(q.narrowed(*PLACE), "district")).items()
    return {key: {**measured(rows), **_loudest(rows)} for key, rows in named}


def settlements(q: Question) -> Said:
    named = without(by(q.narrowed(*PLACE), "settlement")).items()
    return {key: measured(rows) for key, rows in named}


def languages(q: Question) -> Said:
    rows = q.narrowed(*FLOW)
    return {
        key: {
            "posts": len(said),
            "share": share(len(said), len(rows)),
            "negative_share": negative_share(said),
        }
        for key, said in by(rows, "language").items()
    }


def appeal_course(q: Question) -> Said:
    names: dict[str, Callable[[Row], bool]] = {
        name: lambda row, name=name: row["appeal"] == name  # type: ignore[misc]
        for name in BROUGHT
    }
    rows = [row for row in q.narrowed("topic", "region") if row["repost_of"] is None]
    return course(rows, q.step, names)


def appeals_by_channel(q: Question) -> Said:
    rows = [row for row in q.narrowed("topic", "region") if row["kind"] == "appeal"]
    return {
        key: {"appeals": len(said), "share": share(len(said), len(rows))}
        for key, said in by(rows, "channel").items()
    }


def appeals_by_type(q: Question) -> Said:
    rows = [row for row in q.narrowed("topic", "region") if row["kind"] == "appeal"]
    rows = [row for row in rows if row["appeal"] in BROUGHT]
    return {
        key: {
            "appeals": len(said),
            "stated": sum(row["stated_appeal"] is not None for row in said),
            "share": share(len(said), len(rows)),
        }
        for key, said in by(rows, "appeal").items()
    }


def mentions_total(q: Question) -> Said:
    """Where a district is chosen, platforms and languages do not narrow it."""
    names = PLACE if "district" in q.chosen else FLOW
    return {(): measured(q.narrowed(*names))}


def mentions_list(q: Question) -> Said:
    """By number, any of the texts of its moment: whole rows are compared in a test of their own."""
    rows = q.narrowed(*FLOW, "district")
    newest = sorted((row["published_at"] for row in rows), reverse=True)
    said: dict[Any, set[Any]] = {}
    for row in rows:
        said.setdefault(row["published_at"], set()).add(row["text"])
    return {(number,): {"said": said[moment]} for number, moment in enumerate(newest[:100])}


PANELS: Panels = {
    "totals": ((), totals),
    "loud_topics": (("topic",), loud_topics),
    "mentions_by_sentiment": (("time",), lambda q: _mood(q.narrowed(*FLOW), q.step)),
    "place_mood": (("time",), lambda q: _mood(q.narrowed(*PLACE), q.step)),
    "places": (("region",), places),
    "districts": (("district",), districts),
    "settlements": (("settlement",), settlements),
    "topics": (("topic",), topics),
    "platforms": (("platform",), platforms),
    "languages": (("language",), languages),
    "topic_course": (
        ("time", "topic"),
        lambda q: series([r for r in q.narrowed(*FLOW) if r["topic"]], q.step, "topic"),
    ),
    "region_course": (
        ("time", "region"),
        lambda q: series([r for r in q.narrowed(*FLOW) if r["region"]], q.step, "region"),
    ),
    "platform_course": (
        ("time", "platform"),
        lambda q: series(q.narrowed(*FLOW), q.step, "platform"),
    ),
    "topics_by_region": (("topic",), topics_by_region),
    "topics_by_district": (("district", "topic"), topics_by_district),
    "appeal_course": (("time",), appeal_course),
    "appeals_by_channel": (("channel",), appeals_by_channel),
    "appeals_by_type": (("appeal",), appeals_by_type),
    "mentions_total": ((), mentions_total),
    "mentions_list": (("#",), mentions_list),
}
