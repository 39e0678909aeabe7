"""What the panels of answers have to say, counted the slow way."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.sinks.boards.slowly.question import (
    Panels,
    Question,
    Row,
    Said,
    at,
    negative_share,
    share,
)
from tests.sinks.clickhouse import recount

ASKING = ("complaint", "incident", "question", "suggestion")
_DAY = timedelta(days=1)


def official_accounts(q: Question) -> Said:
    pages: dict[str, list[Row]] = defaultdict(list)
    for row in q.narrowed("platform"):
        pages[row["container"]].append(row)
    found: Said = {}
    for page, rows in pages.items():
        own = [row for row in rows if row["author_kind"] == "official"]
        people = [row for row in rows if row["author_kind"] != "official"]
        if own:
            last = max(row["published_at"] for row in own)
            found[(page,)] = {
                "posts": sum(row["parent"] is None for row in own),
                "answers": sum(row["parent"] is not None for row in own),
                "from_people": len(people),
                "negative_share": negative_share(people),
                "silent_for": int((q.until - last).total_seconds()),
            }
    return found


@dataclass(frozen=True)
class Asked:
    row: Row
    hours: float | None
    """Until it was answered first; `None`: it was not."""


def asked(q: Question) -> list[Asked]:
    official = [row for row in q.rows if row["author_kind"] == "official"]
    pages = {row["container"] for row in official}
    said = defaultdict(list, {item: [at] for item, at in q.answered.items()})
    for row in official:
        said[row["parent"]].append(row["published_at"])
    return [
        Asked(row, _hours(row["published_at"], said[row["item"]]))
        for row in q.narrowed("topic", "region", "platform")
        if row["appeal"] in ASKING
        and row["kind"] != "appeal"
        and row["author_kind"] not in ("official", "media", "page")
        and row["repost_of"] is None
        and row["container"] in pages
    ]


def _hours(asked_at: datetime, moments: list[datetime]) -> float | None:
    """To the first answer from a day before to thirty days after, in tenths, rounded up."""
    near = [at for at in moments if -_DAY <= at - asked_at <= 30 * _DAY]
    if not near:
        return None
    return math.ceil(max(0, int((min(near) - asked_at).total_seconds())) / 360) / 10


def _answers(q: Question, found: list[Asked], least: int = 0) -> dict[str, Any]:
    hours = sorted(one.hours for one in found if one.hours is not None)
    late = sum(one.hours is None and q.until - one.row["published_at"] >= _DAY for one in found)
    enough = len(found) >= least
    return {
        "asked": len(found),
        "answered": len(hours),
        "answered_share": share(len(hours), len(found)) if enough else None,
        "on_time_share": share(sum(h <= 24 for h in hours), len(hours) + late) if enough else None,
        "median_hours": hours[(len(hours) - 1) // 2] if hours and enough else None,
    }


def response_totals(q: Question) -> Said:
    return {(): _answers(q, asked(q))}


def response_course(q: Question) -> Said:
    days: dict[str, list[Asked]] = defaultdict(list)
    for one in asked(q):
        days[at(one.row, 86400)].append(one)
    return {
        (day,): {"asked": len(found), "answered": sum(one.hours is not None for one in found)}
        for day, found in days.items()
    }


def response_by_authority(q: Question) -> Said:
    pages: dict[str, list[Asked]] = defaultdict(list)
    for one in asked(q):
        pages[one.row["container"]].append(one)
    return {(page,): _answers(q, found, least=10) for page, found in pages.items()}


def response_by_topic(q: Question) -> Said:
    topics: dict[str, list[Asked]] = defaultdict(list)
    for one in asked(q):
        topics[one.row["topic"] or ""].append(one)
    found = {(topic,): _answers(q, many, least=10) for topic, many in topics.items()}
    for row in found.values():
        del row["on_time_share"]
    return found


def waiting_by_authority(q: Question) -> Said:
    """Older than eleven days: from the beginning of their day."""
    pages: dict[str, list[timedelta]] = defaultdict(list)
    oldest: dict[str, datetime] = {}
    for one in asked(q):
        page, moment = one.row["container"], one.row["published_at"].replace(microsecond=0)
        if one.hours is not None:
            continue
        pages[page].append(q.until - moment)
        told = moment if q.until - moment <= 11 * _DAY else recount.span(moment, 86400)
        oldest[page] = min(told, oldest.get(page, told))
    bounds = {"waiting_hours": (0, 1), "waiting_days": (1, 3), "waiting_week": (3, 10)}
    return {
        (page,): {
            "waiting": len(waits),
            "waiting_longer": sum(wait >= 10 * _DAY for wait in waits),
            "longest": int((q.until - oldest[page]).total_seconds()),
            **{
                name: sum(least * _DAY <= wait < most * _DAY for wait in waits)
                for name, (least, most) in bounds.items()
            },
        }
        for page, waits in pages.items()
    }


def unanswered(q: Question) -> Said:
    waiting = [one.row for one in asked(q) if one.hours is None]
    first = sorted(
        waiting,
        key=lambda row: (not (row["urgent"] or 0) >= 0.5, row["published_at"], row["item"]),
    )
    return {
        (number,): {
            "waits": int((q.until - row["published_at"]).total_seconds()),
            "said": row["text"],
        }
        for number, row in enumerate(first[:100])
    }


PANELS: Panels = {
    "official_accounts": (("account",), official_accounts),
    "response_totals": ((), response_totals),
    "response_course": (("time",), response_course),
    "response_by_authority": (("account",), response_by_authority),
    "response_by_topic": (("topic",), response_by_topic),
    "unanswered": (("#",), unanswered),
    "waiting_by_authority": (("account",), waiting_by_authority),
}
