"""Whether the posts of today are still those that the models were made for, week by week."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from models import features, language, texts
from models.moved import FEWEST, JUMP, MOVED, Counts, Jump, Move, again, by_chance, jump, move
from models.past import Past

ABSTAINED = "(unsure)"
"""Where a head did not say; `none` is an answer about appeals."""
QUESTIONS = ("topic", "appeal", "sentiment", "language")
_SHARES = ("abstained", "unknown")
_REMEDIES = {
    "abstained": "read some of them; the topic may be a new one",
    "unknown": "look for a new language, slang or spelling",
}


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of one week, from Monday on."""

    monday: date
    texts: int
    conversations: int
    """Texts that answer the same one are one conversation."""
    abstained: float
    """Share of the texts without a topic."""
    unknown: float
    """Share of the words that are neither in the Russian dictionary nor surely Kazakh."""
    mix: dict[str, dict[str, float]]
    """Question to answer to share of the texts."""
    moved: dict[str, Move]
    """Question to how its mix differs from that of all weeks before."""
    jumps: dict[str, Jump] = {}
    """`abstained` and `unknown` against all weeks before; empty in the first."""


def known_words(model: language.Model) -> Callable[[str], bool]:
    """Whether a word, as the heads read it, is in the Russian dictionary or surely Kazakh."""
    kazakh = language.LANGUAGES.index("kk")

    def known(word: str) -> bool:
        return features.in_dictionary(word) or float(model.word(word)[kazakh]) >= language.SURE

    return known


def weeks(past: Iterable[Past], known: Callable[[str], bool]) -> list[Week]:
    """Weeks in their order; one without texts is not there."""
    found: dict[date, list[Past]] = {}
    for each in past:
        day = each.at.date()
        found.setdefault(day - timedelta(days=day.weekday()), []).append(each)
    remembered: dict[str, bool] = {}
    answers = [_answers(each) for listed in found.values() for each in listed]
    places = {cell: n for n, cell in enumerate(dict.fromkeys(c for row in answers for c in row))}
    told: list[Week] = []
    before = np.zeros((0, len(_SHARES) * 2 + len(places)))
    for monday in sorted(found):
        now = _table(found[monday], places, lambda word: _known(word, known, remembered))
        told.append(_week(monday, places, before, now))
        before = np.vstack([before, now])
    return told


def _known(word: str, known: Callable[[str], bool], remembered: dict[str, bool]) -> bool:
    if word not in remembered:
        remembered[word] = known(word)
    return remembered[word]


Cell = tuple[str, str]
"""A question and an answer."""


def _answers(each: Past) -> list[Cell]:
    said = (each.topic, each.appeal, each.sentiment, each.language)
    return [(name, answer or ABSTAINED) for name, answer in zip(QUESTIONS, said, strict=True)]


def _table(past: Sequence[Past], places: dict[Cell, int], known: Callable[[str], bool]) -> Counts:
    """A row a conversation: texts without a topic, texts, unknown words, words, and then texts by
    answer."""
    rows: dict[str | int, int] = {}
    of = [rows.setdefault(each.text.context or n, len(rows)) for n, each in enumerate(past)]
    table = np.zeros((len(rows), len(_SHARES) * 2 + len(places)))
    for row, each in zip(of, past, strict=True):
        words = [word for word in texts.tokens(each.text.text) if word[:1].isalpha()]
        unknown = sum(not known(word) for word in words)
        table[row, :4] += each.topic is None, 1, unknown, len(words)
        for cell in _answers(each):
            table[row, 4 + places[cell]] += 1
    return table


def _week(monday: date, places: dict[Cell, int], before: Counts, now: Counts) -> Week:
    abstained, count, unknown, words = now[:, :4].sum(axis=0).tolist()
    columns = {
        question: [4 + place for (name, _), place in places.items() if name == question]
        for question in QUESTIONS
    }
    drawn, sure = by_chance(before, now), again(before, now) if len(before) else None
    shares = [(name, slice(2 * n, 2 * n + 2)) for n, name in enumerate(_SHARES)]
    return Week(
        monday=monday,
        texts=int(count),
        conversations=len(now),
        abstained=round(abstained / count, 4),
        unknown=round(unknown / max(words, 1), 4),
        mix={name: _shares(name, places, now[:, 4:].sum(axis=0) / count) for name in QUESTIONS},
        moved={
            name: move(before[:, own], now[:, own], drawn.of(own)) for name, own in columns.items()
        },
        jumps={name: jump(before[:, own], now[:, own], sure.of(own)) for name, own in shares}
        if sure
        else {},
    )


