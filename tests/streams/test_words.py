"""The sample of words: what it counts, and that it changes nothing."""

from __future__ import annotations

from prometheus_client import REGISTRY

from models.texts import Text
from models.understanding import Labels
from streams.stages.words import Sampled


def counted(known: str) -> float:
    return REGISTRY.get_sample_value("rezonans_words_total", {"known": known}) or 0.0


def test_words_of_one_text_a_call_are_counted_and_labels_are_the_models() -> None:
    told = [Labels(language="ru"), Labels(language="kk"), Labels()]
    batch = [Text(text="вода вода"), Text(text="Вода бұзылды, қзқзқз 17!"), Text(text="дорога")]
    sampled = Sampled(lambda texts: told[: len(texts)], {"вода", "бұзылды"}.__contains__)
    before = counted("yes"), counted("no")
    assert sampled(batch) == told
    assert (counted("yes") - before[0], counted("no") - before[1]) == (2, 1)


def test_nothing_to_read_counts_nothing() -> None:
    before = counted("yes"), counted("no")
    assert Sampled(lambda texts: [], lambda word: True)([]) == []
    assert (counted("yes"), counted("no")) == before
