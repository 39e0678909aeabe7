"""Why a mention has its labels: the words, the rule, and texts that stay texts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import httpx
import msgspec
import pytest

from models import explain
from models.explain import Named, Weighed, Why
from models.texts import Text
from rezonans.i18n import Language, translator
from sinks.desk import desk
from sinks.desk.query import ask as query
from sinks.desk.vocabulary import Vocabulary
from sinks.desk.why import Explain, TextRow, view
from tests.sinks.conftest import Store
from tests.sinks.desk import test_sql
from tests.sinks.desk.test_page import NASTY
from tests.sinks.desk.world import NOW, World, mention

filled = test_sql.filled

WATER = Why(
    label="topic",
    likeliest="water",
    probability=0.9,
    rule="shown",
    threshold=0.6,
    words=(
        Weighed(word="воды", weight=3.0),
        Weighed(word="водоканал", weight=1.0, context=True),
        Weighed(word="нет", weight=-0.4),
    ),
    versions={"topic": "abc"},
)
UNSURE = Why(
    label="appeal", likeliest="complaint", probability=0.5, rule="unsure", threshold=0.7, words=()
)
NOTHING = Why(
    label="topic", likeliest="other", probability=0.8, rule="no topic", threshold=0.6, words=()
)


def _said(*why: Why) -> Explain:
    def explain(_: Text) -> Sequence[Why]:
        return why

    return explain


def row(**values: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "item": "vk:1",
        "title": None,
        "text": "нет воды",
        "context": None,
        "model": {},
    }
    return {**usual, **values}


def _get(world: World, path: str, explain: Explain | None, language: str = "ru") -> httpx.Response:
    async def answer() -> httpx.Response:
        app = desk(world, now=lambda: NOW, explain=explain, act=world.act)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers={"Cookie": f"language={language}"})

    return asyncio.run(answer())


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"kk": 0.4, "ru": 0.6}, "Языки: русский 60\xa0%, казахский 40\xa0%"),
        ({"kk": 0.7, "other": 0.3}, "Языки: казахский 70\xa0%, другой язык 30\xa0%"),
        ({"ru": 1.0}, ""),
        ({}, ""),
    ],
)
def test_a_mixed_text_says_what_it_mixes(shares: dict[str, float], said: str) -> None:
    answer = _get(World(text=[row(languages=shares)]), "/why?item=vk:1", _said(WATER)).text
    assert said in answer
    assert ("Языки" in answer) == bool(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", ["Тема: Вода", "90\xa0%", "порог 60\xa0%", "воды", "заголовок", "против"]),
        ("kk", ["Су және кәріз", "шегі", "воды", "тақырып", "қарсы"]),
    ],
)
def test_the_page_names_words_and_rule(language: str, said: list[str]) -> None:
    world = World(text=[row(context="Водоканал молчит")])
    answer = _get(world, "/why?item=vk:1", _said(WATER), language)
    assert answer.status_code == 200
    for part in said:
        assert part in answer.text
    assert world.asked == [("text", {"item": "vk:1"})]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ru",
            [
                "ещё и об этом: Чрезвычайные ситуации, 50\xa0%",
                "не меньше 2 раз, и таких слов не меньше 1\xa0%",
                "Слова в тексте: затопило.",
                "Слова в том, на что он отвечает: паводок, &lt;b&gt;.",
            ],
        ),
        (
            "kk",
            [
                "мынау туралы да: Төтенше жағдайлар, 50%",
                "кемінде 2 рет",
                "Мәтіндегі сөздер: затопило.",
                "Жауап берілген жазбадағы сөздер: паводок, &lt;b&gt;.",
            ],
        ),
    ],
)
def test_an_emergency_by_words_says_the_rule_and_the_words(language: str, said: list[str]) -> None:
    named = Named(
        code="emergency", probability=0.5, words=("затопило",), context=("паводок", "<b>")
    )
    told = msgspec.structs.replace(WATER, named=named)
    world = World(text=[row()])
    answer = _get(world, "/why?item=vk:1", _said(told), language).text
    for part in said:
        assert part in answer
    plain = _get(world, "/why?item=vk:1", _said(WATER), language).text
    assert not any(part in plain for part in said)


def test_a_label_can_be_corrected_from_the_page() -> None:
    world = World(text=[row()])

    async def correct(token: str | None) -> tuple[int, str]:
        app = desk(world, now=lambda: NOW, explain=_said(WATER), act=world.act)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            page = (await client.get("/why?item=vk:1")).text
            assert 'value="relabel item:vk:1 topic=roads"' in page
            assert 'value="relabel item:vk:1 topic=water"' not in page  # it says so already
            given = re.search(r'name="token" value="(\w+)"', page)
            assert given
            order = "relabel item:vk:1 topic=roads"
            form = {"token": token or given[1], "by": "Айгүл", "do": order}
            answer = await client.post("/actions", data=form)
            return answer.status_code, answer.headers.get("location", "")

    assert asyncio.run(correct("forged"))[0] == 403
    assert world.done == []
    assert asyncio.run(correct(None)) == (303, "/#alerts")
    (done,) = world.done
    assert (done.verb, done.subject, done.value) == ("relabel", "item:vk:1", "topic=roads")


def test_an_item_that_no_order_can_name_has_no_buttons() -> None:
    world = World(text=[row(item="a b")])
    assert "relabel" not in _get(world, "/why?item=a%20b", _said(WATER)).text


def test_what_is_not_shown_says_why() -> None:
    words, spoken = translator("ru"), Vocabulary.of_models("ru")
    row = TextRow(item="vk:1", text="ну и ну")
    unsure, nothing = view(row, [UNSURE, NOTHING], words, spoken).labels
    assert unsure.answer == "жалоба"
    assert "от 70" in unsure.rule
    assert nothing.answer == "Другое"
    assert "не об общественных делах" in nothing.rule


@pytest.mark.parametrize(
    ("language", "said"),
    [("ru", "Отвечает: Управление энергетики"), ("kk", "Жауапты: Энергетика және")],
)
def test_who_answers_for_a_topic_that_is_shown_is_told(language: Language, said: str) -> None:
    words, spoken = translator(language), Vocabulary.of_models(language)
    row_of = TextRow(item="vk:1", text="нет воды")
    shown, unsure, nothing = view(row_of, [WATER, UNSURE, NOTHING], words, spoken).labels
    assert shown.answers.startswith(said)
    assert unsure.answers == nothing.answers == ""
    world = World(text=[row()])
    assert said in _get(world, "/why?item=vk:1", _said(WATER), language).text


def test_a_topic_without_a_name_is_told_without_its_code() -> None:
    unnamed = msgspec.structs.replace(WATER, likeliest="hydro", rule="unnamed")
    words, spoken = translator("kk"), Vocabulary.of_models("kk")
    (label,) = view(TextRow(item="vk:1", text="су жоқ"), [unnamed], words, spoken).labels
    assert label.answer == "атауы жоқ тақырып"
    assert label.rule == "Көрсетілмеген: тақырыптар тізімінде ондай тақырып жоқ."


def test_topics_to_choose_from_stand_by_group_with_what_people_write() -> None:
    html = _get(World(text=[row()]), "/why?item=vk:1", _said(WATER)).text
    _, utilities, city, *_ = re.split("<h3>", html)
    assert utilities.startswith("Коммунальные услуги</h3>")
    assert (
        'value="relabel item:vk:1 topic=gas" aria-describedby="about-gas">Газ</button>' in utilities
    )
    assert 'id="about-gas">«Когда в посёлок проведут газ», «Газ баллоны қымбаттады»<' in utilities
    assert "topic=water" not in html
    assert city.startswith("Город и дороги</h3>")


def test_masks_have_names_and_signs_are_seen() -> None:
    tokens = ("<url>", "<user>", "0000", ",", "воды", "ж" * 10_000)
    told = tuple(Weighed(word=token, weight=1.0) for token in tokens)
    words, spoken = translator("ru"), Vocabulary.of_models("ru")
    why = msgspec.structs.replace(WATER, words=told)
    found = view(TextRow(item="vk:1", text="нет воды"), [why], words, spoken)
    *shown, long = [word.text for word in found.labels[0].words]
    assert shown == ["ссылка", "аккаунт", "число", "«,»", "воды"]
    assert len(long) == 60
    assert found.versions == "Модели: topic abc"
    assert "Модели: topic abc" in _get(World(text=[row()]), "/why?item=vk:1", _said(WATER)).text


@pytest.mark.parametrize(("stored", "newer"), [("3+abc", False), ("3+old", True)])
def test_labels_of_other_weights_are_told(stored: str, newer: bool) -> None:
    words, spoken = translator("ru"), Vocabulary.of_models("ru")
    row = TextRow(item="vk:1", text="нет воды", model={"topic": stored})
    assert view(row, [WATER], words, spoken).newer is newer


def test_texts_stay_texts() -> None:
    nasty = Why(
        label="topic", likeliest=NASTY, probability=0.9, rule="shown", threshold=0.6,
        words=(Weighed(word=NASTY, weight=1.0),),
    )  # fmt: skip
    world = World(text=[row(text=NASTY, title=NASTY, context=NASTY)])
    answer = _get(world, "/why?item=vk:1", _said(nasty)).text
    assert "<script>alert" not in answer
    assert "<img src=x" not in answer
    assert "49" not in answer.partition("<main")[2].partition("</h1>")[0]


def test_a_mention_leads_to_its_why_where_there_is_one() -> None:
    world = World(mentions=[mention("vk:1&x", "нет воды")])
    assert 'href="/why?item=vk%3A1%26x"' in _get(world, "/", _said(WATER)).text
    assert "/why" not in _get(world, "/", None).text


@pytest.mark.parametrize(
    ("path", "status"), [("/why?item=vk:2", 404), ("/why", 404), ("/why?item=", 404)]
)
def test_what_is_not_there_is_not_found(path: str, status: int) -> None:
    assert _get(World(), path, _said(WATER)).status_code == status


def test_a_silent_store_is_told() -> None:
    world = World(text=[row()])
    world.down = True
    answer = _get(world, "/why?item=vk:1", _said(WATER))
    assert answer.status_code == 503
    assert "Хранилище не отвечает" in answer.text


def test_the_packaged_weights_explain_a_stored_text() -> None:
    world = World(text=[row(text="Третий день нет воды, водоканал молчит")])
    answer = _get(world, "/why?item=vk:1", explain.load())
    assert "Вода и" in answer.text
    assert answer.text.count("<section>") == 4


def test_the_text_comes_through_the_door(filled: Store) -> None:
    (row,) = test_sql.asked(filled, lambda board: query(board._store, "text", TextRow, item="vk:3"))
    assert row.item == "vk:3"
    assert row.text
