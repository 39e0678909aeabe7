"""Desks and channels: the simple form, the whole form, and mistakes in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.taxonomy import packaged
from rezonans.cli.watching import unknown, watching
from rezonans.refused import SettingsError
from rezonans.settings import Settings, read

WHOLE = """
[alerts.telegram]
url = "tgram://1:a/2"
[alerts.mail]
url = "mailto://a:b@mail.kz"
language = "ru"
[alerts.hook]
url = "hooks://kz.example/in"
secret = "0123456789abcdef"
[alerts.alone]
url = "json://h"
alarm = "red"

[desks.press]
channels = ["telegram"]
escalate = ["mail"]
language = "kk"
topics = ["water"]
regions = ["31"]
quiet = ["22:00-08:00", "sun"]
false_alerts_a_week = 3
[[desks.press.rota]]
when = ["mon-fri 09:00-18:00"]
channels = ["hook"]
who = "Айгүл"
[desks.press.crisis]
update_minutes = 10
"""


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def settings(text: str) -> Settings:
    Path("rezonans.toml").write_text(text, encoding="utf-8")
    return read(Path("rezonans.toml"))


def test_a_channel_alone_is_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__URL", "json://h")
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__LANGUAGE", "kk")
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__TOPICS", "water, gas")
    [(name, desk)] = read(None).watchers.items()
    assert (name, desk.channels, desk.language) == ("press", ("press",), "kk")
    assert (desk.topics, desk.alarm, desk.simulation) == (("water", "gas"), "yellow", True)


def test_desks_and_channels_that_no_desk_names() -> None:
    watchers = settings(WHOLE).watchers
    assert sorted(watchers) == ["alone", "press"]
    assert watchers["press"].reached == ("telegram", "hook", "mail")
    assert watchers["alone"].alarm == "red"
    assert list(unknown(watchers, packaged())) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('channels = ["telegram"]', "", "desks.press.channels: nobody is told"),
        ('["telegram"]', '["telegramm"]', "there is no channel [alerts.telegramm]"),
        ('["mail"]', '["telegram"]', "desks.press.escalate: tells nobody new"),
        ('language = "ru"', 'alarm = "red"', "alerts.mail.alarm: a desk uses this channel"),
        ('secret = "0123456789abcdef"', "", "REZONANS_ALERTS__HOOK__SECRET"),
        ('"0123456789abcdef"', '"short"', "at least 16 characters"),
        ('"22:00-08:00"', '"22-8"', "desks.press.quiet: hours are written like"),
        ('"mon-fri 09:00-18:00"', '"mo"', "desks.press.rota.0.when: hours are written"),
        ("= 3", "= 0", "desks.press.false_alerts_a_week:"),
        ("[desks.press]", '[desks.press]\ntime_zone = "Almaty"', "write it like Asia/Almaty"),
        ("[desks.press]", '[desks.press]\nmorning = "8"', "a time of day is written like"),
        ("[desks.press]", "[desks.press]\nchanels = []", "desks.press.chanels: unknown key"),
        ("[desks.press]", '[desks.alone]\nchannels = ["telegram"]\n[desks.press]',
         "desks.alone: a channel has this name"),
        ('url = "json://h"', 'url = "json://h"\nsecret = "0123456789abcdef"', "only webhooks"),
        ('url = "json://h"', 'url = "json://h"\nbuttons = true', "alerts.alone.buttons: only"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_its_place(old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(SettingsError) as caught:
        settings(WHOLE.replace(old, new, 1))
    assert said in str(caught.value)
    assert str(caught.value).startswith("rezonans.toml: ")
    assert "0123456789abcdef" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_topics_and_places_that_no_model_speaks_of() -> None:
    text = WHOLE.replace('"water"', '"watr"').replace('"31"', '"311"')
    first, second = unknown(settings(text).watchers, packaged())
    assert first.startswith("desks.press.topics: 'watr' is not known; known are ")
    assert "water" in first
    assert second.startswith("desks.press.regions: '311' is not known")


def watched(keys: str, more: str = "") -> tuple[str, ...]:
    """Topics of the desk with other keys in the place of `topics`."""
    return watching(settings(more + WHOLE.replace('topics = ["water"]', keys)))["press"].topics


def test_a_desk_hears_all_topics_of_a_group_and_of_an_authority() -> None:
    utilities = ("water", "heating", "electricity", "gas", "waste")
    assert watched('groups = ["utilities"]') == utilities
    assert watched('authorities = ["roads"]') == ("roads", "transport")
    assert watched('topics = ["gas"]\ngroups = ["safety"]\nauthorities = ["police"]') == (
        "gas", "emergency", "order", "animals",
    )  # fmt: skip
    assert watched("") == ()


def test_a_channel_alone_hears_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__URL", "json://h")
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__AUTHORITIES", "land, nature")
    assert watching(read(None))["press"].topics == ("ecology", "land")


OWN = """
[groups.city]
ru = "Город"
kk = "Қала"
en = "City"
[groups.empty]
ru = "Пусто"
kk = "Бос"
en = "Empty"
[authorities.idle]
ru = "Никто"
kk = "Ешкім"
en = "Nobody"
[topics.snow]
group = "city"
ru = "Снег"
kk = "Қар"
en = "Snow"
"""


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('groups = ["cty"]', "desks.press.groups: 'cty' is not known; known are city, empty"),
        ('groups = ["empty"]', "desks.press.groups: 'empty' has no topic in the taxonomy"),
        (
            'authorities = ["roads"]',
            "desks.press.authorities: 'roads' is not known; known are idle",
        ),
        ('authorities = ["idle"]', "desks.press.authorities: 'idle' has no topic"),
        ('topics = ["water"]', "desks.press.topics: 'water' is not known; known are snow"),
    ],
)
def test_a_desk_that_would_hear_nothing_is_a_mistake(keys: str, said: str) -> None:
    Path("own.toml").write_text(OWN, encoding="utf-8")
    more = '[models]\ntaxonomy = "own.toml"\n'
    with pytest.raises(SettingsError, match=re.escape(said)):
        watched(keys, more)
    assert watched('groups = ["city"]', more) == ("snow",)
