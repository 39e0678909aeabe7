"""Alerts with the names of the taxonomy and of the regions."""

from __future__ import annotations

import pytest

from rezonans.i18n import LANGUAGES, Language
from sinks.alerts import Words
from tests.sinks.alerts.test_rules import spike


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ru", "Жёлтый уровень · Вода и канализация, Акмолинская область: 40 публикаций за час"),
        ("kk", "Сары деңгей · Су және кәріз, Ақмола облысы: бір сағатта 40 жарияланым"),
    ],
)
def test_names_are_those_of_the_models(language: Language, title: str) -> None:
    assert Words()(spike(), language).title.startswith(title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_back_is_the_place_of_the_spike_on_the_desk(language: Language) -> None:
    assert Words("http://desk.kz/")(spike(), language).body.endswith("http://desk.kz/#spike-a1")
    assert "#spike" not in Words()(spike(), language).body
