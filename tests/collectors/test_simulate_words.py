"""The texts of the simulation: complete, fillable, varied, and free of anybody's data."""

from __future__ import annotations

import pytest

from collectors.region import places, templates, topics, words, writing
from collectors.region.templates import Dice, compiled, fill
from collectors.region.world import World, month_of, rhythm
from collectors.runner.privacy import mask

FREQUENT = (
    *("water", "heating", "electricity", "gas", "housing", "waste"),
    *("ecology", "roads", "transport", "health", "education", "social"),
)
CODES = [*topics.CODES, "chatter"]


def _all(table: topics.Words) -> list[templates.Template]:
    return [template for found in table.by_use.values() for template in found]


@pytest.mark.parametrize("language", topics.LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_template_of_a_topic_can_be_filled_everywhere(code: str, language: str) -> None:
    found = _all(topics.subject(code).words[language])
    for place in range(len(places.of("31"))):
        _fillable(found, place, language)


@pytest.mark.parametrize("language", topics.LANGUAGES)
@pytest.mark.parametrize("kind", words.kinds())
def test_every_template_of_an_incident_can_be_filled_everywhere(kind: str, language: str) -> None:
    for place in range(len(places.of("31"))):
        _fillable(_all(words.kind(kind).words[language]), place, language)


def _fillable(found: list[templates.Template], place: int, language: str) -> None:
    slots = words.slots("31", place, language)
    for template in found:
        assert templates.slots_of(template) <= set(slots)
        text = fill(template, slots, Dice(place + 1))
        assert not set(text) & set("{}[]|") - ({"|"} if " || " in text else set())
        assert not mask(text)[1], text


@pytest.mark.parametrize("language", topics.LANGUAGES)
@pytest.mark.parametrize("code", FREQUENT)
def test_frequent_topics_have_many_words(code: str, language: str) -> None:
    by_use = topics.subject(code).words[language].by_use
    assert sum(len(found) for use, found in by_use.items() if use != "comment") >= 12
    assert set(by_use) >= {*topics.APPEALS, "news", "comment"}


def test_incidents_are_of_topics_and_some_can_open_in_any_month() -> None:
    assert all(words.kind(kind).topic in topics.CODES for kind in words.kinds())
    for month in range(1, 13):
        assert len([k for k in words.possible(month) if k.opening]) >= 3
    assert "heating-failure" not in {k.name for k in words.possible(7)}


@pytest.mark.parametrize(
    ("written", "russian_keys", "latin"),
    [
        ("Неге су жоқ?", "Неге су жок?", "nege su joq?"),
        ("күшті", "кушти", "kushti"),
        ("Әкім үйде", "Аким уйде", "akim uide"),
        ("ұялы байланыс", "уялы байланыс", "uyaly bailanys"),
    ],
)
def test_kazakh_without_its_keyboard(written: str, russian_keys: str, latin: str) -> None:
    assert writing.kushti(written) == russian_keys
    assert writing.latin(written) == latin


def test_slots_inside_of_alternatives_are_filled() -> None:
    template = compiled("[Нет воды {at}|Нет воды {at}]!")
    assert fill(template, {"at": ("в Таразе",)}, Dice(3)) == "Нет воды в Таразе!"


def test_dice_are_fair() -> None:
    rolls = [Dice(seed).roll(6) for seed in range(6_000)]
    assert all(850 < rolls.count(side) < 1_150 for side in range(6))
    dice = Dice(1)
    again = [dice.roll(6) for _ in range(6_000)]
    assert all(850 < again.count(side) < 1_150 for side in range(6))


def test_the_rhythm_has_a_mean_of_one_over_a_week() -> None:
    week = [rhythm(minute * 60_000) for minute in range(7 * 24 * 60)]
    assert sum(week) / len(week) == pytest.approx(1, abs=0.005)
    assert min(week) < 0.15
    assert max(week) > 1.6


def test_months_are_those_of_the_region() -> None:
    assert month_of(1_769_885_999_000) == 1  # 31 January 2026, 23:59:59 in Almaty
    assert month_of(1_769_886_000_000) == 2


def test_another_world_has_other_identities() -> None:
    keys = {World(s, "31", n, late).key for s in (1, 2) for n in (10, 20) for late in (0.0, 0.1)}
    assert len(keys) == 8
