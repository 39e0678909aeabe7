"""Names of topics and places in both languages."""

from __future__ import annotations

import pytest

from rezonans.i18n import LANGUAGES, Language
from sinks.names import groups, names, regions_of, topics


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_and_region_has_a_name(language: Language) -> None:
    assert len(regions_of(language)) == 20
    assert len(topics(language)) > 20
    for code, name in [*regions_of(language).items(), *topics(language).items()]:
        assert name.strip()
        assert name != code


def test_what_is_about_nothing_public_is_no_choice_of_a_reader() -> None:
    (society,) = [group for group in groups("ru") if group.code == "society"]
    assert [code for code, _ in society.topics] == ["corruption", "politics", "other"]
    assert [code for code, _ in society.shown] == ["corruption", "politics"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_without_a_name_has_none(language: Language) -> None:
    found = names(language)
    assert found.topic("nothing-of-the-kind") is None
    assert [found.place(code) for code in ("", "9", "99", "unknown", "999999999")] == [None] * 5


def test_kazakh_letters_have_their_place_in_the_alphabet() -> None:
    listed = list(regions_of("kk").values())
    assert listed.index("Ақмола облысы") < listed.index("Жамбыл облысы")
    assert listed.index("Қостанай облысы") < listed.index("Маңғыстау облысы")
    assert listed.index("Ұлытау облысы") > listed.index("Түркістан облысы")
