"""Will this post go viral: asked of a real store, with the record of the posts before it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rezonans.cli.explain import Query
from rezonans.cli.viral import find, in_words
from rezonans.i18n import translator
from rezonans.records import Mention
from rezonans.refused import SettingsError
from sinks.clickhouse.writer import Writer
from streams.resonance.cascade import LEAST_REACTIONS, followed
from tests.sinks.conftest import Store
from tests.streams.resonance.world import START, history_pages, mention

ASKED = START + timedelta(days=5)
MONTH = timedelta(days=30)
URL = "https://vk.com/wall-1_2"


def thread(item: str, at: datetime, seconds: list[float], **more: object) -> list[Mention]:
    """A post and its answers, every third of them a repost."""
    answers = [
        mention(
            f"{item}-{n}", at + timedelta(seconds=after),
            **({"repost_of": f"simulation:{item}"} if n % 3 else {"root": f"simulation:{item}"}),
        )
        for n, after in enumerate(seconds)
    ]  # fmt: skip
    return [mention(item, at, **more), *answers]  # type: ignore[arg-type]


@pytest.fixture
def filled(store: Store) -> Store:
    said = [
        one
        for n in range(40)
        for one in thread(f"p{n}", START + timedelta(hours=2 * n), [60.0 * i for i in range(12)])
    ]
    said += thread("asked", ASKED, [20.0 * i for i in range(100)], url=URL, title="Авария")
    said += thread("few", ASKED, [5.0] * (LEAST_REACTIONS - 1))
    said.sort(key=lambda one: one.post.published_at)
    Writer(store.client).write(list(history_pages(said)))
    return store


def test_a_post_is_judged_at_each_age_with_its_record(filled: Store, query: Query) -> None:
    later = ASKED + timedelta(hours=2)
    found = find(query, "simulation:asked", MONTH, later)
    assert [(one.minutes, one.reactions) for one in found.outlooks] == [
        (15, 46), (30, 91), (60, 100),
    ]  # fmt: skip
    assert {one.judged for one in found.outlooks} == {40}, "those whose day had passed before"
    assert all(one.brier is not None and 0 <= one.probability <= 1 for one in found.outlooks)
    assert (found.reactions, found.passed) == (100, False)
    assert find(query, URL, MONTH, later) == found, "its address does as well"
    assert find(query, URL, MONTH, ASKED + timedelta(days=2)).passed


def test_the_record_knows_nothing_of_later_posts(filled: Store, query: Query) -> None:
    at = START + timedelta(hours=50)
    found = find(query, "simulation:p25", MONTH, at + timedelta(days=9))
    assert {one.judged for one in found.outlooks} == {13}, "of 25 before it, 12 had a day to go"


@pytest.mark.parametrize(("minutes", "ages"), [(14, 0), (16, 1), (31, 2), (61, 3)])
def test_it_is_said_once_the_minutes_have_passed(
    filled: Store, query: Query, minutes: int, ages: int
) -> None:
    found = find(query, URL, MONTH, ASKED + timedelta(minutes=minutes))
    told = list(in_words(found, translator("ru")))
    assert told[0].startswith("«Авария. Нет воды, обращение asked» (симуляция, 7 марта, 05:00)")
    assert sum("прежних таких оценок: 40" in line for line in told) == ages
    assert any(line.startswith("Сказать пока нечего") for line in told) == (ages == 0)
    assert told[-1] == "Реакций к этому времени: 100."


def test_few_reactions_say_nothing_and_a_stranger_is_refused(filled: Store, query: Query) -> None:
    later = ASKED + timedelta(hours=2)
    assert list(find(query, "simulation:few", MONTH, later).outlooks) == []
    with pytest.raises(SettingsError, match="the store has no such post"):
        find(query, "simulation:nobody", MONTH, later)


def test_the_times_may_come_in_any_order() -> None:
    assert followed(0.0, [900.0, 5.0, 100_000.0]).times == [5.0, 900.0]
    assert followed(0.0, [900.0, 5.0, 100_000.0]).total == 2
