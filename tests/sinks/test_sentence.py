"""The words of a spike, for every kind of change, lane and language."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.i18n import LANGUAGES, Language, translator
from rezonans.reasons import Lane, Share, TopPost
from rezonans.records import Spike
from sinks.amounts import shares, volume
from sinks.sentence import Names, distinct, headline, message, one_line, safe_link, sentence

AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
TOPICS = {"ru": {"water": "водоснабжение"}, "kk": {"water": "сумен жабдықтау"}}
PLACES = {
    "ru": {"11": "Акмолинская область", "111010000": "Кокшетау", "55": "Павлодарская область"},
    "kk": {"11": "Ақмола облысы", "111010000": "Көкшетау", "55": "Павлодар облысы"},
}
TOP = TopPost(
    item="vk:1",
    text="Третий день нет воды\nв микрорайоне",
    platform="vk",
    published_at=AT - timedelta(minutes=40),
    weight=2.0,
    url="https://vk.com/wall-1_2",
    copies=12,
)


def names(language: Language) -> Names:
    return Names(topic=TOPICS[language].get, place=PLACES[language].get)


def share(key: str, observed: float, expected: float) -> Share:
    return Share(key=key, observed=observed, expected=expected)


MOODS = (share("negative", 80, 10), share("neutral", 30, 22), share("positive", 8, 3))
DISTRICTS = (share("111010000", 60, 10), share("119999999", 40, 10), share("", 18, 15))


def spike(**changes: Any) -> Spike:
    values: dict[str, Any] = {
        "spike": "a1",
        "revision": 0,
        "change": "opened",
        "alarm": "red",
        "lane": Lane("water", "11"),
        "at": AT,
        "since": AT - timedelta(minutes=45),
        "score": 5.0,
        "threshold": 3.5,
        "observed": 118.0,
        "expected": 35.0,
        "low": 18.0,
        "high": 62.0,
        "window_seconds": 3600,
        "posts": 412,
        "voices": 37,
        "peak": 12.3,
        "places": DISTRICTS,
        "sentiments": MOODS,
        "top": (TOP,),
    }
    return Spike(**(values | changes))


ALONE = spike(
    change="updated",
    observed=21.0,
    posts=21,
    voices=1,
    expected=2.4,
    low=0.0,
    high=5.1,
    top=(),
)
COUNTRY = (share("11", 60, 10), share("55", 40, 10))
ABOUT = (share("water", 100, 30), share("unheard-of", 18, 5))

SENTENCES: list[tuple[Spike, Language, str]] = [
    (
        spike(),
        "ru",
        "118 публикаций за час, обычно 35 (18–62) — в 3,4 раза больше обычного. Рост с 13:20.\n"
        "Негативных — 68\xa0% (обычно 29\xa0%). Где: Кокшетау — 51\xa0%. "
        "Пишут 37 авторов, ещё 294 публикации — копии.",
    ),
    (
        spike(),
        "kk",
        "Бір сағатта 118 жарияланым, әдетте 35 (18–62) – әдеттегіден 3,4 есе көп. "
        "Өсімнің басталған уақыты – 13:20.\n"
        "Теріс реңкті жарияланымдар – 68% (әдетте 29%). Қайда: Көкшетау – 51%. "
        "37 автор жазып отыр, тағы 294 жарияланым – көшірме.",
    ),
    (
        ALONE,
        "ru",
        "Всплеск продолжается. 21 публикация за час, обычно 2,4 (0–5,1) — "
        "в 8,8 раза больше обычного. Рост с 13:20.\n"
        "Негативных — 68\xa0% (обычно 29\xa0%). Где: Кокшетау — 51\xa0%. "
        "Пишет 1 автор, копий нет.",
    ),
    (
        ALONE,
        "kk",
        "Резонанс жалғасуда. Бір сағатта 21 жарияланым, әдетте 2,4 (0–5,1) – "
        "әдеттегіден 8,8 есе көп. Өсімнің басталған уақыты – 13:20.\n"
        "Теріс реңкті жарияланымдар – 68% (әдетте 29%). Қайда: Көкшетау – 51%. "
        "1 автор жазып отыр, көшірмелер жоқ.",
    ),
    (
        spike(change="level", alarm="orange", expected=5.0, sentiments=(), places=()),
        "ru",
        "Уровень изменился: теперь оранжевый. 118 публикаций за час, обычно 5 (18–62) — "
        "в 24 раза больше обычного. Рост с 13:20.\n"
        "Пишут 37 авторов, ещё 294 публикации — копии.",
    ),
    (
        spike(change="level", alarm="orange", expected=5.0, sentiments=(), places=()),
        "kk",
        "Деңгей өзгерді: енді қызғылт сары. Бір сағатта 118 жарияланым, әдетте 5 (18–62) – "
        "әдеттегіден 24 есе көп. Өсімнің басталған уақыты – 13:20.\n"
        "37 автор жазып отыр, тағы 294 жарияланым – көшірме.",
    ),
    (
        spike(change="closed", since=AT - timedelta(days=1), observed=30.0, posts=31),
        "ru",
        "Всплеск завершён: начало — 21 ноября, 14:05, громко было до 14:05; "
        "на пике — в 12 раз больше обычного. Сейчас: 30 публикаций за час, обычно 35 (18–62).\n"
        "Негативных — 68\xa0% (обычно 29\xa0%). Где: Кокшетау — 51\xa0%. "
        "Пишут 37 авторов, ещё 1 публикация — копия.",
    ),
    (
        spike(change="closed", since=AT - timedelta(days=1), observed=30.0, posts=31),
        "kk",
        "Резонанс аяқталды: басталуы – 21 қараша, 14:05, басылуы – 14:05; "
        "шарықтау шегінде – әдеттегіден 12 есе көп. "
        "Қазір: бір сағатта 30 жарияланым, әдетте 35 (18–62).\n"
        "Теріс реңкті жарияланымдар – 68% (әдетте 29%). Қайда: Көкшетау – 51%. "
        "37 автор жазып отыр, тағы 1 жарияланым – көшірме.",
    ),
    (
        spike(lane=Lane(None, None), places=COUNTRY, topics=ABOUT, trigger="leader"),
        "ru",
        "118 публикаций за час, обычно 35 (18–62) — в 3,4 раза больше обычного. Рост с 13:20.\n"
        "Началось с публикации лидера мнений. Негативных — 68\xa0% (обычно 29\xa0%). "
        "О чём: водоснабжение — 85\xa0%. "
        "Где: Акмолинская область — 60\xa0%, Павлодарская область — 40\xa0%. "
        "Пишут 37 авторов, ещё 294 публикации — копии.",
    ),
    (
        spike(lane=Lane(None, None), places=COUNTRY, topics=ABOUT, trigger="leader"),
        "kk",
        "Бір сағатта 118 жарияланым, әдетте 35 (18–62) – әдеттегіден 3,4 есе көп. "
        "Өсімнің басталған уақыты – 13:20.\n"
        "Қоғамдық пікір көшбасшысының жарияланымынан басталды. "
        "Теріс реңкті жарияланымдар – 68% (әдетте 29%). Тақырыбы: сумен жабдықтау – 85%. "
        "Қайда: Ақмола облысы – 60%, Павлодар облысы – 40%. "
        "37 автор жазып отыр, тағы 294 жарияланым – көшірме.",
    ),
]


@pytest.mark.parametrize(("record", "language", "expected"), SENTENCES)
def test_sentence(record: Spike, language: Language, expected: str) -> None:
    assert sentence(record, translator(language), names(language)) == expected


def test_what_shows_two_copies_is_not_said_to_have_none() -> None:
    pair = msgspec.structs.replace(TOP, copies=2)
    told = sentence(spike(posts=118, top=(pair,)), translator("ru"), names("ru"))
    assert told.endswith("Пишут 37 авторов.")


HEADLINES: list[tuple[Spike, Language, str]] = [
    (spike(), "ru", "Водоснабжение, Акмолинская область: 118 публикаций за час, обычно 35"),
    (spike(), "kk", "Сумен жабдықтау, Ақмола облысы: бір сағатта 118 жарияланым, әдетте 35"),
    (
        spike(lane=Lane("water")),
        "ru",
        "Водоснабжение, весь Казахстан: 118 публикаций за час, обычно 35",
    ),
    (
        spike(lane=Lane("water")),
        "kk",
        "Сумен жабдықтау, бүкіл Қазақстан: бір сағатта 118 жарияланым, әдетте 35",
    ),
    (spike(lane=Lane(None, "11")), "ru", "Акмолинская область: 118 публикаций за час, обычно 35"),
    (spike(lane=Lane(None, "11")), "kk", "Ақмола облысы: бір сағатта 118 жарияланым, әдетте 35"),
    (spike(lane=Lane()), "ru", "Весь Казахстан: 118 публикаций за час, обычно 35"),
    (spike(lane=Lane()), "kk", "Бүкіл Қазақстан: бір сағатта 118 жарияланым, әдетте 35"),
    (spike(change="closed"), "ru", "Водоснабжение, Акмолинская область: всплеск завершён"),
    (spike(change="closed"), "kk", "Сумен жабдықтау, Ақмола облысы: резонанс аяқталды"),
    (
        spike(window_seconds=600),
        "ru",
        "Водоснабжение, Акмолинская область: 118 публикаций за 10 минут, обычно 35",
    ),
    (
        spike(window_seconds=10800),
        "kk",
        "Сумен жабдықтау, Ақмола облысы: 3 сағатта 118 жарияланым, әдетте 35",
    ),
]


@pytest.mark.parametrize(("record", "language", "expected"), HEADLINES)
def test_headline(record: Spike, language: Language, expected: str) -> None:
    assert headline(record, translator(language), names(language)) == expected


LANES = [Lane(), Lane("water"), Lane(None, "11"), Lane("water", "11"), Lane("unheard-of", "99")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", ["opened", "updated", "level", "closed"])
@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("moods", [MOODS, (), MOODS[1:]])
def test_every_variant_reads_clean(
    language: Language, change: str, lane: Lane, moods: tuple[Share, ...]
) -> None:
    record = spike(change=change, lane=lane, sentiments=moods, topics=ABOUT)
    said = [
        sentence(record, translator(language), names(language)),
        headline(record, translator(language), names(language)),
        *message(record, translator(language), names(language)),
    ]
    for text in said:
        assert "  " not in text
        assert ".." not in text
        assert "None" not in text
        assert not re.search(r"[{}]|\b(water|unheard-of|11|99|111010000|negative)\b", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_headline_of_long_names_is_cut_at_a_word(language: Language) -> None:
    long = Names(topic=lambda _: "жилищно-коммунальное хозяйство " * 3, place=lambda _: "область")
    text = headline(spike(), translator(language), long)
    assert len(text) <= 90
    assert "…" in text
    assert "35" in text


def test_a_message_names_three_posts_and_the_page() -> None:
    said = ("Воды нет", "Кран сухой", "Су жоқ", "Где водовоз?")
    others = (msgspec.structs.replace(TOP, text=text) for text in said)
    record = spike(top=(TOP, TOP, *others))
    title, body = message(record, translator("ru"), names("ru"), "http://desk.kz/#spike-a1")
    assert title.startswith("Красный уровень · Водоснабжение")
    assert body.count("https://vk.com/wall-1_2") == 3
    assert "1. «Третий день нет воды в микрорайоне» (VK, 13:25, 12 копий)" in body
    assert body.endswith("Подробнее: http://desk.kz/#spike-a1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_of_the_simulation_says_so_twice(language: Language) -> None:
    title, body = message(spike(simulation=True), translator(language), names(language))
    assert title.startswith("СИМУЛЯЦИЯ · ")
    assert body != message(spike(), translator(language), names(language)).body


def test_a_post_can_not_break_the_lines_of_a_message() -> None:
    nasty = TopPost(
        item="a", text="a\n2. «b»\u202e\x00 c", platform="rss", published_at=AT, weight=1.0,
        url="javascript:alert(1)",
    )  # fmt: skip
    body = message(spike(top=(nasty,)), translator("ru"), names("ru")).body
    assert "1. «a 2. «b» c» (RSS, 14:05)" in body
    assert "javascript" not in body


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://t.me/x/1", True),
        ("http://пример.қаз/жаңалық", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.kz", False),
        ("https:///nohost", False),
        ("https://a.kz\n", False),
        ("http://[::1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_links(url: str | None, safe: bool) -> None:
    assert safe_link(url) == (url if safe else None)


@given(st.text(), st.integers(1, 200))
def test_an_excerpt_is_one_line_of_at_most_the_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line.splitlines() in ([], [line])


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (0.02, "<0,1"), (0.06, "0,1"), (9.44, "9,4"), (12.4, "12")]
)
def test_hardly_anything_is_not_nothing(value: float, said: str) -> None:
    told = volume(spike(expected=value), translator("ru"))
    assert told["expected"] == said


def test_shares_sum_to_one_and_the_usual_needs_enough() -> None:
    ranked = shares((share("a", 1, 0.2), share("b", 3, 0.1)))
    assert [(key, now) for key, now, _ in ranked] == [("b", 0.75), ("a", 0.25)]
    assert all(usual is None for _, _, usual in ranked)
    assert shares((share("a", 0, 5),)) == []


def test_of_posts_that_say_the_same_the_first_stands_in_its_place() -> None:
    others = [msgspec.structs.replace(TOP, item=n, text=n) for n in ("b", "a")]
    again = msgspec.structs.replace(TOP, item="again")
    nearly = msgspec.structs.replace(
        TOP, item="nearly", text="Третий день нет воды в нашем микрорайоне"
    )
    assert distinct((TOP, *others, again, nearly)) == [TOP, *others]
    more = msgspec.structs.replace(TOP, item="more", text="Нет воды, школы закрыты третий день")
    assert distinct((TOP, more)) == [TOP, more]
