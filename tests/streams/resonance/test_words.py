"""What is new in the words: against the week before, without keeping a text."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.resonance.entries import Norm, entry
from streams.resonance.voices import texts
from streams.resonance.words import BUCKETS, DAY_SECONDS, Words, bucket, fresh, score, stem, stems
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.world import START, burst, live_pages, mention, ordinary, page

Region = Callable[..., Resonance]


@pytest.mark.parametrize(
    ("left", "right"),
    [("вода", "воды"), ("вода", "воду"), ("прорвало", "прорвался"), ("суды", "судың")],
)
def test_forms_of_a_word_are_one(left: str, right: str) -> None:
    assert stem(left) == stem(right)


def test_short_words_marks_and_numbers_are_no_words() -> None:
    assert stems("На 5-й день, Воды НЕТ!!! http") == {
        stem(word): word for word in ("день", "воды", "нет", "http")
    }


def test_new_is_what_was_rare_and_is_frequent_now() -> None:
    assert score(30, 100, 5, 5000) > 5
    assert abs(score(30, 100, 1500, 5000)) < 0.5
    assert score(3, 100, 150, 5000) == pytest.approx(0, abs=0.3)


@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 900), st.integers(0, 900))
def test_a_word_of_one_time_alone_has_its_sign(n: int, of: int, before: int, more: int) -> None:
    value = score(n, n + of, before, before + more)
    assert math.isfinite(value)
    if n * (before + more + 1) > (before + 1) * (n + of) * 4:
        assert value > 0


def test_the_week_before_is_a_week() -> None:
    words = Words()
    for day in range(12):
        words.learn(day * DAY_SECONDS, "water", "нет воды")
        words.learn(day * DAY_SECONDS, None, "тишина")
    posts, counts = words.before("water")
    assert (posts, counts[bucket(stem("воды"))], counts[bucket(stem("тишина"))]) == (8, 8, 0)
    assert words.before(None)[0] == 16


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["water", None])), max_size=20))
def test_a_snapshot_in_between_changes_nothing(posts: list[tuple[int, str | None]]) -> None:
    posts.sort(key=lambda post: post[0])
    whole, cut = Words(), Words()
    for day, topic in posts:
        for words in (whole, cut):
            words.learn(day * DAY_SECONDS, topic, f"слово{topic} день")
        again = Words()
        again.restore(cut.dump())
        cut = again
    assert cut.dump() == whole.dump()
    assert cut.before(None)[0] == whole.before(None)[0]


def test_an_alert_says_what_is_new_in_its_words(region: Region, live: datetime) -> None:
    at = live + timedelta(seconds=20)
    posts = [
        mention(f"p{i}", at + timedelta(seconds=i), text=f"Прорвало трубу, нет воды {i}")
        for i in range(80)
    ]
    days = list(ordinary(random.Random(2), live, 400, 4000, "l"))
    copies = [
        mention(f"c{i}", at + timedelta(seconds=i), text="реклама", fingerprint=7) for i in range(9)
    ]
    spikes = region().apply(list(live_pages([*days, *posts, *copies], live, 400)))
    told = {word.word: word for word in [s for s in spikes if s.kind == "spike"][-1].words}
    assert {"прорвало", "трубу"} <= told.keys()
    assert not {"воды", "нет", "реклама", "обращение"} & told.keys()
    assert told["трубу"].posts >= 20
    assert told["трубу"].before == 0


def test_the_incident_of_every_day_has_no_new_words(region: Region, live: datetime) -> None:
    posts = burst(live + timedelta(seconds=20), 200, per_second=2)
    assert all(spike.words == () for spike in region().apply(list(live_pages(posts, live, 200))))


def test_words_that_only_carry_a_sentence_are_no_news() -> None:
    said = [
        mention(f"n{n}", START + timedelta(minutes=n), text="Вот уже без воды, прорвало трубу")
        for n in range(5)
    ]
    at, settings = START.timestamp(), ResonanceSettings()
    found = [entry(page(START, [one]), one, at, Norm(), settings) for one in said]
    told = fresh(texts(found, 3), 1000, np.zeros(BUCKETS, np.uint32))
    assert {one.word for one in told} == {"воды", "прорвало", "трубу"}
