"""Which Kazakh reviews are learned from, and how much each weighs."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from models.train import fit, rows, sentiment_kk
from models.train.rows import Row
from tests.models.small_data import make


def _row(text: str, label: str, weight: float = 1.0) -> Row:
    return Row(text=text, label=label, source="own", language="kk", weight=weight)


def test_no_review_is_for_two_things(tmp_path: Path) -> None:
    found = sentiment_kk.split(make(tmp_path))
    learned = [{rows.identity(row.text) for row in part} for part in found[:3]]
    assert all(learned)
    held = {rows.identity(row.text) for row in [*found.test, *found.stars]}
    assert len(set().union(held, *learned)) == len(held) + sum(map(len, learned))
    assert {row.label for row in found.natural} <= {"negative", "positive"}
    assert {row.source for row in found.natural} == {"kazsandra/09_sc_valid"}


def test_a_class_weighs_the_same_with_the_natural_reviews_as_without() -> None:
    own = [_row(f"жақсы {n}", "positive") for n in range(30)]
    own += [_row(f"нашар {n}", "negative") for n in range(20)]
    own += [_row(f"болады {n}", "neutral") for n in range(5)]
    more = [_row(f"керемет {n}", "positive") for n in range(40)] + [_row("жаман", "negative")]
    first, second = sentiment_kk.evened(own, more)
    together: dict[str, float] = defaultdict(float)
    for row in [*first, *second]:
        together[row.label] += row.weight
    assert together == pytest.approx(Counter(row.label for row in own))
    assert first[0].weight == pytest.approx(2 * second[0].weight) == pytest.approx(30 / 50)
    assert first[-1].weight == 1


def test_praise_with_one_star_is_not_learned_as_blame() -> None:
    praise = ("керемет ойын", "маған қатты ұнады", "өте жақсы", "рахмет, күшті")
    blame = ("нашар қосымша", "ашылмайды", "ақша кетті, жұмыс істемейді", "өте жаман")
    found = [
        _row(f"{text} {word}", label)
        for word in ("енді", "бүгін", "кеше", "осы", "біз", "мен", "үйде", "иә", "ал", "тағы")
        for label, texts in (("positive", praise), ("negative", blame), ("neutral", ("орташа",)))
        for text in texts
    ]
    stars = [_row("керемет ойын, маған қатты ұнады", "negative"), _row("нашар қосымша", "positive")]
    listed = [*found, *stars]
    doubted = sentiment_kk.contradicted(fit.matrix(listed), listed)
    assert [listed[place].text for place in doubted.nonzero()[0]] == [stars[0].text]


def test_too_few_reviews_to_have_every_class_twice_contradict_none() -> None:
    few = [_row("нашар", "negative"), _row("жақсы", "positive"), _row("орташа", "neutral")]
    assert not sentiment_kk.contradicted(fit.matrix(few), few).any()
