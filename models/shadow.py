"""Two versions of the models over the same texts: what would change if the other one were taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from models.past import Past
from models.texts import Text
from models.understanding import Labels

Understand = Callable[[Sequence[Text]], Sequence[Labels]]

QUESTIONS = ("language", "topic", "appeal", "sentiment", "urgent")
NOTHING = "(nothing)"
"""Stands where a version says nothing."""
EXAMPLES = 5
_EXCERPT = 100


class Move(msgspec.Struct, frozen=True):
    """So many texts would be called otherwise."""

    old: str
    new: str
    texts: int


class Example(msgspec.Struct, frozen=True):
    item: str
    text: str
    old: str
    new: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What would change in the answers to one question."""

    question: str
    texts: int
    changed: int
    moves: list[Move]
    """The most frequent first."""
    examples: list[Example]


def answers(labels: Labels) -> dict[str, str]:
    """What is shown of a text, a word a question."""
    feeling = labels.sentiment._asdict() if labels.sentiment else {}
    return {
        "language": labels.language or NOTHING,
        "topic": labels.topics[0][0] if labels.topics else NOTHING,
        "appeal": labels.appeal or NOTHING,
        "sentiment": max(feeling, key=lambda name: feeling[name]) if feeling else NOTHING,
        "urgent": "urgent" if (labels.urgent or 0.0) >= 0.5 else "calm",
    }


def compare(past: Sequence[Past], old: Understand, new: Understand) -> list[Change]:
    """Both versions over all texts; a text is asked anew of both, whatever was stored of it."""
    texts = [each.text for each in past]
    before, after = map(answers, old(texts)), map(answers, new(texts))
    pairs = list(zip(past, before, after, strict=True))
    return [_change(question, pairs) for question in QUESTIONS]


def _change(question: str, pairs: Sequence[tuple[Past, dict[str, str], dict[str, str]]]) -> Change:
    other = [
        (each, old[question], new[question])
        for each, old, new in pairs
        if old[question] != new[question]
    ]
    moves = Counter((old, new) for _, old, new in other)
    return Change(
        question=question,
        texts=len(pairs),
        changed=len(other),
        moves=[Move(old, new, count) for (old, new), count in moves.most_common()],
        examples=[
            Example(each.item, " ".join(each.text.text.split())[:_EXCERPT], old, new)
            for each, old, new in other[:EXAMPLES]
        ],
    )


def told(changes: Sequence[Change]) -> str:
    """The answer in Markdown."""
    parts = []
    for change in changes:
        share = change.changed / change.texts if change.texts else 0.0
        head = f"## {change.question}: {change.changed:,} of {change.texts:,} ({share:.1%}) differ"
        lines = [f"- {move.old} -> {move.new}: {move.texts:,}" for move in change.moves]
        shown = [
            f"  - {each.item}: {each.old} -> {each.new}: {each.text}" for each in change.examples
        ]
        parts.append("\n".join([head, *lines, *(["- for example:", *shown] if shown else [])]))
    return "\n\n".join(parts) + "\n"
