"""The floods of April 2024: the evening of the 16th is found, with two days to learn from.

The articles are labelled here by the words for floods, their comments with them: what is tested
is the way from counts to the alert, not the topic model.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from rezonans.outcome import Incident, Outcome
from rezonans.reasons import Lane
from rezonans.records import Mention, Post
from streams.backtest.cells import cells
from streams.backtest.run import Past, Watcher, outcome, spikes
from streams.steps.resonate import ResonanceSettings

ALMATY = timezone(timedelta(hours=5))
FLOOD = re.compile("паводк|затоп|подтоп|наводнен", re.IGNORECASE)
EMERGENCY = Lane(topic="emergency")
EVENING = Incident(
    name="вечер 16 апреля",
    start=datetime(2024, 4, 16, 19, tzinfo=ALMATY),
    end=datetime(2024, 4, 16, 21, tzinfo=ALMATY),
    topic="emergency",
)
DAYS = [datetime(2024, 4, day, tzinfo=ALMATY) for day in range(12, 19)]


def rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def said(folder: Path) -> Iterator[Mention]:
    """Articles and comments of the week; a comment is about what its article is about."""
    csv.field_size_limit(1 << 24)
    articles = {row["article_id"]: row for row in rows(folder / "news.csv.gz")}
    about = {
        number: bool(FLOOD.search(row["title"] + " " + row["content"]))
        for number, row in articles.items()
    }
    for number, row in articles.items():
        yield mention(f"article-{number}", row["published_at_almaty"], "media", about[number])
    for row in rows(folder / "comments.csv.gz"):
        flood = about.get(row["article_id"], False)
        yield mention(f"comment-{row['id']}", row["created_at_almaty"], row["user_hash"], flood)


def mention(item: str, at: str, author: str, flood: bool) -> Mention:
    published = datetime.fromisoformat(at).replace(tzinfo=ALMATY)
    post = Post(
        item=item,
        kind="comment",
        published_at=published,
        observed_at=published,
        legal_basis="test",
        author=author,
    )
    return Mention(post=post, topics=(("emergency", 0.95),) if flood else ())


@pytest.fixture(scope="module")
def week(shared_dir: Path) -> Outcome:
    found = [
        cell
        for cell in cells(said(shared_dir / "tengrinews_apr2024"), "tengrinews")
        if DAYS[0] <= cell.minute < DAYS[-1]
    ]
    past = Past(found, DAYS[0], DAYS[-1], DAYS[2], (EVENING,))
    return outcome(past, spikes(found, ResonanceSettings(), lambda now: None), Watcher("all"), "")


@pytest.mark.shared
def test_the_evening_of_the_sixteenth_opens_within_two_hours(week: Outcome) -> None:
    (judged,) = week.judged
    assert judged.delay_minutes is not None
    assert judged.delay_minutes <= 120
    (sent,) = [one for one in week.counted if one.lane == EMERGENCY]
    assert (sent.incident, sent.warmup) == ("вечер 16 апреля", False)
    assert week.precision == 1.0


@pytest.mark.shared
def test_the_first_days_are_not_judged(week: Outcome) -> None:
    assert week.warm == DAYS[2]
    assert all(one.at >= DAYS[2] for one in week.counted)
