"""Copies, threads and opinion leaders of a window, whatever order its posts come in."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rezonans.reasons import Lane
from streams.resonance import entries
from streams.resonance.entries import Entry, Norm
from streams.resonance.register import Account, Register
from streams.resonance.settings import ResonanceSettings
from streams.resonance.voices import copied, texts
from streams.steps.explain import Case, Scales, explain
from tests.streams.resonance.world import mention, page

NOON = datetime(2026, 3, 10, 7, tzinfo=UTC)
SCALES = Scales(copy_distance=3, engagement_weight=0.5, reach_weight=0.25, top_posts=5)
REGISTER = Register(
    accounts={
        "blog": Account(
            names=("vk:-7",), title="Город", reason="writes on utilities", legal_basis="public page"
        )
    }
)


def entry(item: str, seconds: float = 0.0, container: str = "vk/1", **more: Any) -> Entry:
    at = NOON + timedelta(seconds=seconds)
    found = mention(item, at, **more)
    settings = ResonanceSettings(leaders=REGISTER)
    return entries.entry(
        page(at, target=container, platform="vk"), found, at.timestamp(), Norm(), settings
    )


def case(found: list[Entry], expected: float = 4.0, usual: Any = None) -> Case:
    return Case(Lane(topic="water"), found, expected, usual or {}, NOON.timestamp())


def test_copies_weigh_the_logarithm_of_their_number() -> None:
    same = [entry(f"c{i}", i * 60.0, fingerprint=7 | 1 << (8 + i % 3)) for i in range(8)]
    other = [entry("x", fingerprint=2**60 - 1), entry("y")]
    told = explain(case(same + other), SCALES)
    assert told.observed == pytest.approx(1 + math.log2(8) + 2)
    assert (told.posts, told.voices) == (10, 10)
    (text,) = told.copied
    assert (text.posts, text.organic, text.accounts) == (8, 4.0, 8)
    assert (text.gap_seconds, text.evenness) == (60.0, 0.0)
    assert sorted(post.copies for post in told.top) == [1, 1, 8]


def test_reposts_are_a_cascade_and_not_copies() -> None:
    reposts = [entry(f"r{i}", i, fingerprint=7, repost_of="vk:1") for i in range(6)]
    told = explain(case(reposts), SCALES)
    assert (told.observed, told.reposts, told.copied) == (6.0, 6, ())
    assert (told.stories[0].key, told.stories[0].observed) == ("vk:1", 6.0)


def test_people_are_less_even_than_a_clock() -> None:
    chance = random.Random(1)
    times = [chance.expovariate(1 / 60) for _ in range(200)]
    people = [entry(f"p{i}", sum(times[:i]), fingerprint=9) for i in range(200)]
    (text,) = copied(texts(people, 3))
    assert 0.7 < text.evenness < 1.3


def test_a_thread_is_told_by_its_root() -> None:
    root = entry("root", text="Авария на сети")
    answers = [entry(f"a{i}", i + 1, root="simulation:root", context="ctx") for i in range(5)]
    alone = [entry("alone")]
    first, rest = explain(case([root, *answers, *alone]), SCALES).stories
    assert (first.key, first.text, first.observed) == ("simulation:root", "Авария на сети", 6.0)
    assert (rest.key, rest.observed, rest.expected) == ("other", 1.0, 4.0)


def test_a_thread_whose_root_is_older_is_told_by_what_it_answers() -> None:
    answers = [entry(f"a{i}", i, root="simulation:old", context="Паводок") for i in range(3)]
    assert explain(case(answers), SCALES).stories[0].text == "Паводок"


def leader(item: str, seconds: float = 0.0, **more: Any) -> Entry:
    who = {"author_kind": "official", "author_name": "Әкімдік"} | more
    return entry(item, seconds, **who)


def test_an_official_that_many_answer_is_an_opinion_leader() -> None:
    answers = [entry(f"a{i}", 60.0 * i, root="simulation:o") for i in range(1, 90)]
    (told,) = explain(case([leader("o"), *answers]), SCALES).leaders
    assert (told.name, told.standing, told.item) == ("Әкімдік", "official", "simulation:o")
    assert told.followed == 60  # within the hour


def test_own_answers_do_not_make_a_leader() -> None:
    own = [leader(f"a{i}", i, root="simulation:o", author="a") for i in range(9)]
    told = explain(case([leader("o", author="a"), *own]), SCALES).leaders
    assert told == ()


@pytest.mark.parametrize("kind", ["person", "anonymous", "unknown"])
def test_a_private_person_is_never_named(kind: str) -> None:
    person = entry("p", author_kind=kind, author_name="Имя", container="vk:-7")
    assert person.speaker is None


def test_a_registered_page_is_named_with_the_reason() -> None:
    named = entry("p", author_kind="page", container="vk:-7").speaker
    assert named == ("Город", "registered", "writes on utilities")
    assert entry("p", author_kind="page", author_name="Другой").speaker is None


def test_registering_asks_for_a_reason_and_a_legal_basis() -> None:
    with pytest.raises(ValidationError, match="reason"):
        Account.model_validate({"names": ["x"], "reason": "", "legal_basis": "law"})
    with pytest.raises(ValidationError, match="legal_basis"):
        Account.model_validate({"names": ["x"], "reason": "a public blog"})


entry_of = st.builds(
    lambda item, at, mark, district, platform, root, speaks: entry(
        str(item),
        at,
        district=district,
        fingerprint=mark,
        root=root,
        author_kind="media" if speaks else "person",
        author_name="Газета" if speaks else None,
    ),
    st.uuids(),
    st.integers(0, 3600),
    st.sampled_from([None, 7, 6, 1 << 40]),
    st.sampled_from([None, "113200000", "113400000", "313200000"]),
    st.just("vk"),
    st.sampled_from([None, "vk:1", "vk:2"]),
    st.booleans(),
)
parts_of = st.dictionaries(st.sampled_from(["negative", "neutral", "other"]), st.floats(0.1, 9))


@given(st.lists(entry_of, max_size=40), parts_of, st.floats(0.1, 50), st.randoms())
def test_contributions_sum_to_the_excess_in_any_order(
    found: list[Entry], usual: dict[str, float], expected: float, chance: random.Random
) -> None:
    told = explain(case(found, expected, {"sentiments": usual}), SCALES)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert explain(case(shuffled, expected, {"sentiments": usual}), SCALES) == told
    excess = told.observed - expected
    for parts in (told.places, told.sentiments, told.platforms, told.stories):
        if not parts:
            assert not found
            continue
        rise = sum(part.observed - part.expected for part in parts)
        assert rise == pytest.approx(excess, abs=1e-6)
    assert told.observed <= told.posts
