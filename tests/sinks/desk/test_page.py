"""The page over a hand-made store: what it says, that texts stay texts, that it never breaks."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.i18n import LANGUAGES, Language
from rezonans.reasons import Lane, Quality, Rise, Trouble
from sinks.desk import desk
from tests.sinks.desk.served import MISSING
from tests.sinks.desk.world import NOW, World, alert, busy, mention, row_of, spike, top

NASTY = """"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{ 7*7 }}\u202eevil\u202c"""


def test_authors_stand_beside_the_posts_of_the_hour() -> None:
    told = ask(busy(), headers={"Cookie": "language=ru"}).text
    assert ">За последний полный час: 131 автор</p>" in told
    assert "За последний полный час" not in ask(World()).text


def ask(
    world: World,
    path: str = "/",
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    **options: Any,
) -> httpx.Response:
    """One answer of the desk over a store."""

    async def answer() -> httpx.Response:
        app = desk(world, home="31", hosts=("desk.kz",), missing=MISSING, now=lambda: NOW)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, headers=headers, **options)

    return asyncio.run(answer())


def page(world: World, language: Language = "ru", path: str = "/") -> str:
    answer = ask(world, path, headers={"Cookie": f"language={language}"})
    assert answer.status_code == 200
    return answer.text


def test_alerts_that_are_no_plain_spike_say_so() -> None:
    """Several regions with their times; sources, with what was held back."""
    risen = tuple(
        Rise(region=code, since=NOW, observed=9.0, expected=1.0, voices=8) for code in ("31", "61")
    )
    wide = spike(spike="w1", kind="emergence", lane=Lane("roads"), risen=risen)
    trouble = Trouble(target="vk/<b>", kind="silent", observed=0, expected=40, seconds=7200)
    quality = Quality(trouble="silence", lanes=50, affected=20, held=3, sources=(trouble,))
    faulty = spike(spike="q1", kind="data-quality", lane=Lane(), alarm="yellow", quality=quality)
    html = page(World(spikes=[row_of(wide), row_of(faulty)]))
    for said in (
        "Дороги, 2\xa0региона: 118", "несколько регионов</span>", "источники</span>",
        "Растёт сразу в\xa02\xa0регионах: Жамбылская область (14:05)", "Источники: молчит 1",
        "vk/&lt;b&gt; (2\xa0часа)", "Придержано всплесков: 3",
    ):  # fmt: skip
        assert said in html, said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ru",
            [
                "Вода и\xa0канализация, Жамбылская область: 118\xa0публикаций за час, обычно 9,4",
                "Красный уровень", "обычно 30\xa0%", "лидер мнений", "Байзакский район",
                "возможно, Дороги", "не предоставляет: комментарии, счётчики", "молчит",
                "Отопление, Жамбылская область", "Ещё 1 публикация", "9 копий", "срочно",
            ],
        ),
        (
            "kk",
            [
                "Су және кәріз, Жамбыл облысы: бір сағатта 118\xa0жарияланым, әдетте 9,4",
                "Қызыл деңгей", "әдетте 30%", "пікір көшбасшысы", "Байзақ ауданы",
                "мүмкін, Жолдар", "ұсынбайды: пікірлер, есептегіштер", "үнсіз",
                "Жылу, Жамбыл облысы", "Тағы 1 жарияланым", "9 көшірме", "шұғыл",
            ],
        ),
    ],
)  # fmt: skip
def test_the_page_says_what_is_loud(language: Language, said: list[str]) -> None:
    html = page(busy(), language)
    assert f'<html lang="{language}"' in html
    for words in said:
        assert words in html
    assert not re.search(r"\b(water|complaint|negative\b(?=<)|311010000|None)\b[^\"=-]*<", html)


def test_an_alert_of_a_district_names_the_district() -> None:
    world = World(alerts=[alert("sent", 3, district="316200000", alarm="yellow")])
    assert "Вода и канализация, Таласский район (жёлтый)" in page(world, "ru")


def test_the_hint_of_a_topic_says_who_answers() -> None:
    rows = [mention("vk:1", "нет воды", topic="water"), mention("vk:2", "ну и ну", topic="other")]
    html = page(World(mentions=rows))
    assert 'title="Тема. Отвечает: Управление энергетики и жилищно-коммунального хозяйства"' in html
    assert html.count("Отвечает") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quiet_store_says_so(language: Language) -> None:
    html = page(World(), language)
    words = {"ru": "Сейчас тихо: открытых всплесков нет.", "kk": "Қазір тыныш"}
    assert words[language] in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_store_that_is_down_is_a_banner_not_a_traceback(language: Language) -> None:
    world = busy()
    world.down = True
    html = page(world, language)
    words = {"ru": "Хранилище не отвечает.", "kk": "Қойма жауап бермейді."}
    assert words[language] in html
    assert "Traceback" not in html
    assert ask(world, "/health").json()["store"] == "unreachable"


def test_what_was_known_stays_while_the_store_is_down() -> None:
    async def twice() -> str:
        world, clock = busy(), itertools.count(step=60)
        app = desk(world, now=lambda: NOW, timer=lambda: next(clock))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await client.get("/")
            world.down = True
            return (await client.get("/")).text

    html = asyncio.run(twice())
    assert "Хранилище не отвечает." in html
    assert "Вода и канализация" in html


