"""A head judged on every part of its rows, each time by one that has not seen the part.

One part held out is one draw, and it may be a hard one: its score can not be laid beside a score
of other rows. So the rows are cut into parts, and without each of them the head is trained as it
is shipped, and so is what a user could run instead. Every row is judged once.

`python -m models.train.draws --data PATH` takes a few minutes a draw. With `--keep FOLDER` answers
(labels alone, no texts) are kept, so that `--draw N` can make one at a time and the last call
prints the whole table; a change of the code that trains asks for an empty folder.

The first part is the one that is held out of the packaged weights. Strengths and the like were
chosen on the others, which may flatter the head there; the references had nothing chosen.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from models import features, linear
from models import sentiment as head_module
from models import topic as topic_module
from models.train import (
    draws_table,
    fit,
    folds,
    glossary,
    measure,
    reference,
    rows,
    sentiment,
    topic,
)
from models.train.draws_table import OURS, Answers, Drawn
from models.train.held import Judge, Judged, likeliest
from models.train.plan import Say
from models.train.rows import Row
from rezonans.troubles import Invalid

_FIVE, _AMONG, _FOLDED = "five classes", "among the three", "five folded to three"

Ask = Callable[[Path, int], list[Answers]]
"""(data folder, draw) to what a head without the rows of the draw says of them."""


class Subject(NamedTuple):
    """A head, and into how many parts its rows are cut."""

    parts: int
    ask: Ask
    shares: Mapping[str, draws_table.Share] = MappingProxyType({})
    """How many there are of each class in a test that is not at hand, by question."""


def _answers(
    question: str, head: linear.Head, ours: Judge, tested: Sequence[Row], learn: Sequence[Row]
) -> Answers:
    """Of the head, and of the references that learn from `learn`."""
    said = {OURS: ours(head, tested).guess}
    said |= {name: ask(learn)(None, tested).guess for name, ask in reference.PLAIN.items()}
    return Answers(question=question, truth=[row.label for row in tested], said=said)


def _folded(five: Answers, ours: list[str]) -> Answers:
    """The same rows in three classes; a reference has labels alone to fold."""

    def three(labels: Sequence[str]) -> list[str]:
        return [head_module.FOLD.get(label, label) for label in labels]

    said = {name: three(guess) for name, guess in five.said.items()} | {OURS: ours}
    return Answers(question=_FOLDED, truth=three(five.truth), said=said)


def posts(data: Path, draw: int) -> list[Answers]:
    """Random posts of RuSentiment: five classes, and three in two ways."""
    learn, tune, test = sentiment.split(data, draw)
    found = [*learn, *tune]
    head = fit.as_head("sentiment_ru", sentiment.five(found, sentiment.knowledge(data)))
    five = _answers(_FIVE, head, sentiment.judge_plainly, test, found)
    known, three = (
        [row for row in listed if row.label in head_module.CLASSES] for listed in (found, test)
    )
    among = _answers(_AMONG, head, sentiment.judge_among, three, known)
    return [five, among, _folded(five, sentiment.judge_folded(head, test).guess)]


def _appeals_judged(head: linear.Head, tested: Sequence[Row]) -> Judged:
    found = fit.probabilities(head, tested, topic_module.CONTEXT)
    return likeliest(found, head.classes)  # what is told is in the same order


def appeals(data: Path, draw: int) -> list[Answers]:
    """Appeals of Kursk: all codes, and those that are frequent."""
    every = rows.kursk(data)
    learn, test = (
        [row for row in every if (rows.place(row, topic.FIFTHS) == draw) is is_held]
        for is_held in (False, True)
    )
    real, weak = topic.learned_from(data)
    found = [*learn, *(row for row in real if row.source != "kursk"), *weak]
    built = folds.matrix(found, topic_module.CONTEXT)
    machine = fit.estimate(
        built, found, strength=topic.STRENGTH, balanced=True, knowledge=glossary.knowledge()
    )
    head = fit.as_head("topic", machine)
    asked = _answers("all codes", head, _appeals_judged, test, learn)
    counts = Counter(row.label for row in every)
    return [
        asked,
        *(
            _only(asked, f"codes of {least} appeals and more", counts, least)
            for least in (topic.FREQUENT, topic.FREQUENT * topic.FIFTHS)
        ),
    ]


def _only(asked: Answers, question: str, counts: Mapping[str, int], least: int) -> Answers:
    """The same answers where the code is frequent among all appeals."""
    kept = [place for place, label in enumerate(asked.truth) if counts[label] >= least]
    said = {who: [guess[place] for place in kept] for who, guess in asked.said.items()}
    return Answers(question=question, truth=[asked.truth[at] for at in kept], said=said)


def _official() -> dict[str, draws_table.Share]:
    """How many posts of each class the official test part of RuSentiment has, by question."""
    five = sentiment.OFFICIAL
    folded: dict[str, float] = defaultdict(float)
    for name, count in five.items():
        folded[head_module.FOLD.get(name, name)] += count
    return {_FIVE: five, _AMONG: five, _FOLDED: folded}


SUBJECTS = {
    "sentiment_ru": Subject(sentiment.EIGHTHS, posts, _official()),
    "topic": Subject(topic.FIFTHS, appeals),
}


def _kept(path: Path) -> Drawn:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Drawn)
    except msgspec.DecodeError as error:
        raise Invalid(
            f"draws: {path}: {error}; remove it, or give --keep another folder"
        ) from error
    if found.features != features.full_version():
        raise Invalid(f"draws: {path} was made with other features; give --keep an empty folder")
    return found


def _drawn(subject: str, data: Path, draw: int, path: Path | None) -> Drawn:
    """One draw, made and written to `path` unless it is there."""
    if path and path.exists():
        return _kept(path)
    answers = SUBJECTS[subject].ask(data, draw)
    found = Drawn(draw=draw, features=features.full_version(), answers=answers)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(found))
    return found


def run(
    subject: str,
    data: Path,
    wanted: Sequence[int] = (),
    keep: Path | None = None,
    say: Say = lambda _: None,
) -> list[Drawn]:
    """The draws that are wanted, all where none is named, and those that are kept."""
    measure.check_data(data)
    parts = SUBJECTS[subject].parts
    if bad := [number for number in wanted if not 0 <= number < parts]:
        raise Invalid(f"draws: no draw {bad[0]} of {subject}; there are 0 to {parts - 1}")
    paths = {draw: keep and keep / f"{subject}-{draw}.json" for draw in range(parts)}
    asked = {
        draw: path
        for draw, path in paths.items()
        if not wanted or draw in wanted or (path and path.exists())
    }
    found = []
    for draw, path in asked.items():
        say(f"{subject}: draw {draw} of {', '.join(map(str, asked))}")
        found.append(_drawn(subject, data, draw, path))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of a head; 2 where something that was given does not fit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--head", choices=sorted(SUBJECTS), default="sentiment_ru")
    parser.add_argument("--draw", type=int, action="append", default=[], help="this one; repeat")
    parser.add_argument("--keep", type=Path, help="folder for answers, read where they are there")
    asked = parser.parse_args(arguments)
    begun = time.monotonic()

    def say(step: str) -> None:
        print(f"[{time.monotonic() - begun:4.0f} s] {step}", file=sys.stderr, flush=True)

    try:
        found = run(asked.head, asked.data, asked.draw, asked.keep, say)
    except Invalid as error:
        print(error, file=sys.stderr)
        return 2
    print(f"seed {fit.SEED}, features {features.full_version()}")
    print(draws_table.of(found, SUBJECTS[asked.head].shares))
    return 0


if __name__ == "__main__":
    sys.exit(main())
