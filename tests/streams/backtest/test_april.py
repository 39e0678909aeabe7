"""The floods of April 2024: the evening of the 16th is found, with two days to learn from.

Once with the articles labelled by the words for floods, their comments with them: the way from
counts to the alert. And once as everything is understood by the models that are shipped.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from models import understanding
from models.texts import Text
from rezonans.i18n import translator
from rezonans.outcome import Incident, Outcome
from rezonans.reasons import Lane
from rezonans.records import Mention, Post
from sinks.backtest import sentences
from streams.backtest.cells import cells
from streams.backtest.run import Past, Watcher, outcome, spikes
from streams.steps.resonate import ResonanceSettings

CHECKOUT = Path(__file__).resolve().parents[3]
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


def told(mentions: Iterable[Mention], watcher: Watcher) -> Outcome:
    found = [cell for cell in cells(mentions, "tengrinews") if DAYS[0] <= cell.minute < DAYS[-1]]
    past = Past(found, DAYS[0], DAYS[-1], DAYS[2], (EVENING,))
    return outcome(past, spikes(found, ResonanceSettings(), lambda now: None), watcher, "")


@pytest.fixture(scope="module")
def week(shared_dir: Path) -> Outcome:
    return told(said(shared_dir / "tengrinews_apr2024"), Watcher("all"))


def posts(folder: Path) -> list[Post]:
    """The week as `deploy/tengrinews_to_jsonl.py` makes it."""
    path = CHECKOUT / "deploy" / "tengrinews_to_jsonl.py"
    spec = importlib.util.spec_from_file_location("tengrinews_to_jsonl", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return [msgspec.json.decode(line, type=Post) for line in script.lines(folder)]


@pytest.fixture(scope="module")
def understood(shared_dir: Path) -> Outcome:
    """What a desk that watches emergencies would have got, by the shipped models."""
    found = posts(shared_dir / "tengrinews_apr2024")
    labels = understanding.load()(
        [Text(text=one.text, title=one.title, context=one.context) for one in found]
    )
    mentions = [
        Mention(
            post=post,
            topics=own.topics,
            sentiment=own.sentiment,
            places=own.places,
            fingerprint=own.fingerprint,
        )
        for post, own in zip(found, labels, strict=True)
    ]
    return told(mentions, Watcher("emergencies", frozenset({"emergency"})))


@pytest.mark.shared
def test_the_evening_of_the_sixteenth_opens_within_two_hours(week: Outcome) -> None:
    (judged,) = week.judged
    assert judged.delay_minutes is not None
    assert judged.delay_minutes <= 120
    (sent,) = [one for one in week.counted if one.lane == EMERGENCY]
    assert (sent.incident, sent.warmup) == ("вечер 16 апреля", False)
    assert week.precision == 1.0


@pytest.mark.shared
def test_the_shipped_models_find_the_evening_too(understood: Outcome) -> None:
    (judged,) = understood.judged
    assert judged.delay_minutes is not None
    assert judged.delay_minutes <= 120
    assert understood.precision == 1.0
    report = "\n".join(sentences(understood, translator("ru")))
    assert "Найдено известных событий: 1 из 1" in report
    assert "До 14 апреля" in report
    assert "о том, что началось раньше, судить нельзя" in report
    assert "стало частью обычного" in report


@pytest.mark.shared
def test_the_first_days_are_not_judged(week: Outcome) -> None:
    assert week.warm == DAYS[2]
    assert all(one.at >= DAYS[2] for one in week.counted)