def _shares(question: str, places: dict[Cell, int], shares: Counts) -> dict[str, float]:
    """Of the answers to a question that were given, the most frequent first."""
    of = {
        answer: float(shares[place]) for (name, answer), place in places.items() if name == question
    }
    given = sorted(of.items(), key=lambda pair: -pair[1])
    return {answer: round(share, 4) for answer, share in given if share}


def _judged(found: Sequence[Week]) -> Iterator[tuple[str, str]]:
    """Verdict and sentence of each thing of the last week, where there is anything before it."""
    last, before = found[-1], sum(week.texts for week in found[:-1])
    for question, made in last.moved.items():
        if made.index is not None:
            yield made.verdict, _of_mix(question, made.index, made.chance)
    few = min(last.texts, before) < FEWEST
    for name, by in last.jumps.items():
        yield "unsure" if few else by.verdict, _of_share(name, float(getattr(last, name)), by)


def _of_mix(question: str, index: float, chance: float) -> str:
    return (
        f"the mix of {question}: index {index:.2f} against the weeks before; chance alone stays"
        f" below {chance:.2f} (19 times of 20), a move counts from {MOVED}"
    )


def _of_share(name: str, now: float, by: Jump) -> str:
    points, low, high = (f"{100 * each:+.1f}" for each in (by.by, by.low, by.high))
    return (
        f"{name}: {now:.1%}, before {now - by.by:.1%}: {points} points ({low} to {high}), worth a"
        f" word from {100 * JUMP:.0f} on; {_REMEDIES[name]}"
    )


def closing(found: Sequence[Week]) -> list[str]:
    """What the weeks come to: what has moved, what can not be told yet and how much it takes."""
    judged = list(_judged(found))
    lines = [f"- moved: {text}" for verdict, text in judged if verdict == "moved"]
    unsure = [text for verdict, text in judged if verdict == "unsure"]
    if unsure or not judged:
        lines += [f"- {_too_little(found)}", *(f"- can not be told: {text}" for text in unsure)]
    return lines or [
        f"Nothing has moved: {len(judged)} things were judged, and there is enough to see a move."
    ]


def _too_little(found: Sequence[Week]) -> str:
    last, topics = found[-1], found[-1].moved["topic"]
    number = "one week" if len(found) == 1 else f"{len(found)} weeks, {last.texts:,} in the last"
    total = sum(week.texts for week in found)
    needed = max(made.needed for made in last.moved.values())
    against = "two weeks like this one" if len(found) == 1 else "weeks as large as these"
    chance = (
        f" By chance alone the topics of {against} differ by an index of up to {topics.chance:.2f}"
        f" (19 times of 20), and a move counts from {MOVED}."
        if topics.chance
        else ""
    )
    return (
        f"too little to judge: {total:,} texts in {number}. A week is compared with all before"
        f" it.{chance} With this mix it takes two weeks or more of some {needed:,} texts each."
    )


def _listed(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items())


def told(found: Sequence[Week]) -> str:
    """The answer in Markdown."""
    lines = [
        "| week of | texts | conversations | no topic | unknown words | topics moved (by chance) |"
        " most frequent topics |",
        "|---|---|---|---|---|---|---|",
    ]
    for week in found:
        most = [(name, share) for name, share in week.mix["topic"].items() if name != ABSTAINED]
        named = ", ".join(f"{name} {share:.0%}" for name, share in most[:4])
        made = week.moved["topic"]
        moved = "" if made.index is None else f"{made.index:.2f} ({made.chance:.2f})"
        cells = [str(week.monday), f"{week.texts:,}", f"{week.conversations:,}"]
        cells += [f"{week.abstained:.1%}", f"{week.unknown:.1%}", moved, named]
        lines.append("| " + " | ".join(cells) + " |")
    for question in ("appeal", "sentiment", "language"):
        lines += ["", f"| week of | {question} |", "|---|---|"]
        lines += [f"| {week.monday} | {_listed(week.mix[question])} |" for week in found]
    if all(list(week.mix["language"]) == [ABSTAINED] for week in found):
        lines += ["", "No text has a label: give lines that `rezonans understand` wrote."]
    return "\n".join([*lines, "", *closing(found)]) + "\n"
