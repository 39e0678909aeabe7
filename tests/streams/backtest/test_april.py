"""The floods of April 2024: the evening of the 16th is found, with two days to learn from.

Once with the articles labelled by the words for floods, their comments with them, and places by
the gazetteer: the way from counts to the alert without a trained model. And once as everything is
understood by the models that are shipped.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from models import emergency, understanding
from models.texts import Text
from models.understanding import Labels
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
KOSTANAY = Lane(topic="emergency", region="39")
"""Where the water was that evening."""
EVENING = Incident(
    name="вечер 16 апреля",
    start=datetime(2024, 4, 16, 19, tzinfo=ALMATY),
    end=datetime(2024, 4, 16, 21, tzinfo=ALMATY),
    topic="emergency",
)
DAYS = [datetime(2024, 4, day, tzinfo=ALMATY) for day in range(12, 19)]


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
def labelled(shared_dir: Path) -> list[tuple[Post, Labels]]:
    """The week as the shipped models understand it."""
    found = posts(shared_dir / "tengrinews_apr2024")
    labels = understanding.load()(
        [Text(text=one.text, title=one.title, context=one.context) for one in found]
    )
    return list(zip(found, labels, strict=True))


def by_words(labelled: Sequence[tuple[Post, Labels]]) -> list[Mention]:
    """A comment is about what its article is about, and the words of the article say what."""
    about = {
        post.item
        for post, _ in labelled
        if post.kind == "article" and FLOOD.search(f"{post.title} {post.text}")
    }
    return [
        Mention(
            post=post,
            topics=(("emergency", 0.95),) if (post.root or post.item) in about else (),
            places=own.places,
        )
        for post, own in labelled
    ]


@pytest.fixture(scope="module")
def week(labelled: list[tuple[Post, Labels]]) -> Outcome:
    return told(by_words(labelled), Watcher("all"))


@pytest.fixture(scope="module")
def understood(labelled: list[tuple[Post, Labels]]) -> Outcome:
    """What a desk that watches emergencies would have got, by the shipped models."""
    mentions = [
        Mention(
            post=post,
            topics=own.topics,
            sentiment=own.sentiment,
            places=own.places,
            fingerprint=own.fingerprint,
        )
        for post, own in labelled
    ]
    return told(mentions, Watcher("emergencies", frozenset({"emergency"})))


@pytest.mark.shared
def test_the_evening_of_the_sixteenth_opens_within_two_hours(week: Outcome) -> None:
    (judged,) = week.judged
    assert judged.delay_minutes is not None
    assert judged.delay_minutes <= 120
    (sent,) = [one for one in week.counted if one.lane.topic == "emergency"]
    assert sent.lane == KOSTANAY
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


def emergencies(labelled: list[tuple[Post, Labels]]) -> tuple[int, int, int]:
    """Of the comments under articles that mention floods: how many the head takes for an
    emergency, how many are one with the rule of words, and how many there are."""
    about = {post.item for post, _ in labelled if FLOOD.search(f"{post.title} {post.text}")}
    shares = [
        dict(own.topics).get(emergency.CODE)
        for post, own in labelled
        if post.kind != "article" and post.root in about
    ]
    told = [share for share in shares if share is not None]
    # what the words add has this very probability; the head's are of four digits
    return sum(share != emergency.PROBABILITY for share in told), len(told), len(shares)


def test_what_the_words_add_is_counted_apart() -> None:
    def one(item: str, text: str, *topics: tuple[str, float]) -> tuple[Post, Labels]:
        flood = mention(item, "2024-04-16 19:00:00", "a", False).post
        post = msgspec.structs.replace(flood, root="article-1", text=text)
        return post, Labels(topics=topics)

    article, labels = one("article-1", "Затопило посёлок")
    found = [
        (msgspec.structs.replace(article, kind="article", root=None), labels),
        one("c-1", "вода в домах", ("emergency", 0.8)),
        one("c-2", "согласен", ("politics", 0.7), ("emergency", emergency.PROBABILITY)),
        one("c-3", "согласен", ("politics", 0.7)),
    ]
    elsewhere, said = one("c-4", "паводок", ("emergency", 0.9))
    found.append((msgspec.structs.replace(elsewhere, root="article-2"), said))
    assert emergencies(found) == (1, 2, 3)


@pytest.mark.shared
def test_the_numbers_of_the_page_are_those_of_the_shipped_models(
    labelled: list[tuple[Post, Labels]], understood: Outcome
) -> None:
    """Other weights, other numbers: what fails here says what to write."""
    page = " ".join((CHECKOUT / "docs" / "models.md").read_text("utf-8").split())
    head, all_told, comments = emergencies(labelled)
    (judged,) = understood.judged
    assert judged.delay_minutes is not None
    opens = EVENING.start + timedelta(minutes=judged.delay_minutes)
    assert (
        f"an emergency {head:,} times of {comments:,} by the head alone and {all_told:,} times "
        f"with it; the evening of the 16th opens at {opens:%H:%M}"
    ) in page


@pytest.mark.shared
def test_the_first_days_are_not_judged(week: Outcome) -> None:
    assert week.warm == DAYS[2]
    assert all(one.at >= DAYS[2] for one in week.counted)
