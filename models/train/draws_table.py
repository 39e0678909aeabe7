"""What was said in several draws, as tables: each draw, those but the first, and all rows.

Differences are resampled in pairs, intervals hold 95 of 100 resamples of the rows. They say how far
chance in the rows goes, and nothing of another training.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from models.train import compare, resampling

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


Share = Mapping[str, float]
"""How many there are of each class elsewhere."""


def _cells(answers: Answers, measure: str, share: Share | None) -> Iterator[str]:
    """Rows, the score of each, and by how much ours is better than each other."""
    ours = answers.said[OURS]
    pairs = {
        who: compare.differences(answers.truth, guess, ours, share)[measure]
        for who, guess in answers.said.items()
    }
    yield f"{len(answers.truth):,}"
    for who, guess in answers.said.items():
        alone = resampling.intervals(resampling.said(answers.truth, guess))[measure]
        yield str(alone) if share is None else f"{pairs[who][0]:.3f}"
    for who, (_, _, more) in pairs.items():
        if who != OURS:
            yield str(more)


def _table(
    name: str, parts: dict[str, Answers], measure: str, share: Share | None = None
) -> Iterator[str]:
    others = next(iter(parts.values())).said
    head = [
        f"{name}, {measure}",
        "rows",
        *others,
        *(f"more than {who}" for who in others if who != OURS),
    ]
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for part, answers in parts.items():
        yield f"| {' | '.join([part, *_cells(answers, measure, share)])} |"
    yield ""


def _parts(found: Sequence[Drawn], place: int) -> dict[str, Answers]:
    """The answers to one question: of each draw that has rows, and of several."""
    asked = {one.draw: one.answers[place] for one in found if one.answers[place].truth}
    later = [answers for draw, answers in asked.items() if draw]
    parts = {f"draw {draw}": answers for draw, answers in asked.items()}
    if 1 < len(later) < len(asked):
        parts["all but draw 0"] = together(later)
    if len(asked) > 1:
        parts["all"] = together(list(asked.values()))
    return parts


def of(found: Sequence[Drawn], shares: Mapping[str, Share] = MappingProxyType({})) -> str:
    """Markdown: a table for each question and measure; `shares`: of questions that are told once
    more, as if the classes were so many."""
    lines: list[str] = []
    for place, first in enumerate(found[0].answers):
        parts, share = _parts(found, place), shares.get(first.question)
        for measure in MEASURES if parts else ():
            lines += _table(first.question, parts, measure)
        if parts and share:
            name = f"{first.question} in the share of the official test"
            for measure in MEASURES:
                lines += _table(name, parts, measure, share)
    return "\n".join(lines)
