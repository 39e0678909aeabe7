"""The texts that understanding is measured on: their length, their new words, always the same."""

from __future__ import annotations

from models import features, texts
from models.texts import LONGEST_TEXT, Text
from models.train import bench, hostile, synthetic
from models.understanding import Understanding


def test_pages_are_full_and_always_the_same() -> None:
    (page,) = bench.pages(1)
    assert len(page) == bench.PAGE
    assert {len(text.text.split()) for text in page} == {bench.WORDS}
    assert bench.pages(1) == [page]
    assert bench.pages(1, seed=1) != [page]


def test_words_keep_coming_that_were_not_seen_before() -> None:
    seen: set[str] = set()
    fresh = []
    for page in bench.pages(60):
        words = [word for text in page for word in text.text.lower().split()]
        fresh.append(len(set(words) - seen) / len(words))
        seen |= set(words)
    late = sum(fresh[-10:]) / 10
    assert 0.9 / bench.NEW_EVERY < late < 3 / bench.NEW_EVERY
    assert fresh[0] > 5 * late


def test_pages_take_turns_in_how_many_words_are_new() -> None:
    seen: set[str] = set()
    fresh = []
    for page in bench.pages(60, every=(20, 5)):
        words = [word for text in page for word in text.text.lower().split()]
        fresh.append(len(set(words) - seen) / len(words))
        seen |= set(words)
    assert sum(fresh[-9::2]) > 2 * sum(fresh[-10::2])


def test_new_words_are_of_every_kind() -> None:
    rows = {word.lower() for each in synthetic.examples() for word in each.text.split()}
    new = {word for page in bench.pages(20) for text in page for word in text.text.lower().split()}
    words = [word for word in new - rows if word.isalpha()]
    kazakh = sum(not texts.KAZAKH.isdisjoint(word) for word in words)
    listed = sum(features.in_dictionary(word) for word in words)
    assert 0.03 < kazakh / len(words) < 0.12
    assert 0.55 < listed / len(words) < 0.8


def test_hostile_texts_are_long_and_never_remembered_whole(understand: Understanding) -> None:
    made = hostile.texts()
    assert all(len(make()) > LONGEST_TEXT for make in made.values())
    new = made["words that nobody has seen"]
    assert set(new().split()).isdisjoint(new().split())
    assert len(understand([Text(text=make()) for make in made.values()])) == len(made)
