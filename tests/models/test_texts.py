"""How texts are cleaned, cut and folded: tables of strings."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Нет воды!", "нет|воды|!"),
        ("Су жоқ, үш күн болды", "су|жоқ|,|үш|күн|болды"),
        ("нееет!!! :))) ...", "нееет|!!!|:)))|..."),
        ("см. https://egov.kz/x?y=1 и www.gov.kz", "см|.|<url>|и|<url>"),
        ("@ivan_99 ответьте, пишите на a.b@mail.kz", "<user>|ответьте|,|пишите|на|<url>"),
        ("[id1234|Айгуль], спасибо", "<user>|,|спасибо"),
        ("12 500 тенге за 8 кВт", "00|000|тенге|за|0|квт"),
        ("кое-где вода ёмкость", "кое-где|вода|емкость"),
        ("во\u200bда и во\u00adда", "вода|и|вода"),
        ("😡😡 ужас", "😡|😡|ужас"),
        ("e\u0301", unicodedata.normalize("NFC", "e\u0301")),
        ("и\u0306од", "йод"),
        ("Что?!?", "что|?!?"),
        ("Ура:-D <3 =( «да»,😡", "ура|:-d|<0|=(|«|да|»,|😡"),
        ("вода: чистая; (нет)", "вода|:|чистая|;|(|нет|)"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_a_text_is_cut_into_tokens(text: str, expected: str) -> None:
    assert "|".join(texts.tokens(text)) == expected


@pytest.mark.parametrize(
    "spellings",
    [
        "күшті кушти kushti kúshti küshti",
        "жоқ жок joq zhok jok žoq",
        "жақсы жаксы jaqsy zhaksy jaksy",
        "неге nege",
        "су su",
        "қазақ казак qazaq kazak",
        "рахмет rahmet rakhmet",
        "өте оте ote öte",
        "ұлы улы uly ūly",
        "шаңырақ шанырак shanyraq şañyraq",
        "әкім аким akim äkim",
        "жүрек журек jurek zhurek jürek",
    ],
)
def test_spellings_of_a_kazakh_word_fold_together(spellings: str) -> None:
    assert len({texts.fold(word) for word in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("cвет", "свет"),  # Latin c
        ("вoдa", "вода"),  # Latin o and a
        ("нееееет", "неет"),
        ("!!!!!!", "!!"),
        ("<url>", "<url>"),
        ("вода", "вода"),
    ],
)
def test_evasions_and_elongation_fold(word: str, expected: str) -> None:
    assert texts.fold(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ауылдарымызда", "ауыл"),
        ("ауылга", "ауыл"),
        ("мектептен", "мектеп"),
        ("мектептерде", "мектеп"),
        ("балаларга", "бала"),
        ("суда", "суда"),
    ],
)
def test_a_kazakh_word_loses_its_endings(word: str, expected: str) -> None:
    assert texts.stem(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("вода", "cyrl"), ("su", "latn"), ("cвет", "mixed"), ("水", "other"), ("!!", "none")],
)
def test_script_of_a_word(word: str, expected: str) -> None:
    assert texts.script(word) == expected


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_any_text_is_read(text: str) -> None:
    for token in texts.tokens(text):
        assert token
        assert len(texts.fold(token)) <= 2 * texts.LONGEST_WORD


def test_a_long_text_is_cut() -> None:
    assert len(texts.tokens("вода " * 20_000)) <= texts.MOST_TOKENS
    assert texts.fold("ы" * 100_000) == "ыы"
