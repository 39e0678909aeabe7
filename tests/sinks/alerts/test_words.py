"""Letters in words: the language of the channel, the way back, each occasion."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from rezonans.i18n import LANGUAGES, Language
from rezonans.reasons import Lane
from sinks.actions import act
from sinks.alerts import Notice, Words
from sinks.alerts.decisions import Letter
from tests.sinks.alerts.kit import AT, channel, desk, spike


def letter(told: Any = "opened", **values: Any) -> Letter:
    given: dict[str, Any] = {"alert": "k", "desk": "press", "event": "a1", "spikes": (spike(),)}
    return Letter(told=told, **(given | values))


def notice(given: Letter, language: Language = "ru", address: str | None = None) -> Notice:
    words = Words(address, {"press": desk(language=language)})
    return asyncio.run(words(given, "press", channel()))


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ru", "Жёлтый уровень · Вода и канализация, Акмолинская область: 40 публикаций за час"),
        ("kk", "Сары деңгей · Су және кәріз, Ақмола облысы: бір сағатта 40 жарияланым"),
    ],
)
def test_names_are_those_of_the_models(language: Language, title: str) -> None:
    assert notice(letter(), language).title.startswith(title)


def test_the_language_of_the_channel_wins_over_that_of_the_desk() -> None:
    words = Words(None, {"press": desk(language="kk")})
    told = asyncio.run(words(letter(), "press", channel(language="ru")))
    assert told.title.startswith("Жёлтый")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_back_is_the_place_of_the_spike_on_the_desk(language: Language) -> None:
    told = notice(letter(), language, "http://desk.kz/")
    assert told.text.endswith("http://desk.kz/#spike-a1")
    assert [one.url for one in told.buttons] == ["http://desk.kz/#spike-a1"]
    plain = notice(letter(), language)
    assert "#spike" not in plain.text
    assert plain.buttons == ()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "За 15 минут никто не откликнулся."),
        ("kk", "15 минут ішінде ешкім жауап қатқан жоқ."),
    ],
)
def test_an_escalation_says_why_it_comes(language: Language, said: str) -> None:
    assert notice(letter("escalated"), language).text.startswith(said)


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "В работе: Айгүл."), ("kk", "Қолға алған: Айгүл.")]
)
def test_who_takes_care_is_named(language: Language, said: str) -> None:
    assert said in notice(letter("updated", by="Айгүл"), language).text


def test_whose_watch_it_is_is_named_until_somebody_takes_it() -> None:
    assert "Дежурит: Ержан." in notice(letter(duty="Ержан")).text
    assert "Кезекші: Ержан." in notice(letter("escalated", duty="Ержан"), "kk").text
    assert "Ержан" not in notice(letter(duty="Ержан", by="Айгүл")).text


def test_what_else_is_loud_of_the_event_is_one_line() -> None:
    others = (spike(spike="w", lane=Lane("water")), spike(spike="r", lane=Lane(None, "11")))
    text = notice(letter(spikes=(spike(), *others))).text
    assert "Одновременно растёт: Вода и канализация, весь Казахстан; Акмолинская область." in text


@pytest.mark.parametrize(
    ("language", "title", "going", "over"),
    [("ru", "Утренняя сводка: 2 события", "Продолжаются:", "Завершились:"),
     ("kk", "Таңғы жиынтық: 2 оқиға", "Жалғасуда:", "Аяқталды:")],
)  # fmt: skip
def test_a_digest_tells_what_goes_on_and_what_is_over(
    language: Language, title: str, going: str, over: str
) -> None:
    spikes = (spike("updated", "orange"), spike("closed", spike="b2", lane=Lane("gas", "75")))
    told = notice(letter("digest", event="", spikes=spikes), language, "http://desk.kz")
    assert told.title == title
    before, _, after = told.text.partition(over)
    after, _, answering = after.partition("\n\n")
    assert going in before
    assert before.count("•") == after.count("•") == 1
    assert answering.count("•") == 1
    assert ("30 авторов)" if language == "ru" else "30 автор)") in before
    assert told.text.endswith("http://desk.kz/")


def test_a_digest_of_drills_says_so() -> None:
    told = notice(letter("digest", event="", spikes=(spike(simulation=True),)))
    assert told.title.startswith("СИМУЛЯЦИЯ")
    assert told.text.startswith("Это учебный сигнал")


def test_crisis_mode_says_until_when_and_by_whom() -> None:
    on = letter("crisis", event="", spikes=(), by="Айгүл", until=AT + timedelta(hours=4), on=True)
    told = notice(on)
    assert told.title == "Кризисный режим включён до 22 ноября, 18:00"
    assert told.text.startswith("Включено: Айгүл.")
    off = notice(letter("crisis", event="", spikes=()), "kk")
    assert off.title == "Дағдарыс режимі аяқталды"


def test_each_channel_has_its_own_key_and_always_the_same() -> None:
    words = Words(None, {"press": desk()})
    keys = [asyncio.run(words(letter(), name, channel())).key for name in ("a", "b", "a")]
    assert keys[0] == keys[2] != keys[1]


def test_buttons_are_orders_that_can_be_given() -> None:
    words = Words(None, {"press": desk()})
    for told, count in (("opened", 4), ("closed", 2), ("digest", 0)):
        given = letter(told, **({"event": ""} if told == "digest" else {}))
        notice = asyncio.run(words(given, "press", channel("tgram://1:a/2", buttons=True)))
        assert len(notice.orders) == count
        for _, order in notice.orders:
            assert act(order, "Айгүл", AT).by == "Айгүл"
    assert asyncio.run(words(letter(), "press", channel("tgram://1:a/2"))).orders == ()


def test_a_digest_names_each_authority_once_with_its_topics() -> None:
    lanes = (Lane("water", "31"), Lane("gas", "31"), Lane("water", "75"), Lane(None, "31"))
    spikes = [spike("updated", spike=f"s{n}", lane=lane) for n, lane in enumerate(lanes)]
    over = spike("closed", spike="z", lane=Lane("health", "31"))
    told = notice(letter("digest", event="", spikes=(*spikes, over))).text
    assert told.endswith(
        "\n\nКто отвечает:\n• Управление энергетики и жилищно-коммунального хозяйства: Вода и "
        "канализация; Газ"
    )
    nobody = letter("digest", event="", spikes=(spikes[3], over))
    assert "Кто отвечает" not in notice(nobody).text


def test_a_letter_says_who_answers_as_text_and_as_html() -> None:
    told = asyncio.run(
        Words(None, {"press": desk()})(letter(), "mail", channel("mailto://a:b@mail.kz"))
    )
    line = "Отвечает: Управление энергетики и жилищно-коммунального хозяйства."
    assert line in told.text.split("\n")
    assert line in told.html
