"""The documentation shows what is sent, and what is sent is quickly read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rezonans.desks import all_desks, mistakes
from rezonans.i18n import LANGUAGES, Language
from rezonans.settings import Settings
from sinks.alerts.decisions import Letter
from sinks.alerts.samples import letters, samples, spoken

PAGE = Path(__file__).resolve().parents[3] / "docs" / "alerts.md"
A_SECOND = 3.5
"""Words that an adult reads in one."""


def test_the_letters_in_the_documentation_are_those_that_are_sent() -> None:
    assert samples() in PAGE.read_text(encoding="utf-8"), "run `make docs`"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.told)
def test_title_and_first_sentence_are_read_in_ten_seconds(
    letter: Letter, language: Language
) -> None:
    title, body = spoken(letter, language)
    first = body.split("\n")[0]
    assert len(re.findall(r"[\w-]+", f"{title} {first}")) <= 10 * A_SECOND


def test_the_settings_in_the_documentation_are_settings() -> None:
    import tomllib

    [text] = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    tables = tomllib.loads(text)
    for name, channel in tables["alerts"].items():
        channel["url"] = f"json://{name}"
    settings = Settings(alerts=tables["alerts"], desks=tables["desks"])
    assert list(mistakes(settings.alerts, settings.desks)) == []
    assert sorted(all_desks(settings.alerts, settings.desks)) == ["press"]


def test_the_check_of_a_signature_in_the_documentation_works() -> None:
    from sinks.alerts.webhook import signature

    [text] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    names: dict[str, object] = {}
    exec(compile(text, str(PAGE), "exec"), names)
    genuine = names["genuine"]
    assert callable(genuine)
    headers = {
        "X-Rezonans-Timestamp": "1800000000",
        "X-Rezonans-Signature": signature(b"secret", "1800000000", b"{}"),
    }
    assert genuine(headers, b"{}", b"secret")
    assert not genuine(headers, b"{ }", b"secret")
    assert not genuine(headers, b"{}", b"other")
