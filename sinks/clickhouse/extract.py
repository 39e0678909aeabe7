"""The open-data extract: depersonalised counts as CSV, with a note of what was done to them.

Each row stands for `least` authors and more (k-anonymity over all of its columns); the view
`open_data` enforces twenty, whatever is asked. What is read are days as they were fixed when they
were given away first (publish.py): every extract says the same of a day, so that two of them,
subtracted, tell nothing. Asking for more authors leaves rows out, and changes none.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sinks.clickhouse.publish import LEAST_AUTHORS

LONGEST_DAYS = 3660
COLUMNS = (
    *("date", "region", "district", "topic", "sentiment", "appeal", "language"),
    *("posts", "authors"),
)
_DAY = """
SELECT date, region, district, topic, sentiment, appeal, language, posts, authors FROM published
WHERE date = {day:Date} AND authors >= {least:UInt32}
ORDER BY date, region, district, topic, sentiment, appeal, language
"""
_SIMULATED = """
SELECT count() AS posts FROM mentions_public
WHERE simulation AND toDate(published_at, 'Asia/Almaty') >= {since:Date}
    AND toDate(published_at, 'Asia/Almaty') <= {until:Date}
"""
_ABOUT = {
    "date": "day in Almaty",
    "region": "KATO code of two digits; * several, put together; empty: none was found",
    "district": "KATO code of nine digits; * and empty as above",
    "topic": "code of the topic; * and empty as above",
    "sentiment": "negative, neutral, positive; * and empty as above",
    "appeal": "complaint, incident, question, suggestion, gratitude, none; * and empty as above",
    "language": "ISO code; * and empty as above",
    "posts": "posts and comments",
    "authors": "unique pseudonyms among them",
}

Query = Callable[[str, dict[str, Any]], list[dict[str, Any]]]


def extract(
    query: Query, target: Path, days: tuple[date, date], least: int = LEAST_AUTHORS
) -> dict[str, Any]:
    """Write `target` (CSV) and its note beside it (`.json`); the note. `OSError` as it comes."""
    since, until = days
    rows = posts = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in _rows(query, since, until, least):
            writer.writerow([row[name] for name in COLUMNS])
            rows, posts = rows + 1, posts + row["posts"]
    note = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "k_anonymity": max(least, LEAST_AUTHORS),
        "quasi_identifiers": COLUMNS[:-2],
        "fixed": "a day is computed once, when it is published first; every extract says the same "
        "of it, whatever came, went or was labelled anew since",
        "rule": "groups of fewer authors are put together, then left out; posts without an author "
        "are left out, simulated posts too",
        "rows": rows,
        "posts": posts,
        "simulated_posts_left_out": _simulated(query, since, until),
        "columns": _ABOUT,
    }
    beside = target.with_suffix(target.suffix + ".json")
    beside.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return note


def _rows(query: Query, since: date, until: date, least: int) -> Iterator[dict[str, Any]]:
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        yield from query(_DAY, {"day": day, "least": least})


def _simulated(query: Query, since: date, until: date) -> int:
    """Nobody wrote them, so their number may be told."""
    return int(query(_SIMULATED, {"since": since, "until": until})[0]["posts"])
