"""What comes, of a post and of a lane, stands beside its record; where it is shown."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from rezonans.i18n import LANGUAGES, Language, translator
from rezonans.reasons import Forecast, HourAhead, Outlook
from sinks.alerts.html import html
from sinks.alerts.words import Words
from sinks.desk.board import Board
from sinks.desk.views import Speaker
from sinks.explained import lines
from sinks.names import names
from sinks.outlook import record
from sinks.sentence import message
from tests.sinks.alerts.kit import AT, spike
from tests.sinks.desk.world import World, top

LIKELY = Outlook(
    minutes=15, reactions=23, probability=0.38, viral_from=120, expected=64.0, low=30.0, high=150.0,
    judged=84, brier=0.05, base=0.1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "chance", "aside"),
    [
        ("ru", "вероятность набрать 120 за сутки — 38 %", "разойдётся широко: 38 %"),
        ("kk", "бір тәулікте 120 жинау ықтималдығы – 38%", "кең таралу ықтималдығы – 38%"),
    ],
)
def test_chance_and_record_stand_together(language: Language, chance: str, aside: str) -> None:
    words, called = translator(language), names(language)
    told = spike(top=(top("1", "Нет воды", 20, outlook=LIKELY),))
    [said] = [one for one in lines(told, words, called) if one.startswith("1: ")]
    assert chance in said.replace("\xa0", " ")
    assert record(LIKELY, words) in said
    assert "0,05" in said
    assert "0,09" in said, "what knowing nothing would score"
    body = message(told, words, called).body.replace("\xa0", " ")
    assert aside in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_record_it_says_so(language: Language) -> None:
    young = msgspec.structs.replace(LIKELY, judged=0, brier=None, base=None)
    words = translator(language)
    assert record(young, words) != record(LIKELY, words)
    assert not any(letter.isdigit() for letter in record(young, words))


def test_a_message_says_it_of_likely_posts_alone() -> None:
    small = msgspec.structs.replace(LIKELY, probability=0.1)
    told = spike(top=(top("1", "Нет воды", 20, outlook=small), top("2", "Авария на мосту", 9)))
    assert "разойдётся" not in message(told, translator("ru"), names("ru")).body


def test_the_desk_and_the_letter_show_it() -> None:
    from sinks.alerts.decisions import Letter

    words, called = translator("ru"), names("ru")
    told = spike(top=(top("1", "Нет воды", 20, outlook=LIKELY),))
    snapshot = asyncio.run(Board(World()).look())
    [post] = Speaker(words, called).spike(told, snapshot).posts
    assert "38" in post.outlook
    assert record(LIKELY, words) in post.outlook
    letter = Letter(alert="k", desk="press", told="opened", event="a1", spikes=(told,))
    said = Words(None, {}).said(letter, words, called)
    assert "разойдётся широко" in html(letter, said, words, called, pictured=False)
    assert told.at == AT


def test_a_forecast_stands_beside_its_record() -> None:
    told = Forecast(
        hours=(HourAhead(start=AT, expected=90.0, low=50.0, high=140.0),),
        judged=816, error=2.9, naive_error=3.6, covered=0.8,
    )  # fmt: skip
    speaker, snapshot = Speaker(translator("ru"), names("ru")), asyncio.run(Board(World()).look())
    record = speaker.spike(spike(forecast=told), snapshot).record
    assert "2,9 (если повторить вчерашний час — 3,6)" in record.replace("\xa0", " ")
    refused = msgspec.structs.replace(told, hours=(), refused="thin")
    assert speaker.spike(spike(forecast=refused), snapshot).record == ""
    assert speaker.spike(spike(forecast=None), snapshot).record == ""
