"""The explanation of an alert in numbers, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from rezonans.i18n import translator
from rezonans.reasons import Share
from sinks.alerts import invented
from sinks.explained import lines
from sinks.names import names
from tests.sinks.alerts.kit import spike


@pytest.mark.parametrize(
    ("changes", "trigger"),
    [
        ({}, "Повод: широкий охват"),
        ({"trigger": "leader"}, "Повод: лидер мнений"),
        ({"kind": "emergence"}, "Повод: сразу несколько регионов"),
        ({"kind": "campaign"}, "Повод: один текст рассылают снова и снова"),
        ({"fired": ("negatives",)}, None),
        ({"kind": "data-quality"}, None),
    ],
)
def test_what_opened_it_is_named(changes: dict[str, Any], trigger: str | None) -> None:
    told = list(lines(spike(**changes), translator("ru"), names("ru")))
    assert [line for line in told if line.startswith("Повод")] == ([trigger] if trigger else [])


def test_it_says_whether_a_leader_began_it() -> None:
    words, called = translator("ru"), names("ru")
    led, none = (list(lines(one, words, called)) for one in (invented.led(), spike()))
    assert any(line.startswith("Лидер мнений: Tengrinews") for line in led)
    assert "Началось не с публикации лидера мнений из реестра" in none
    assert not any("Началось не с" in line for line in led)


def test_a_campaign_is_held_against_nothing() -> None:
    told = "\n".join(lines(invented.campaign(), translator("ru"), names("ru")))
    assert "Самостоятельных публикаций за 60 мин: 9,2\n" in told
    assert "ожидалось" not in told
    assert "На пике" not in told, "its peak is a number of copies"


def test_a_place_that_is_as_usual_is_left_out() -> None:
    places = (Share(key="113200000", observed=9.0, expected=2.0),
              Share(key="113400000", observed=0.0, expected=0.01))  # fmt: skip
    told = list(lines(spike(places=places), translator("ru"), names("ru")))
    [said] = [line for line in told if line.startswith("Места")]
    assert said.endswith("+7")


def test_a_part_that_brought_what_it_usually_brings_has_no_sign() -> None:
    moods = (
        Share(key="negative", observed=9.0, expected=2.0),
        Share(key="neutral", observed=2.01, expected=2.0),
        Share(key="positive", observed=1.98, expected=2.0),
        Share(key="unknown", observed=1.0, expected=2.0),
    )
    told = list(lines(spike(sentiments=moods), translator("ru"), names("ru")))
    [said] = [line for line in told if line.startswith("Тональность")]
    assert said.endswith("негативная +7, нейтральная 0, позитивная 0, не определено −1")
