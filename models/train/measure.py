"""A trained head asked about the rows that are kept from it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from models import language, linear
from models.train import compare, evaluate, plan
from models.train.evaluate import Test
from models.train.held import Held, Judged
from models.train.rows import Row
from rezonans.troubles import Invalid

Train = Callable[[Path, plan.Say, Sequence[Row]], plan.Trained]
"""(data folder, progress, more rows such as corrections) to what is saved."""


class Trainer(NamedTuple):
    """Where a head is trained and where its held-out rows are, by name: imported when asked."""

    module: str
    train: str = "train"
    held: str = "held"

    def _function(self, name: str) -> Any:
        return getattr(importlib.import_module(f"models.train.{self.module}"), name)

    def trained(self, data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
        train: Train = self._function(self.train)
        return train(data, say, more)

    def tests(self, data: Path) -> list[Held]:
        held: Callable[[Path], list[Held]] = self._function(self.held)
        return held(data)


TRAINERS = {
    "language": Trainer("language"),
    "topic": Trainer("topic"),
    "appeal": Trainer("appeal"),
    "sentiment_ru": Trainer("sentiment", "russian", "held_russian"),
    "sentiment_kk": Trainer("sentiment_kk", "kazakh", "held_kazakh"),
    "urgent": Trainer("urgent"),
}
HEADS = tuple(TRAINERS)


def trainer(head: str) -> Trainer:
    """The trainer of a head; `Invalid` lists the heads there are."""
    if head not in TRAINERS:
        raise Invalid(f"no head {head!r}; there are: {', '.join(HEADS)}")
    return TRAINERS[head]


def load(head: str, folder: Path) -> Any:
    """The model in `folder/<head>`; `WeightsError` where there is none that fits."""
    return language.load(folder / head) if head == "language" else linear.load(folder / head)


def check_data(data: Path) -> None:
    """`Invalid` where there is no data folder."""
    if not data.is_dir():
        text = f"data: {data} is not a folder; give the data folder with --data or models.data"
        raise Invalid(text)


def judged(model: Any, held: Sequence[Held], say: plan.Say = lambda _: None) -> list[Judged]:
    """What a model says of every test set that has rows."""
    found = []
    for each in held:
        say(each.name)
        found.append(each.judge(model, each.rows) if each.rows else Judged([]))
    return found


def tests(held: Sequence[Held], found: Sequence[Judged]) -> list[Test]:
    """Scores of what was said, sets without rows left out; what a user could run instead says how
    much better the head is."""
    by_name = {each.name: said for each, said in zip(held, found, strict=True)}
    return [
        test
        for each, said in zip(held, found, strict=True)
        if each.rows
        for test in evaluate.of_held(_compared(each, said, by_name.get(each.beside)), said)
    ]


def _compared(each: Held, said: Judged, head: Judged | None) -> Held:
    """The test with the difference in its note: of the same resamples, so in pairs."""
    if head is None:
        return each
    better = "; ".join(
        f"{change.measure} {change.difference}" for change in compare.paired(each, said, head)
    )
    return replace(each, note=f"{each.note}; the head is better by {better}")
