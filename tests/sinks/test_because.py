"""What lies behind a spike, in both languages, and silence where nothing is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from rezonans.i18n import Language, translator
from rezonans.reasons import (
    CopiedText,
    Coverage,
    Forecast,
    HourAhead,
    Lane,
    Leader,
    Quality,
    Rise,
    Silence,
    Story,
    Trouble,
    Word,
)
from rezonans.records import Spike
from sinks.because import rarity
from sinks.names import names
from sinks.sentence import message, sentence
from tests.sinks.alerts.kit import AT, spike


def said(record: Spike, language: Language = "ru") -> list[str]:
    return sentence(record, translator(language), names(language)).split("\n")


def copied(posts: int, accounts: int) -> CopiedText:
    return CopiedText(
        item=f"x:{posts}", text="текст", posts=posts, organic=3.0, accounts=accounts, first=AT,
        last=AT, gap_seconds=10.0, evenness=0.1,
    )  # fmt: skip


def test_what_is_not_known_is_not_said() -> None:
    assert len(said(spike(lane=Lane(None, "11")))) == 2
    assert said(
        spike(forecast=Forecast(refused="thin"), coverage=Coverage(sources=3, looking=3))
    ) == (said(spike()))


@pytest.mark.parametrize(
    ("kind", "language", "start"),
    [
        ("campaign", "ru", "Похоже на организованную кампанию: 10 копий, 2 текста, 3 аккаунта."),
        ("campaign", "kk", "Ұйымдасқан науқанға ұқсайды: 10 көшірме, 2 мәтін, 3 аккаунт."),
        ("emergence", "ru", "Растёт сразу в нескольких регионах."),
        ("emergence", "kk", "Бірнеше өңірде қатар өсіп жатыр."),
        ("data-quality", "ru", "Дело в источниках, а не в событии."),
        ("data-quality", "kk", "Бұл оқиға емес, дереккөздеріміздің жайы."),
    ],
)
def test_the_kind_of_an_alert_comes_first(kind: Any, language: Language, start: str) -> None:
    record = spike(kind=kind, copied=(copied(7, 2), copied(3, 1)))
    assert said(record, language)[0].startswith(start)


def test_a_campaign_without_its_texts_is_still_named() -> None:
    assert said(spike(kind="campaign"))[0].startswith("Похоже на организованную кампанию. 40")


def test_a_campaign_is_copies_and_no_multiple_of_the_usual() -> None:
    record = spike("updated", "red", kind="campaign", lane=Lane("prices", "71"),
                   copied=(copied(90, 3),), peak=90.0, posts=90, observed=7.5)  # fmt: skip
    title, body = message(record, translator("ru"), names("ru"))
    assert title == "Красный уровень · Цены и тарифы, Астана: 90 копий одного текста"
    assert body.split("\n")[0] == (
        "Похоже на организованную кампанию: 90 копий, 1 текст, 3 аккаунта. С 14:00, по копии "
        "каждые 10 с."
    )
    closed = msgspec.structs.replace(record, change="closed")
    title, body = message(closed, translator("kk"), names("kk"))
    assert title.endswith("науқан тоқтады")
    assert "Шарықтау шегінде бір сағаттағы көшірмелер – 90." in body
    assert "есе көп" not in body


def emergence(regions: int = 6) -> Spike:
    codes = ("31", "61", "11", "15", "19", "23")[:regions]
    risen = tuple(
        Rise(region=code, since=AT - timedelta(minutes=50 - n), observed=7, expected=1, voices=6)
        for n, code in enumerate(codes)
    )
    return spike(kind="emergence", lane=Lane("water"), risen=risen)


@pytest.mark.parametrize(
    ("language", "first"),
    [
        (
            "ru",
            "Растёт сразу в 6 регионах: Жамбылская область (13:10), Туркестанская область (13:11), "
            "Акмолинская область (13:12) и ещё 3.",
        ),
        (
            "kk",
            "Бірден 6 өңірде өсіп жатыр: Жамбыл облысы (13:10), Түркістан облысы (13:11), "
            "Ақмола облысы (13:12) және тағы 3.",
        ),
    ],
)
def test_an_emergence_names_its_regions_as_it_spread(language: Language, first: str) -> None:
    assert said(emergence(), language)[0] == first


def test_an_emergence_is_about_so_many_regions() -> None:
    title, body = message(emergence(5), translator("ru"), names("ru"))
    assert "Вода и канализация, 5 регионов: 40 публикаций за час" in title
    assert "Где:" not in body
    closed = msgspec.structs.replace(emergence(5), change="closed")
    title, _ = message(closed, translator("ru"), names("ru"))
    assert "Вода и канализация, 5 регионов: " in title


def test_a_story_says_where_it_is_and_no_multiple_of_the_usual() -> None:
    told = msgspec.structs.replace(
        emergence(5), lane=Lane(), expected=0.0, low=0.0, high=0.0, posts=7, fired=("regions",),
        story=Story(key="vk:1", observed=21.0, expected=0.0),
    )  # fmt: skip
    title, body = message(told, translator("ru"), names("ru"))
    assert title == "Жёлтый уровень · 5 регионов: одна история, 21 публикация"
    assert body.split("\n")[:2] == [
        "Одна и та же история сразу в 5 регионах: Жамбылская область (13:10), Туркестанская "
        "область (13:11), Акмолинская область (13:12) и ещё 2.",
        "21 публикация с 14:00, из них за последний час — 7. По отдельности ни один регион не "
        "выделяется.",
    ]
    assert "обычно 0" not in body
    over = msgspec.structs.replace(
        told, change="closed", posts=0, loud_until=AT - timedelta(minutes=1)
    )
    title, body = message(over, translator("kk"), names("kk"))
    assert title.endswith("5 өңір: әңгіме енді тарап жатқан жоқ")
    assert body.split("\n")[0] == (
        "Әңгіме енді тарап жатқан жоқ: басталуы – 14:00, соңғы жарияланым – 13:59. Барлығы: "
        "5 өңір, 21 жарияланым."
    )


def test_what_is_over_says_when_it_was_loud_last() -> None:
    over = spike("closed", lane=Lane("water"), loud_until=AT - timedelta(minutes=2))
    assert "начало — 14:00, громко было до 13:58" in said(over)[0]


def test_who_began_is_named_with_what_followed() -> None:
    leader = Leader(
        name="Әкімдік\u202e", standing="official", item="x", at=AT - timedelta(minutes=5),
        followed=31, text="",
    )  # fmt: skip
    record = spike(trigger="leader", leaders=(leader,))
    assert (
        "Первым написал лидер мнений: Әкімдік, 13:55; за следующий час 31 публикация."
        in (said(record)[1])
    )
    assert (
        "Алғаш жазған пікір көшбасшысы: Әкімдік, 13:55; келесі бір сағатта 31 жарияланым."
        in said(record, "kk")[1]
    )
    assert said(spike(trigger="leader"))[1].startswith("Началось с публикации лидера мнений.")


@pytest.mark.parametrize(
    ("days", "language", "text"),
    [
        (2.2, "ru", "Так бывает раз в 2 дня"),
        (13, "ru", "Так бывает раз в 13 дней"),
        (61.5, "ru", "Так бывает раз в 9 недель"),
        (61.5, "kk", "Мұндай жағдай 9 аптада бір рет болады"),
        (1000, "kk", "Мұндай жағдай жылына бір реттен сирек болады"),
    ],
)
def test_how_rare(days: float, language: Language, text: str) -> None:
    assert rarity(days, translator(language)) == text


def test_what_is_new_what_comes_next_and_who_did_not_look() -> None:
    hours = tuple(
        HourAhead(start=AT + timedelta(hours=n), expected=90.4 - n, low=50.0, high=150.0)
        for n in range(1, 7)
    )
    record = spike(
        once_in_days=61.5,
        words=tuple(Word(word=w, posts=9, before=0, score=5.0) for w in "абвгде"),
        forecast=Forecast(hours=hours, peak_passed=False),
        coverage=Coverage(
            sources=12, looking=9,
            silent=tuple(Silence(target=f"vk/{n}", seconds=900) for n in range(3)),
        ),
    )  # fmt: skip
    assert said(record)[2] == (
        "Так бывает раз в 9 недель. Повод: широкий охват. Новые слова: а, б, в, г. "
        "Если не случится нового, за час с 15:00 ожидается 89 (50–150); за час с 17:00 — 87 "
        "(50–150). Пик ещё не пройден. "
        "Молчат источники: 3 из 12 (vk/0, vk/1)."
    )
    assert len(said(record, "kk")[2].split(". ")) == 6
    assert len(said(msgspec.structs.replace(record, change="closed"))) == 2


def test_what_follows_comes_after_what_is_said_and_before_the_posts() -> None:
    body = message(spike(), translator("ru"), names("ru"), after=["Дальше."]).body
    assert body.split("\n")[-1] == "Дальше."


FLOOD = Quality(
    trouble="flood", lanes=240, affected=37, held=14,
    sources=(
        Trouble(target="vk/almaty", kind="flood", observed=412.0, expected=35.0),
        Trouble(target="rss/c", kind="late", observed=90.0, expected=8.0),
    ),
)  # fmt: skip
SILENCE = Quality(
    trouble="silence", lanes=54, affected=12,
    sources=(
        Trouble(target="vk/almaty", kind="silent", observed=0.0, expected=35.0, seconds=7800.0),
        Trouble(target="rss/c", kind="thin", observed=1.0, expected=12.0),
    ),
)  # fmt: skip


def faulty(quality: Quality, **values: Any) -> Spike:
    return spike(kind="data-quality", lane=Lane(), quality=quality, **values)


@pytest.mark.parametrize(
    ("quality", "language", "title", "lines"),
    [
        (
            FLOOD, "ru", "Жёлтый уровень · Источники: слишком много данных сразу",
            [
                "Сначала проверьте источники: все темы выросли разом и в обычной пропорции, при "
                "событии так не бывает. Затронуто тем и мест: 37 из 240.",
                "Прислали сразу всё накопившееся: rss/c (90 вместо 8). Приносят в разы больше "
                "обычного: vk/almaty (412 вместо 35).",
                "Придержано всплесков: 14. Что останется громким, когда источники успокоятся, "
                "придёт отдельным сообщением.",
            ],
        ),
        (
            SILENCE, "ru", "Жёлтый уровень · Источники: молчит 1",
            [
                "Тишина обманчива: источники молчат, и что там происходит, не видно. Затронуто "
                "тем и мест: 12 из 54.",
                "Молчат: vk/almaty (2 часа). Почти пусты: rss/c (1 вместо 12).",
            ],
        ),
        (
            SILENCE, "kk", "Сары деңгей · Дереккөздер: 1 дереккөз үнсіз",
            [
                "Көрінетін тыныштыққа сенбеңіз: дереккөздер үнсіз, онда не болып жатқаны "
                "көрінбейді. Қамтылған тақырыптар мен орындар: 54 ішінен 12.",
                "Үнсіз: vk/almaty (2 сағат). Дерек мүлде аз: rss/c (12 орнына 1).",
            ],
        ),
    ],
)  # fmt: skip
def test_data_quality_names_the_sources_and_nothing_else(
    quality: Quality, language: Language, title: str, lines: list[str]
) -> None:
    record = faulty(quality, top=())
    said_title, body = message(record, translator(language), names(language))
    assert (said_title, body.split("\n")) == (title, lines)


def test_what_became_of_the_spikes_that_were_held_is_said_at_the_end() -> None:
    over = msgspec.structs.replace(FLOOD, released=2, dropped=12)
    lines = said(faulty(over, change="closed"))
    assert lines[0] == "Началось — 14:00, закончилось — 14:00."
    assert lines[-1] == "Придержано всплесков: 14; из них сообщено: 2, отброшено: 12."
    everybody = msgspec.structs.replace(FLOOD, sources=())
    assert "Больше обычного приносят все источники" in said(faulty(everybody))[1]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ru", "Отвечает: Управление энергетики и жилищно-коммунального хозяйства."),
        ("kk", "Жауапты: Энергетика және тұрғын үй-коммуналдық шаруашылық басқармасы."),
    ],
)
def test_who_answers_for_the_topic_is_a_line_of_its_own(language: Language, line: str) -> None:
    assert said(spike(), language)[-1] == line
    assert said(spike(kind="campaign", copied=(copied(9, 2),)), language)[-1] == line


def test_nobody_is_invented_who_answers() -> None:
    country, unnamed = spike(lane=Lane(None, "11")), spike(lane=Lane("other", "11"))
    faulty = spike(quality=FLOOD)
    for record in (country, unnamed, faulty, spike("closed"), spike(lane=Lane("unheard", "11"))):
        assert not any("Отвечает" in line for line in said(record))
