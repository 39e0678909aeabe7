"""How sure a topic is shown to be: a curve that keeps the order, chosen with the threshold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import texts, topic
from models.train import comments, rows, telling
from models.train.rows import Row
from models.train.telling import Answers

CLASSES = ("other", "roads", "water")


def _row(label: str, source: str, context: str | None = None) -> Row:
    return Row(text="нет воды", label=label, source=source, language="ru", context=context)


def test_without_a_curve_probabilities_are_told_as_they_are() -> None:
    found = np.array([[0.0, 0.25, 1.0]], np.float32)
    assert topic.told({}, found) == pytest.approx(found, abs=1e-5)


@given(
    st.lists(st.floats(0, 1, width=32), min_size=2, max_size=9, unique=True),
    st.floats(0.1, 3),
    st.floats(-2, 2),
)
def test_a_curve_keeps_the_order(found: list[float], slope: float, shift: float) -> None:
    told = topic.told({"slope": slope, "shift": shift}, np.array(sorted(found), np.float32))
    assert (np.diff(told) >= 0).all()
    assert ((told >= 0) & (told <= 1)).all()


def _answers(source: str, sure: float, right: int, wrong: int) -> Answers:
    """Rows that were said to be about water, so surely."""
    labels = ["water"] * right + ["roads"] * wrong
    found = np.tile(np.array([0.0, 1 - sure, sure], np.float32), (len(labels), 1))
    return Answers([_row(label, source) for label in labels], found, CLASSES)


def test_what_is_too_sure_of_itself_is_told_as_it_was_right() -> None:
    settings = telling.settings(_answers("kursk", 0.95, 120, 80))
    found = topic.told(settings, np.array([0.95], np.float32))
    assert found[0] == pytest.approx(0.6, abs=0.03)


def _joined(*parts: Answers) -> Answers:
    judged = [row for part in parts for row in part.judged]
    return Answers(judged, np.concatenate([part.probabilities for part in parts]), CLASSES)


def test_what_is_shown_is_right_among_each_kind_of_rows() -> None:
    """Appeals are right where comments are not yet: the higher threshold holds."""
    appeals = [_answers("kursk", 0.7, 95, 5), _answers("kursk", 0.95, 99, 1)]
    worse = [_answers(comments.SOURCE, 0.7, 50, 50), _answers(comments.SOURCE, 0.95, 95, 5)]
    alone, both = telling.settings(_joined(*appeals)), telling.settings(_joined(*appeals, *worse))
    between = topic.told(both, np.array([0.7, 0.95], np.float32))
    assert alone["first"] <= topic.told(alone, np.array([0.7], np.float32))[0]
    assert between[0] < both["first"] <= between[1]


def test_what_is_about_nothing_public_says_nothing_of_the_threshold() -> None:
    shown = _answers("kursk", 0.9, 95, 5)
    wrong = [_row("water", "kursk")] * 100
    other = Answers(wrong, np.tile(np.array([0.9, 0.1, 0.0], np.float32), (100, 1)), CLASSES)
    found = telling.settings(_joined(shown, other))
    assert found["first"] <= topic.told(found, np.array([0.9], np.float32))[0]


def test_an_article_is_for_the_choice_or_for_the_report() -> None:
    found = [telling.is_tuned(_row("water", "x", f"Новость {number}")) for number in range(300)]
    assert 70 < sum(found) < 130
    more = _row("roads", "y", "Новость 7\nи как она начинается")
    assert telling.is_tuned(more) == found[7]


@pytest.mark.shared
def test_what_is_reported_shares_no_article_with_the_choice(shared_dir: Path) -> None:
    every, told = rows.domain(shared_dir, "topic"), telling.domain(shared_dir)
    reported = {texts.parted(row.context).headline for row in told}
    chosen = {texts.parted(row.context).headline for row in every if telling.is_tuned(row)}
    assert not reported & chosen
    assert 200 < len(told) < len(every) - 50
