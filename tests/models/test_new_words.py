"""New words are described many at a time, and by look-ups first: each as one by one and plainly."""

from __future__ import annotations

from collections.abc import Container
from zlib import crc32

import pymorphy3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import grams, language, morphology, spelling, texts
from models.places.endings import _KAZAKH, _RUSSIAN
from models.places.gazetteer import Gazetteer, load
from models.places.words import Reader
from models.train import synthetic

letters = st.text(min_size=1, max_size=12) | st.text("абвыйіқ' ʼ-ёaeshy", min_size=1, max_size=60)
words = st.lists(
    letters | st.sampled_from(["нееет", "kushti", "вoда", "日本", "\n", "’’’", "ы" * 60])
)


@given(words, st.sampled_from([("g", (2, 3, 4)), ("", (1, 2, 3, 4)), ("é", (3,))]))
def test_n_grams_of_many_words_are_hashed_as_each_is(
    found: list[str], kind: tuple[str, tuple[int, ...]]
) -> None:
    prefix, lengths = kind
    owners, hashes = grams.hashes(found, lengths, prefix)
    assert sorted(zip(owners.tolist(), hashes.tolist(), strict=True)) == sorted(
        (place, crc32(f"{prefix}{gram}".encode()))
        for place, word in enumerate(found)
        for gram in grams.cut(word, lengths)
    )


@given(words)
def test_many_words_are_folded_as_each_is(found: list[str]) -> None:
    low = [word.lower() for word in found]
    assert spelling.folded(low, list(map(spelling.script, low))) == list(map(spelling.fold, low))
    assert spelling.shortened(low) == list(map(spelling.shorten, low))


@given(words)
def test_the_language_of_a_word_does_not_depend_on_those_beside_it(
    model: language.Model, found: list[str]
) -> None:
    tokens = [token for text in found for token in texts.tokens(text)]
    alone = [model.evidence([token])[0].tolist() for token in tokens]
    assert model.evidence(tokens).tolist() == alone


def _plain_stem(word: str) -> str:
    endings = sorted(spelling._ENDING_WORDS.split(), key=len, reverse=True)
    for _ in range(4):
        ending = next((each for each in endings if word.endswith(each)), "")
        if not ending or len(word) - len(ending) < 4:
            return word
        word = word.removesuffix(ending)
    return word


@given(st.lists(st.sampled_from(["мектеп", "бала", "а", "бет", *spelling._ENDING_WORDS.split()])))
def test_a_stem_is_what_the_longest_endings_leave(parts: list[str]) -> None:
    assert spelling.stem("".join(parts)) == _plain_stem("".join(parts))


def _own_words() -> list[str]:
    return sorted({token for each in synthetic.examples() for token in texts.tokens(each.text)})


def test_the_dictionary_is_read_as_pymorphy_reads_it() -> None:
    plain = pymorphy3.MorphAnalyzer(lang="ru")
    known = [word for word in map(texts.fold, _own_words()[::5]) if plain.word_is_known(word)]
    assert len(known) > 300
    for word in known:
        parses = plain.parse(word)
        assert morphology.normal_forms(word) == [parse.normal_form for parse in parses], word
        assert morphology.normal_form(word) == parses[0].normal_form, word
        assert sorted(map(str, morphology.tags(word))) == sorted(str(p.tag) for p in parses), word


@pytest.mark.parametrize("word", ["", "абырвалг", "!", "0", "әкімдік"])
def test_the_dictionary_says_nothing_of_what_it_has_not(word: str) -> None:
    assert (morphology.normal_form(word), morphology.normal_forms(word)) == ("", [])
    assert morphology.tags(word) == []


class _Everything(Container[str]):
    def __contains__(self, _: object) -> bool:
        return True


class _Plain(Reader):
    """Tries every ending of every word."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__(gazetteer)
        self._names_begin = _Everything()

    def _may_be_read(self, folded: str) -> bool:
        return folded[:4] in self._beginnings or folded[:3] in self._short


READER, PLAIN = Reader(load()), _Plain(load())
NAMES = sorted({word for name in load().names for word in name.split()})
ENDINGS = ["", *_KAZAKH, *_RUSSIAN, "ский", "ская", "цы", "ане", "шанин", "ами"]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(NAMES) | st.text("абекнорстыі", min_size=2, max_size=5),
    st.integers(0, 2),
    st.sampled_from(ENDINGS),
)
def test_a_look_up_first_loses_no_reading(name: str, cut: int, ending: str) -> None:
    word = f"{name[: len(name) - cut]}{ending}"
    assert READER(word) == PLAIN(word)


def test_the_same_of_our_own_words() -> None:
    for word in _own_words()[::3]:
        assert READER(word) == PLAIN(word), word
