"""What was said in several draws, as tables: each draw, those but the first, and all rows.

Differences are resampled in pairs, intervals hold 95 of 100 resamples of the rows. They say how far
chance in the rows goes, and nothing of another training.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from models.train import compare, evaluate

OURS = "ours"
MEASURES = ("weighted F1", "macro F1", "accuracy")


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of the rows of a draw under one question; labels alone."""

    question: str
    truth: list[str]
    said: dict[str, list[str]]
    """By who said it, each in the order of `truth`."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """One part of the rows, judged by those that have not seen it."""

    draw: int
    features: str
    answers: list[Answers]


def together(found: Sequence[Answers]) -> Answers:
    """The rows of several draws as if they were one."""
    first = found[0]
    return Answers(
        question=first.question,
        truth=[label for each in found for label in each.truth],
        said={who: [label for each in found for label in each.said[who]] for who in first.said},
    )


def _cells(answers: Answers, measure: str) -> Iterator[str]:
    """Rows, the score of each, and by how much ours is better than each other."""
    yield f"{len(answers.truth):,}"
    for guess in answers.said.values():
        yield str(evaluate.intervals(np.array(answers.truth), np.array(guess))[measure])
    for who, guess in answers.said.items():
        if who != OURS:
            _, _, more = compare.differences(answers.truth, guess, answers.said[OURS])[measure]
            yield str(more)


def _table(question: str, parts: dict[str, Answers], measure: str) -> Iterator[str]:
    others = next(iter(parts.values())).said
    head = [
        f"{question}, {measure}",
        "rows",
        *others,
        *(f"more than {who}" for who in others if who != OURS),
    ]
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for name, answers in parts.items():
        yield f"| {' | '.join([name, *_cells(answers, measure)])} |"


def of(found: Sequence[Drawn]) -> str:
    """Markdown: one table a question and measure."""
    lines: list[str] = []
    for place, first in enumerate(found[0].answers):
        each = {f"draw {one.draw}": one.answers[place] for one in found}
        later = [one.answers[place] for one in found if one.draw]
        parts = dict(each)
        if 1 < len(later) < len(found):
            parts["all but draw 0"] = together(later)
        if len(found) > 1:
            parts["all"] = together([one.answers[place] for one in found])
        for measure in MEASURES:
            lines += [*_table(first.question, parts, measure), ""]
    return "\n".join(lines)