def test_a_store_that_answers_nonsense_is_a_banner() -> None:
    for name, rows in (("spikes", [{"record": "{}"}]), ("sources", [{"target": 1}])):
        world = busy()
        world.rows[name] = rows
        assert "Хранилище не отвечает." in page(world)


@pytest.mark.parametrize("simulated", [True, False])
def test_a_simulation_is_marked(simulated: bool) -> None:
    html = page(World(spikes=[row_of(spike(simulation=simulated))]))
    assert ('class="banner simulation"' in html) is simulated


def everywhere(text: str, url: str | None) -> World:
    """A world in which a stranger has written `text` wherever strangers can write."""
    row = mention(text, text, url=url, title=text, author_name=text, channel=text, place=text)
    nasty = spike(spike=text, top=(top(text, text, 5, url=url, platform=text or "vk"),))
    world = busy()
    world.rows |= {"mentions": [row], "spikes": [row_of(nasty)]}
    world.rows["sources"][0] |= {"target": text, "platform": text}
    return world


def tags(html: str) -> list[str]:
    return re.findall(r"<([a-z0-9]+)", html)


def test_no_text_becomes_markup() -> None:
    html = page(everywhere(NASTY, None))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert tags(html) == tags(page(everywhere("тихий текст", None)))


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_text_leaves_the_page_whole(text: str) -> None:
    html = page(everywhere(text, text))
    assert set(tags(html)) <= set(tags(page(busy())))


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "data:text/html,x",
     "vbscript:x", "//evil.example", "ftp://x", "https:", "http://a b"],
)  # fmt: skip
def test_only_web_addresses_are_links(url: str) -> None:
    html = page(everywhere("текст", url))
    assert url not in re.findall(r'href="([^"]*)"', html)
    assert "Открыть<" not in html


def test_links_to_posts_tell_nobody_where_from() -> None:
    html = page(busy())
    links = re.findall(r'<a class="open"[^>]*>', html)
    assert links
    assert all('rel="noopener noreferrer nofollow"' in link for link in links)


def test_filters_come_from_the_address_and_stay_selected() -> None:
    html = page(busy(), path="/?topic=roads&language=kk")
    assert "шұңқырларды" in html
    assert 'id="mention-1"' not in html
    assert '<option value="roads" selected>' in html
    assert "topic=roads&amp;language=kk" in html
    assert "Сбросить фильтры" in html
    assert 'id="mention-1"' in page(busy(), path='/?topic="><script>')


def test_a_group_of_topics_is_a_choice() -> None:
    rows = [mention("vk:1", "газа нет", topic="gas"), mention("vk:2", "ямы", topic="roads")]
    html = page(World(mentions=rows), path="/?topic=group-utilities")
    assert "газа нет" in html
    assert "ямы" not in html
    assert '<option value="group-utilities" selected>' in html
    assert '<option value="other"' not in html, "no post is shown with it"
    assert "topic=group-utilities" in html.partition("sse-connect")[2][:80]
    nowhere = page(World(mentions=rows), path="/?topic=group-unheard")
    assert "газа нет" not in nowhere


@pytest.mark.parametrize(
    ("language", "group", "answers"),
    [
        ("ru", "Коммунальные услуги", "Управление здравоохранения"),
        ("kk", "Коммуналдық қызметтер", "Денсаулық сақтау басқармасы"),
    ],
)
def test_the_page_of_topics_says_what_people_write_and_who_answers(
    language: Language, group: str, answers: str
) -> None:
    html = page(World(), language, "/topics")
    assert f'href="/?topic=group-utilities#stream">{group}</a>' in html
    assert "«К врачу не записаться»<br>«Ауылда дәрігер жоқ»" in html
    assert f">{answers}</td>" in html
    assert ">–</td>" in html, "nobody answers for what is about nothing public"
    assert 'href="/topics"' in page(World(), language)


def test_nothing_on_the_page_is_inline() -> None:
    html = page(busy())
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)


def test_headers_of_safety() -> None:
    for path in ("/", "/static/desk.css", "/nowhere", "/health"):
        headers = ask(busy(), path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8765", 200),
        ("localhost", 200),
        ("[::1]:8765", 200),
        ("DESK.kz:443", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
def test_only_our_host_names_are_answered(host: str, status: int) -> None:
    assert ask(busy(), headers={"Host": host}).status_code == status


def test_health_metrics_and_missing_pages() -> None:
    health = ask(busy(), "/health").json()
    assert (health["status"], health["store"], health["open_spikes"]) == ("ok", "ok", 2)
    assert "rezonans_flush_seconds" in ask(busy(), "/metrics").text
    missing = ask(busy(), "/nowhere")
    assert missing.status_code == 404
    assert "Такой страницы нет." in missing.text


def test_a_bug_is_a_page_without_its_traceback() -> None:
    class Broken(World):
        async def query(self, text: str, params: dict[str, Any] | None = None) -> Any:
            raise ZeroDivisionError("a secret detail")

    answer = ask(Broken())
    assert answer.status_code == 500
    assert "Не удалось показать страницу." in answer.text
    assert "ZeroDivision" not in answer.text
    assert "secret" not in answer.text


def test_assets_of_the_page_exist_and_are_kept_by_their_content() -> None:
    world = busy()
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page(world)):
        answer = ask(world, address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert ask(world, "/static/desk.css").headers["cache-control"] == "no-store"
