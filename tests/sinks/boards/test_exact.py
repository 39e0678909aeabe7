"""Every number of every panel that counts mentions is that of a slow recount, whatever came twice,
was edited, moved, labelled anew or deleted."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from rezonans.handling import Action
from rezonans.records import Mention, Mentions
from sinks import boards
from sinks.clickhouse.client import open_client
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.boards import year
from tests.sinks.boards.conftest import Asked
from tests.sinks.boards.slowly import PANELS
from tests.sinks.boards.slowly.question import Question, Said
from tests.sinks.clickhouse import recount
from tests.sinks.clickhouse.samples import fact
from tests.sinks.conftest import Store

UNTIL = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
"""Midnight in Almaty: spans of every size end here."""
RANGES = {"three days": (3, 3600), "a month": (30, 7200), "a season": (100, 86400)}
CHOICES: dict[str, Mapping[str, Sequence[str]]] = {
    "all": {},
    "some": {
        "topic": ("water", "roads", "-"),
        "region": ("31", "71", "-"),
        "language": ("ru", "kk"),
    },
    "one": {"topic": ("heating",), "platform": ("vk", "rss")},
    "a district": {"district": ("314000000", "-"), "topic": ("water", "heating", "roads")},
}
OF_SOMETHING_ELSE = {
    # spikes and what people do with them
    *("spikes", "forecasts", "spike_marks", "spike_handling", "alert_red_spikes"),
    # looks of the collectors, what could not be read, the state of the rollups
    *("sources", "source_totals", "source_course", "arrival_course", "dead_letters"),
    *("rollup_totals", "alert_counts_behind", "alert_silent_sources"),
    # a list of names
    "platforms_known",
    # thresholds of alert rules, which have tests of their own
    *("alert_abstention", "alert_unanswered"),
}


def test_no_panel_that_counts_mentions_is_left_out() -> None:
    assert set(PANELS) | OF_SOMETHING_ELSE == set(boards.names())
    assert not set(PANELS) & OF_SOMETHING_ELSE


def moments() -> Iterator[datetime]:
    """Most of it in the last three days, some of months before; never in the hour that is a day
    before the end, which is a day old or not by the minute."""
    for hours in (1, 2, 9, 20, 31, 55):
        yield from (UNTIL - timedelta(hours=hours) + timedelta(minutes=n) for n in range(59))
    for days in (5, 20, 45, 80, 120, 190):
        yield from (UNTIL - timedelta(days=days, minutes=4 * n + 3) for n in range(10))


@dataclass
class World:
    """A platform shows its posts; what was shown is told to the store in batches."""

    store: Store
    dice: random.Random
    seconds: Iterator[int] = field(default_factory=itertools.count)
    sequence: Iterator[int] = field(default_factory=itertools.count)

    def tell(self, said: list[Mention]) -> list[Mentions]:
        """A page a platform."""
        pages = []
        for platform in year.PLATFORMS:
            of_it = [one for one in said if one.post.item.startswith(f"{platform}:")]
            if of_it:
                pages.append(year.page(platform, next(self.sequence), of_it))
        self.write(pages)
        return pages

    def write(self, pages: list[Mentions], actions: Sequence[Action] = ()) -> None:
        Writer(self.store.client, self.now).write(pages, actions=actions)

    def roll_up(self) -> None:
        Rollups(self.store.client, self.now, settle_seconds=0).catch_up()

    def now(self) -> datetime:
        """A clock that never says the same twice."""
        return UNTIL + timedelta(hours=1, seconds=next(self.seconds))

    def labelled(self, old: Mention, **changes: Any) -> Mention:
        """The same post with labels of another text."""
        fresh = year.mention(self.dice, "other", old.post.published_at)
        return msgspec.structs.replace(fresh, post=msgspec.structs.replace(old.post, **changes))


def told(store: Store, seed: int) -> None:
    """All that may become of a post, in one story."""
    dice = random.Random(seed)
    world = World(store, dice)
    first = list(_said(dice))
    pages = world.tell(first)
    world.roll_up()
    world.write(pages[:2])  # comes twice
    people = [one for one in first if one.post.author_kind == "person"]
    dice.shuffle(people)
    edited = [world.labelled(one, event="edited", revision=1) for one in people[:25]]
    moved = [
        world.labelled(
            one, published_at=one.post.published_at - timedelta(hours=2), revision=1,
            event="edited", published_origin="first_seen",
        )
        for one in people[25:35]
    ]  # fmt: skip
    again = [
        msgspec.structs.replace(world.labelled(one), model={"topics": "9"}) for one in people[35:60]
    ]
    world.tell([*edited, *moved, *again])
    gone = people[50:75]
    world.tell([fact(one.post.item, "deleted", published_at=one.post.published_at) for one in gone])
    world.tell([*gone[:10], *edited[:10]])  # an old look comes late
    actions = [
        Action(
            action=f"a{n}", at=one.post.published_at + timedelta(hours=3), verb="answered",
            subject=f"item:{one.post.item}", by="w",
        )
        for n, one in enumerate(people[75:85])
    ]  # fmt: skip
    world.write([], actions)
    world.roll_up()


def _said(dice: random.Random) -> Iterator[Mention]:
    for number, moment in enumerate(moments()):
        found = year.mention(dice, str(number), moment)
        yield found
        platform = found.post.item.split(":")[0]
        if platform in year.OFFICES and number % 2:
            answer = year.answer(found, year.OFFICES[platform], dice)
            if answer.post.published_at < UNTIL:
                yield answer


@dataclass(frozen=True)
class Told:
    asked: Asked
    question: Question

    def of(self, days: int, step: int, chosen: Mapping[str, Sequence[str]]) -> Question:
        since = (UNTIL - timedelta(days=days)).replace(tzinfo=None)
        return replace(self.question, since=since, step=step, chosen=chosen)


@pytest.fixture(scope="module")
def story(store_folder: Any) -> Iterator[Told]:
    client = open_client(f"chdb://{store_folder}", database="exact")
    migrate(client)
    store = Store(store_folder, "exact", client)
    told(store, seed=3)
    rows = recount.stored(client)
    marks = client.query("SELECT subject, at FROM actions WHERE verb = 'answered'").result_rows
    answered = {subject.removeprefix("item:"): at for subject, at in marks}
    end = UNTIL.replace(tzinfo=None)
    question = Question(rows, end, end, 0, {}, answered)
    yield Told(Asked(store.engine()), question)
    client.close()


ASKED = (
    *(("three days", "all"), ("three days", "some"), ("a month", "one")),
    *(("a month", "a district"), ("a season", "all"), ("a season", "some")),
)


@pytest.mark.parametrize(("length", "choice"), ASKED)
def test_every_panel_says_what_a_recount_says(story: Told, length: str, choice: str) -> None:
    days, step = RANGES[length]
    question = story.of(days, step, CHOICES[choice])
    some = 0
    for name, (keys, recounted_by) in PANELS.items():
        since = UNTIL - timedelta(days=days)
        rows = story.asked(name, since, UNTIL, question.chosen, step).rows
        expected = {key: row for key, row in recounted_by(question).items() if any(row.values())}
        compared(name, keyed(rows, keys), expected)
        some += len(expected)
    assert some > 50


def keyed(rows: list[dict[str, Any]], keys: tuple[str, ...]) -> Said:
    found = {
        tuple(number if key == "#" else row[key] for key in keys): row
        for number, row in enumerate(rows)
    }
    assert len(found) == len(rows), "a row stands twice"
    return found


def compared(panel: str, said: Said, expected: Said) -> None:
    """What is said is what is expected: no row more, none less, each number the same."""
    keys = PANELS[panel][0]
    more = {key for key, row in said.items() if any(row[name] for name in row.keys() - keys)}
    assert more <= expected.keys(), f"{panel} says more than a recount: {more - expected.keys()}"
    for key, row in expected.items():
        assert key in said, f"{panel} leaves out {key}: {row}"
        for name, value in row.items():
            nearly = 0.0501 if name in TO_A_TENTH else 0.000501
            same = like(said[key][name], value, nearly)
            assert same, f"{panel} {key} {name}: {said[key][name]}, not {value}"


TO_A_TENTH = {"usual", "times", "median_hours"}


def like(said: Any, expected: Any, nearly: float) -> bool:
    """Counts exactly, shares as they are rounded; of names that are equally loud any."""
    if isinstance(expected, set):
        return said in expected
    if isinstance(expected, float):
        return said is not None and abs(said - expected) <= nearly
    return bool(said == expected)


def test_a_wrong_number_would_be_seen() -> None:
    row = {"topic": "water", "posts": 3, "share": 0.25}
    expected: Said = {("water",): {"posts": 3, "share": 0.2504}}
    compared("topics", {("water",): row}, expected)
    for wrong in ({"posts": 4}, {"share": 0.26}, {"share": None}):
        with pytest.raises(AssertionError, match="not"):
            compared("topics", {("water",): row | wrong}, expected)
    with pytest.raises(AssertionError, match="leaves out"):
        compared("topics", {}, expected)
    with pytest.raises(AssertionError, match="says more"):
        compared("topics", {("water",): row, ("gas",): row}, expected)
