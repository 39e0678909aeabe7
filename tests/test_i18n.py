"""Every message is translated, with the same placeholders; numbers and times are local."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages import extract
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from rezonans import i18n

CHECKOUT = Path(__file__).resolve().parent.parent
KEYWORDS = {"gettext": None, "mark": None, "_": None, "ngettext": (1, 2)}
FORMS = {"ru": 3, "kk": 1}
AT = datetime(2026, 11, 22, 8, 5, tzinfo=UTC)


def used() -> set[str | tuple[str, ...]]:
    """Message ids of the code and of the templates."""
    return {message for package in ("rezonans", "sinks") for message in _messages(package)}


def _messages(package: str) -> Iterator[str | tuple[str, ...]]:
    for pattern, method in (("*.py", "python"), ("*.html", "jinja2.ext:babel_extract")):
        for path in (CHECKOUT / package).rglob(pattern):
            options = {"encoding": "utf-8", "trimmed": "true", "silent": "false"}
            with path.open("rb") as file:
                for _, message, _, _ in extract.extract(method, file, KEYWORDS, (), options):
                    yield message


def catalogue(language: i18n.Language) -> Catalog:
    with i18n.catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(language: i18n.Language) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(message: Message) -> tuple[str, ...]:
    found = message.string if isinstance(message.string, tuple | list) else [message.string]
    return tuple(str(text or "") for text in found)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_what_is_said_is_exactly_what_is_translated(language: i18n.Language) -> None:
    assert {message.id for message in entries(language)} == used()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_translation_is_empty_fuzzy_or_short_of_a_form(language: i18n.Language) -> None:
    assert catalogue(language).num_plurals == FORMS[language]
    for message in entries(language):
        assert not message.fuzzy, message.id
        assert all(text.strip() for text in forms(message)), message.id
        assert len(forms(message)) == (FORMS[language] if message.pluralizable else 1), message.id


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_message(language: i18n.Language) -> None:
    for message in entries(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        for text in forms(message):
            assert placeholders(text) == placeholders(str(ids[-1])), message.id


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, "0 публикаций"),
        (1, "1 публикация"),
        (3, "3 публикации"),
        (11, "11 публикаций"),
        (21, "21 публикация"),
        (112, "112 публикаций"),
        (12345, "12\xa0345 публикаций"),
    ],
)
def test_russian_counts(n: int, expected: str) -> None:
    assert i18n.translator("ru").ngettext("{n} post", "{n} posts", n) == expected


@given(st.integers(0, 10**6))
def test_a_kazakh_noun_stays_singular_after_a_number(n: int) -> None:
    words = i18n.translator("kk")
    assert words.ngettext("{n} post", "{n} posts", n) == f"{words.number(n)} жарияланым"


def test_a_message_without_translation_stays_english() -> None:
    assert i18n.translator("kk").gettext("never written {n}", n=1) == "never written 1"
    assert i18n.translator("kk").gettext("") == ""


def test_times_are_those_of_almaty() -> None:
    words = i18n.translator("kk")
    assert words.clock(AT) == "13:05"
    assert words.moment(AT, AT + timedelta(hours=1)) == "13:05"
    assert words.moment(AT, AT + timedelta(hours=12)) == "22 қараша, 13:05"
    assert i18n.translator("ru").moment(AT, AT + timedelta(days=1)) == "22 ноября, 13:05"


def test_ago_never_speaks_of_the_future() -> None:
    words = i18n.translator("ru")
    assert words.ago(AT - timedelta(minutes=5), AT) == "5 минут назад"
    assert "назад" in words.ago(AT + timedelta(seconds=3), AT)


def test_numbers_have_the_separators_of_the_language() -> None:
    assert i18n.translator("ru").number(1234.56, 1) == "1\xa0234,6"
    assert i18n.translator("kk").number(3.04, 1) == "3"
    assert i18n.translator("ru").percent(0.713) == "71\xa0%"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("kk-KZ,kk;q=0.9,ru;q=0.8,en;q=0.7", "kk"),
        ("en-US,en;q=0.9,ru;q=0.4,kk;q=0.3", "ru"),
        ("ru;q=0, kk;q=0.1", "kk"),
        ("de", "ru"),
        ("", "ru"),
        ("kk;q=much", "ru"),
    ],
)
def test_the_first_language_of_the_browser_that_we_speak(header: str, expected: str) -> None:
    assert i18n.best(header, "ru") == expected


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    assert i18n.best(header, "kk") in i18n.LANGUAGES
