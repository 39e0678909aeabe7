"""Training of the heads: data in, weights with card and report out.

`run` is deterministic: the same data give the same bytes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from models.train import card, plan
from models.train.card import Report
from rezonans.records import Invalid

TRAINERS = {
    "language": ("language", "train"),
    "topic": ("topic", "train"),
    "appeal": ("appeal", "train"),
    "sentiment_ru": ("sentiment", "russian"),
    "sentiment_kk": ("sentiment", "kazakh"),
    "urgent": ("urgent", "train"),
}
"""Head to its module and function here."""
HEADS = tuple(TRAINERS)
_STEPS = 4


def _trainer(head: str) -> Callable[[Path, plan.Say], plan.Trained]:
    if head not in TRAINERS:
        raise Invalid(f"train: no head {head!r}; there are: {', '.join(HEADS)}")
    module, function = TRAINERS[head]
    found = getattr(importlib.import_module(f"models.train.{module}"), function)
    return cast("Callable[[Path, plan.Say], plan.Trained]", found)


def run(head: str, data: Path, out: Path, progress: bool = True) -> Report:
    """Train one head from the data folder and write it to `out/<head>`.

    `Invalid` names an unknown head, or the file that is missing and what to do.
    """
    trainer = _trainer(head)
    if not data.is_dir():
        raise Invalid(f"train: {data} is not a folder; give the data folder with --data")
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not progress, transient=True) as bar:
        task = bar.add_task(head, total=_STEPS)

        def say(step: str) -> None:
            bar.update(task, advance=1, description=f"{head}: {step}")

        trained = trainer(data, say)
        say("writing")
        return card.write(out / head, trained)
