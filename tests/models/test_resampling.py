"""Intervals: of rows, of conversations, and where every resample is alike."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from models.train import compare, evaluate, resampling, rows
from models.train.held import Held, Judged
from models.train.resampling import Said
from models.train.rows import Row

TRUTH, GUESS = ["a"] * 60 + ["b"] * 40, ["a"] * 50 + ["b"] * 50


def _said(conversations: list[int]) -> Said:
    return Said(np.array(TRUTH), np.array(GUESS), np.array(conversations))


def test_comments_of_few_conversations_leave_more_to_chance() -> None:
    alone = resampling.intervals(resampling.said(TRUTH, GUESS))
    together = resampling.intervals(_said([n // 10 for n in range(100)]))
    for name, narrow in alone.items():
        wide = together[name]
        assert wide.value == pytest.approx(narrow.value)
        assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_how_conversations_are_numbered_changes_nothing() -> None:
    first = resampling.intervals(_said([n // 10 for n in range(100)]))
    assert first == resampling.intervals(_said([7 * (n // 10) + 3 for n in range(100)]))


def test_a_row_without_a_headline_stands_alone() -> None:
    under = [
        Row(text=text, label="a", source="s", language="ru", context=context)
        for text, context in [
            ("да", "Дом\nначало"),
            ("нет", "дом\nдругое"),
            ("да", None),
            ("кто", None),
        ]
    ]
    one, two, three, four = resampling.conversations(under)
    assert one == two
    assert len({one, three, four}) == 3
    assert rows.conversation(under[0]) == rows.conversation(under[1])


@pytest.mark.parametrize(("right", "low", "high"), [(1, 0.025 ** (1 / 20), 1), (0, 0, 0.1684)])
def test_a_share_without_exception_has_an_exact_interval(
    right: int, low: float, high: float
) -> None:
    found = resampling.intervals(resampling.said(["a"] * 20, ["a" if right else "b"] * 20))
    accuracy = found["accuracy"]
    assert (accuracy.value, accuracy.low, accuracy.high) == pytest.approx(
        (right, low, high), abs=1e-4
    )
    assert str(found["macro F1"]) == f"{right:.3f} (not known)"


def test_twenty_comments_of_one_conversation_are_one_draw() -> None:
    found = Said(np.array(["a"] * 20), np.array(["a"] * 20), np.zeros(20, np.int64))
    assert resampling.intervals(found)["accuracy"].low == pytest.approx(0.025)


def test_classes_have_intervals_of_what_the_rows_can_tell() -> None:
    truth = ["a"] * 60 + ["b"] * 40
    guess = ["a"] * 50 + ["b"] * 45 + ["c"] * 5
    test = evaluate.of_said("t", resampling.said(truth, guess))
    expected = precision_recall_fscore_support(truth, guess, labels=["a", "b"], zero_division=0)
    for each, *values in zip(test.classes, *expected, strict=False):
        assert [each.precision, each.recall, each.f1, each.rows] == pytest.approx(values)
        for name in set(each.intervals) - {"precision"}:
            assert each.intervals[name].low < each.intervals[name].value < each.intervals[name].high
    assert [list(each.intervals) for each in test.classes] == [
        ["precision", "recall", "F1"],
        ["precision", "recall", "F1"],
        ["precision"],
    ]
    assert test.classes[0].intervals["precision"].high == 1
    assert test.classes[0].intervals["precision"].low == pytest.approx(0.025 ** (1 / 50))
    assert test.classes[2].intervals["precision"].high == pytest.approx(1 - 0.025 ** (1 / 5))


def test_a_class_that_a_draw_has_none_of_is_not_held_against_it() -> None:
    truth = ["a"] * 50 + ["b"]
    macro = resampling.intervals(resampling.said(truth, [*truth[1:], "b"]))["macro F1"]
    assert macro.value == pytest.approx((98 / 99 + 2 / 3) / 2)
    assert macro.high == pytest.approx(1)  # a third of the draws have no b at all


def test_pairs_of_comments_are_drawn_by_conversation() -> None:
    def change(context: bool) -> float:
        found = [
            Row(
                text=f"{n}",
                label="a",
                source="s",
                language="ru",
                context=f"статья {n // 10}" if context else None,
            )
            for n in range(100)
        ]
        held = Held("t", found, lambda *_: Judged([]))
        old, new = Judged(["a"] * 100), Judged(["b"] * 10 + ["a"] * 90)
        accuracy, _ = compare.paired(held, old, new)
        return accuracy.difference.high - accuracy.difference.low

    assert change(True) > 2 * change(False)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_whatever_was_said_the_value_lies_within(pairs: list[tuple[str, str]]) -> None:
    truth, guess = zip(*pairs, strict=True)
    found = evaluate.of_said("t", resampling.said(truth, guess))
    for score in [
        found.scores["accuracy"],
        *(s for c in found.classes for s in c.intervals.values()),
    ]:
        assert 0 <= score.low <= score.value + 1e-9
        assert score.value - 1e-9 <= score.high <= 1
