"""Ways to hide a word that a person reads at a glance: which of them cost nothing."""

from __future__ import annotations

import pytest

from models.texts import Text
from models.train import evasions
from models.understanding import Understanding

LOST = {
    "in the middle a hyphen", "in the middle a space", "a letter hidden: в*ды",
    "a letter hidden: в_ды", "a letter hidden: в#ды", "a vowel left out", "elongated: воооды",
    "every letter three times", "every letter twice", "upside down", "a tag between: в<b>оды",
    "two letters changed about",
}  # fmt: skip
"""Ways that still hide: docs/models.md says why."""
RUSSIAN_ALONE = {
    "in the middle a dot: во.ды",
    "in the middle an asterisk",
    "leetspeak: $вет, н€т, д@й",
}
"""Ways that only a dictionary undoes: there is none of Kazakh."""


def test_more_than_sixty_ways_are_tried_in_both_languages() -> None:
    assert len(evasions.WAYS) >= 60
    assert set(evasions.SENTENCES) == {"ru", "kk"}


@pytest.fixture(scope="module")
def tried(understand: Understanding) -> list[evasions.Tried]:
    return list(evasions.tried(understand))


def test_the_plain_sentences_have_topics(understand: Understanding) -> None:
    for sentences in evasions.SENTENCES.values():
        plain = [Text(text=evasions.disguised(one, str, "key")) for one in sentences]
        assert all(map(evasions.topic, understand(plain)))


def test_what_a_person_reads_at_a_glance_has_its_topic_and_attitude(
    tried: list[evasions.Tried],
) -> None:
    for one in tried:
        if one.way in LOST or (one.way in RUSSIAN_ALONE and one.language == "kk"):
            continue
        # one of eight may fall below the bar: a sentence of short words in letters apart
        assert one.topic >= one.texts - 1, one
        if one.scope == "key":
            assert one.attitude >= one.texts - 1, one


def test_what_is_said_to_hide_does(tried: list[evasions.Tried]) -> None:
    """Else the documentation says less than is true."""
    for way in LOST:
        assert any(one.topic < one.texts - 1 for one in tried if one.way == way), way
