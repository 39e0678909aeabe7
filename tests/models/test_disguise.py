"""Disguised text is read as it is meant, and costs no more than its length."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import disguise, texts
from models.texts import Text
from models.understanding import Understanding

EVASIONS = [
    # disguised | meant
    "во\u200bды не\u2060т | воды нет",
    "в\u00adо\u00adд\u00adы нет | воды нет",
    "в\u0336о\u0336д\u0336ы\u0336 нет | воды нет",
    "во\u0301ды нет | воды нет",
    "в.о.д.ы нет | воды нет",
    "в-о-д-ы нет | воды нет",
    "в_о_д_ы нет | воды нет",
    "в о д ы нет | воды нет",
    "в🔥о🔥д🔥ы нет | воды нет",
    "П*О*Ж*А*Р в доме | пожар в доме",
    "с/у ж.о.қ | с/у ж.о.қ",
    "c.y joq | c.y joq",
    "в0ды в д0ме нет | воды в доме нет",
    "в3рыв газа | взрыв газа",
    "вοды нет | воды нет",
    "HET воды в нашем доме | нет воды в нашем доме",
    "\u202eтен ыдов\u202c совсем | воды нет совсем",
    "ｖｏｄａ joq | voda joq",
    "𝐬𝐮 𝐣𝐨𝐪 | su joq",
    "Ⓢⓤ joq | su joq",
    "\u2800воды\u3164 нет | воды нет",
    "т\u0301\u0302\u0303\u0304\u0305ок | ток",
    "в о д ы н е т | воды нет",
    "в.о.д.ы.н.е.т | воды нет",
    "нет в  о  д  ы | нет воды",
    "в. о. д. ы нет | воды нет",
    "в - о - д - ы нет | воды нет",
    "[в][о][д][ы] нет | [воды] нет",
    "(в)(о)(д)(ы) нет | (воды) нет",
    "в\nо\nд\nы нет | воды нет",
    "в🔥о💧д😡ы нет | воды нет",
    "во.ды нет | воды нет",
    "во*ды нет | воды нет",
    "п*ожар и в_зятка | пожар и взятка",
    "вӧды нѐт | воды нет",
    "по4ему о6ман | почему обман",
    "св€т д@ли | свет дали",
    "Қ. Ы. З. Д. А. Р | қыздар",
]
KEPT = [
    "А.С. Пушкин и Т. Г. Шевченко",
    "дома.Потом на улице.У нас",
    "kolesa.kz, авто.ру и дом.рф",
    "д4кв5, 6литров и 4то-то",
    "шығады.мықты, су*жоқ",
    "=O =Е =О =В, :-D:-D:-D, в, щ, ц, э",
    "кто_то",
    "дом*кот",
    "и т.д. и т.п., т.е. так",
    "я и ты, а он с ней",
    "г. Тараз, ул. Абая, д. 5, кв. 10",
    "500 000 тенге за 3 комнаты",
    "top photo в нашем городе",
    "apa, ata, bota",
    "e-mail: a.b@mail.kz",
    "й и ё, ў и ї",
    "Су жоқ! Үш күн болды...",
    "😡😡 👍🏽",
]


def _split(line: str) -> tuple[str, str]:
    disguised, _, meant = line.partition(" | ")
    return disguised, meant


@pytest.mark.parametrize("line", EVASIONS)
def test_a_disguise_comes_off(line: str) -> None:
    disguised, meant = _split(line)
    assert disguise.plain(disguised).lower().split() == meant.split()


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_disguise_stays(text: str) -> None:
    assert disguise.plain(text) == text


@pytest.mark.parametrize(
    "line", [*EVASIONS, "вoды нeт | воды нет", "Bоды нет | воды нет", "ʙᴏды нет | воды нет"]
)
def test_a_disguised_text_has_the_labels_of_a_clean_one(
    understand: Understanding, line: str
) -> None:
    disguised, meant = (f"{part}, помогите, третий день" for part in _split(line))
    ours, plain = understand([Text(text=disguised), Text(text=meant)])
    assert ours.topics == plain.topics
    assert ours.appeal == plain.appeal
    assert ours.urgent == pytest.approx(plain.urgent, abs=0.05)


HOSTILE = {
    "one letter": "а" * 65_536,
    "mail addresses without end": "a@" * 32_768,
    "slashes": "a/" * 32_768,
    "mentions that never close": "[id1|" * 13_000,
    "letters apart": "а." * 32_768,
    "accents": "а" + "\u0301\u0316" * 32_768,
    "invisible": "\u200b" * 65_536,
    "backwards": "\u202e" * 65_536,
    "emoji": "😡" * 65_536,
    "digits": "9" * 65_536,
    "hyphens": "а-" * 32_768,
    "smiles": ":" * 65_536,
    "surrogates": "\ud83d" * 65_536,
    "mathematics": "𝐚" * 65_536,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_bounded_work(text: str) -> None:
    """A pattern that went over it twice would not end within the hour."""
    assert len(texts.clean(text)) <= texts.LONGEST_TEXT
    assert len(texts.tokens(text)) <= texts.MOST_TOKENS


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_any_text_comes_out_readable(text: str) -> None:
    plain = disguise.plain(text)
    plain.encode("utf-8")
    assert "\u200b" not in plain
    assert len(plain) <= 4 * len(text)


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі ,!?\n", max_size=200))
def test_ordinary_text_is_untouched(text: str) -> None:
    if not any(len(word) == 1 for word in re.split(r"[ ,!?\n]+", text)):
        assert disguise.plain(text) == text


@given(st.text(alphabet="воднетлукисмх", min_size=4, max_size=12), st.sampled_from(".-_*·•|~"))
def test_words_written_apart_are_one_word(word: str, sign: str) -> None:
    assert disguise.plain(sign.join(word)).replace(" ", "") == word


def test_a_kazakh_word_written_apart_is_not_cut_into_russian_ones() -> None:
    for word in ("керемет", "нашар", "керек", "сымбат", "қоқыстар"):
        assert disguise.plain(f"өте {' '.join(word)} екен") == f"өте {word} екен"


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_every_character_is_located(text: str) -> None:
    found = disguise.located(text)
    assert found.text == disguise.plain(text)
    assert len(found.starts) == len(found.ends) == len(found.text)
    for at in range(len(found.text)):
        start, end = found.span(at, at + 1)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("disguised", "word"),
    [
        ("нет в.о.д.ы дома", "в.о.д.ы"),
        ("нет во\u200bды дома", "во\u200bды"),
        ("нет во\u0301ды дома", "во\u0301ды"),
        ("нет вοды дома", "вοды"),
    ],
)
def test_a_word_is_located_as_it_was_written(disguised: str, word: str) -> None:
    found = disguise.located(disguised)
    start = found.text.index("воды")
    assert disguised[slice(*found.span(start, start + 4))] == word


@given(st.lists(st.text(max_size=12) | st.sampled_from(["в.о.д.ы", "во\u200bды"]), max_size=40))
def test_what_is_kept_of_texts_is_bounded_by_their_characters(found: list[str]) -> None:
    memory = disguise.Plain(room=20)
    for text in found:
        assert memory[text] == disguise.Plain(room=0)[text]
        assert memory.held <= 20
        assert sum(map(len, memory)) <= memory.held
