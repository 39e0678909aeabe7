"""Which words made a label: the whole text gives what understanding gives, words are the text's."""

from __future__ import annotations

import json
from functools import cache
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import emergency, explain, language, linear, topic, understanding
from models.explain import Explainer
from models.jsonl import Asked, understand_lines
from models.texts import Text
from models.understanding import HEADS, Understanding
from tests.models.conftest import Nowhere


@pytest.fixture(scope="module")
def explainer(heads: dict[str, linear.Head], model: language.Model) -> Explainer:
    return Explainer(heads, model)


TEXTS = [
    Text(text="Третий день в Таразе нет воды, водоканал молчит"),
    Text(text="Су жоқ екі күн болды, көмектесіңіздер"),
    Text(text="согласен", context="Депутаты обсудили тарифы на воду и отопление"),
    Text(text="жылу қашан беріледі, когда дадут тепло", title="Сұрақ"),
    Text(text="Рахмет, жақсы концерт болды!"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_whole_text_gives_what_understanding_gives(
    text: Text, explainer: Explainer, understand: Understanding
) -> None:
    (labels,) = understand([text])
    why = {each.label: each for each in explainer(text)}
    if labels.topics:
        code, probability = labels.topics[0]
        assert why["topic"].likeliest == code
        assert why["topic"].probability == pytest.approx(probability, abs=2e-4)
    assert (why["topic"].rule == "shown") == bool(labels.topics)
    assert (why["appeal"].rule == "shown") == (labels.appeal is not None)
    if labels.appeal:
        assert why["appeal"].likeliest == labels.appeal
    assert labels.sentiment is not None
    best = max(labels.sentiment._asdict().items(), key=lambda pair: pair[1])
    assert why["sentiment"].likeliest == best[0]
    assert why["sentiment"].probability == pytest.approx(best[1], abs=2e-4)
    urgent = labels.urgent or 0.0
    calm = why["urgent"].likeliest == "calm"
    assert why["urgent"].probability == pytest.approx(1 - urgent if calm else urgent, abs=2e-4)


def test_the_heaviest_word_is_what_the_text_is_about(explainer: Explainer) -> None:
    why = {each.label: each for each in explainer(TEXTS[0])}["topic"]
    assert why.likeliest == "water"
    assert {word.word for word in why.words[:2]} == {"воды", "водоканал"}
    weights = [abs(word.weight) for word in why.words]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) <= explain.MOST_WORDS


def test_words_of_the_headline_are_marked(explainer: Explainer) -> None:
    why = {each.label: each for each in explainer(TEXTS[2])}
    assert any(word.context and word.weight > 0 for word in why["topic"].words)
    assert not any(word.context for word in why["appeal"].words)


FLOOD = "Паводок затопил дома, спасатели работают, людей эвакуировали"
NAMED = [
    Text(text="Президент встретился с депутатами парламента", context=f"Совещание\n{FLOOD}"),
    Text(text=f"Депутаты парламента и президент о выборах. {FLOOD}"),
    Text(text=FLOOD),
    Text(text="согласен", context="Депутаты обсудили тарифы на воду и отопление"),
]


@pytest.mark.parametrize("text", NAMED)
def test_an_emergency_by_words_is_told_exactly_where_understanding_says_one(text: Text) -> None:
    (labels,), (why, *_) = _understanding()([text]), _packaged()(text)
    by_words = (emergency.CODE, emergency.PROBABILITY) in labels.topics
    assert (why.named is not None) == by_words
    if why.named is not None:
        assert (why.named.code, why.named.probability) == labels.topics[-1]


def test_its_words_are_told_apart_from_those_of_the_article() -> None:
    (why, *_) = _packaged()(NAMED[0])
    assert why.named is not None
    assert why.named.words == ()
    assert why.named.context == ("паводок", "затопил", "спасатели", "эвакуировали")
    line = json.dumps({"text": NAMED[0].text, "context": NAMED[0].context}).encode()
    (told,) = understand_lines([line], _understanding(), asked=Asked(_packaged()))
    named = json.loads(told)["why"]["topic"]["named"]
    assert named["topic"] == emergency.CODE
    assert named["context_words"] == list(why.named.context)
    assert "2 times or more" in named["rule"]
    assert "1%" in named["rule"]


def test_a_threshold_that_is_not_reached_is_named(
    explainer: Explainer, heads: dict[str, linear.Head]
) -> None:
    why = {each.label: each for each in explainer(Text(text="ну и что теперь"))}["topic"]
    assert why.threshold == heads["topic"].settings["first"]
    assert why.rule == ("no topic" if why.likeliest == topic.OTHER else "unsure")


def test_a_text_without_words_has_no_why(explainer: Explainer) -> None:
    assert explainer(Text(text="  ")) == ()


def test_a_very_long_text_costs_no_more_than_its_beginning(explainer: Explainer) -> None:
    word = Text(text="вода " * 20_000)
    many = Text(text=" ".join(f"слово{chr(1072 + n % 32)}{n}" for n in range(9_000)))
    before = process_time()
    for text in (word, many):
        assert len(explainer(text)) == 4
    assert process_time() - before < 20


@given(text=st.text(max_size=60), context=st.none() | st.text(max_size=30))
@settings(max_examples=40, deadline=None)
def test_no_text_makes_it_fail(text: str, context: str | None) -> None:
    for why in _packaged()(Text(text=text, context=context)):
        assert 0 <= why.probability <= 1


_LOADED: list[Explainer] = []


def _packaged() -> Explainer:
    if not _LOADED:
        _LOADED.append(explain.load())
    return _LOADED[0]


@cache
def _understanding() -> Understanding:
    return understanding.load()


def test_lines_have_why_only_when_asked(explainer: Explainer, understand: Understanding) -> None:
    line = json.dumps({"text": TEXTS[0].text}).encode()
    (plain,) = map(json.loads, understand_lines([line], understand))
    lines = understand_lines([line, b"no"][:1], understand, asked=Asked(explainer))
    (asked,) = map(json.loads, lines)
    assert "why" not in plain
    why = asked.pop("why")
    assert asked == plain
    assert set(why) == {"topic", "appeal", "sentiment", "urgent"}
    assert why["topic"]["words"][0][0] in ("воды", "водоканал")


def test_a_topic_that_the_taxonomy_does_not_name_is_not_said(
    heads: dict[str, linear.Head], model: language.Model
) -> None:
    own = {"gas", "roads"}
    named = Understanding(heads, model, Nowhere(), topics=own)
    flood = Text(text=FLOOD)
    (water, roads, drowned) = named([TEXTS[0], Text(text="Яма на дороге, асфальт разбит"), flood])
    assert water.topics == drowned.topics == ()
    assert [code for code, _ in roads.topics] == ["roads"]
    explaining = Explainer(heads, model, own)
    assert explaining(TEXTS[0])[0].rule == "unnamed"
    assert explaining(TEXTS[0])[0].likeliest == "water"
    assert explaining(NAMED[0])[0].named is None


@pytest.mark.parametrize("letters", [61, 9_999, 65_536])
def test_a_word_without_end_is_told_by_its_beginning(letters: int, explainer: Explainer) -> None:
    for text in (Text(text="ж" * letters), Text(text="ау", context="воды" * letters)):
        found = explainer(text)
        told = [word.word for why in found for word in why.words]
        assert told
        assert max(map(len, told)) <= 60
    line = json.dumps({"text": "ж" * letters}).encode()
    (said,) = understand_lines([line], _understanding(), asked=Asked(_packaged()))
    assert len(said) < letters * 2 + 4_000, "the text itself comes back, its words do not again"


def test_each_label_says_which_heads_made_it(explainer: Explainer) -> None:
    line = json.dumps({"text": TEXTS[0].text}).encode()
    (said,) = understand_lines([line], _understanding(), asked=Asked(_packaged()))
    why = json.loads(said)["why"]
    digests = _understanding().digests
    assert {head for label in why.values() for head in label["versions"]} == set(HEADS)
    for label in why.values():
        assert label["versions"] == {head: digests[head] for head in label["versions"]}
