"""Two versions of the models over the same texts: what would change if the other one were taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from models.past import Past
from models.texts import Text
from models.understanding import Labels

Understand = Callable[[Sequence[Text]], Sequence[Labels]]

ANY = "any"
QUESTIONS = ("language", "topics", "appeal", "sentiment", "urgent", "places")
NOTHING = "(nothing)"
"""Stands where a version says nothing."""
SAME = "(as it is)"
EXAMPLES = 8
"""Kinds of change that are shown with a text each."""
FEWEST = 300
"""Texts from which on what happens to one in a hundred is among them, 19 times of 20."""
_EXCERPT = 100
_Z = 1.96


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
    """What would change in the answers to one question, or (`ANY`) in those to any of them."""

    question: str
    texts: int
    changed: int
    low: float
    """Of the share that changes, in parts of one: the ends of the interval (Wilson, 95 of 100)."""
    high: float
    moves: list[Move]
    """The most frequent first; of `ANY` the questions that change together."""
    examples: list[Example]
    """One of each of the most frequent moves, in their order."""


def answers(labels: Labels) -> dict[str, str]:
    """What is shown of a text, an answer a question. Topics in their order, for the first is the
    one that counts in lanes; with those that a rule adds."""
    feeling = labels.sentiment._asdict() if labels.sentiment else {}
    topics, places = [code for code, _ in labels.topics], [each.name for each in labels.places]
    return {
        "language": labels.language or NOTHING,
        "topics": " + ".join(topics) or NOTHING,
        "appeal": labels.appeal or NOTHING,
        "sentiment": max(feeling, key=lambda name: feeling[name]) if feeling else NOTHING,
        "urgent": "urgent" if (labels.urgent or 0.0) >= 0.5 else "calm",
        "places": " + ".join(places) or NOTHING,
    }


Pair = tuple[Past, str, str]
"""A text with what is said of it before and after."""


def compare(past: Sequence[Past], old: Understand, new: Understand) -> list[Change]:
    """Both versions over all texts; a text is asked anew of both, whatever was stored of it."""
    texts = [each.text for each in past]
    before, after = list(map(answers, old(texts))), list(map(answers, new(texts)))
    rows = list(zip(past, before, after, strict=True))
    differ = [[name for name in QUESTIONS if one[name] != two[name]] for _, one, two in rows]
    together: list[Pair] = [
        (each, SAME, " + ".join(names) or SAME) for each, names in zip(past, differ, strict=True)
    ]
    apart = [
        _change(name, [(each, one[name], two[name]) for each, one, two in rows])
        for name in QUESTIONS
    ]
    return [_change(ANY, together), *apart]


def _change(question: str, pairs: Sequence[Pair]) -> Change:
    kinds: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Past] = {}
    for each, old, new in pairs:
        if old != new:
            kinds[old, new] += 1
            first.setdefault((old, new), each)
    low, high = _interval(kinds.total(), len(pairs))
    return Change(
        question=question,
        texts=len(pairs),
        changed=kinds.total(),
        low=low,
        high=high,
        moves=[Move(old, new, count) for (old, new), count in kinds.most_common()],
        examples=[_example(first[kind], *kind) for kind, _ in kinds.most_common(EXAMPLES)],
    )


def _example(each: Past, old: str, new: str) -> Example:
    return Example(each.item, " ".join(each.text.text.split())[:_EXCERPT], old, new)


def _interval(count: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, _Z**2 / of
    middle, half = share + square / 2, _Z * (share * (1 - share) / of + square / of / 4) ** 0.5
    low, high = (middle - half) / (1 + square), (middle + half) / (1 + square)
    return round(max(low, 0.0), 4), round(min(high, 1.0), 4)


def told(changes: Sequence[Change]) -> str:
    """The answer in Markdown."""
    return "\n\n".join([*_few(changes), *map(_told, changes)]) + "\n"


def _few(changes: Sequence[Change]) -> list[str]:
    texts = changes[0].texts
    if texts >= FEWEST:
        return []
    return [
        f"Only {texts:,} mentions: what changes in one of a hundred may not be among them. Look at"
        f" {FEWEST} or more (--days, --most)."
    ]


def _told(change: Change) -> str:
    share = change.changed / change.texts if change.texts else 0.0
    what = "would be labelled otherwise" if change.question == ANY else "differ"
    head = (
        f"## {change.question}: {change.changed:,} of {change.texts:,} {what}"
        f" ({share:.1%}; {change.low:.1%} to {change.high:.1%})"
    )
    lines = [head]
    for move, one in zip(change.moves, change.examples, strict=False):
        said = move.new if change.question == ANY else f"{move.old} -> {move.new}"
        lines += [f"- {said}: {move.texts:,}", f"  - {one.item}: {one.text}"]
    rest = change.moves[len(change.examples) :]
    if rest:
        lines.append(f"- {len(rest):,} other kinds: {sum(move.texts for move in rest):,}")
    return "\n".join(lines)
