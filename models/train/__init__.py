"""Training of the heads: data in, weights with card and report out.

`run` is deterministic: the same data give the same bytes. What is worse than the weights that
are there already is not written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from models import weights
from models.train import again, card, compare, corrections, evaluate, measure, plan, rows
from models.train.card import Report
from models.train.compare import Change
from models.train.held import Held, Judged
from models.train.measure import HEADS
from models.train.rows import Row
from rezonans.troubles import Invalid

__all__ = ["HEADS", "Outcome", "Worse", "run"]
_STEPS = 8


class Worse(Exception):
    """The new weights are worse than those that are there; the text says in what."""


class Outcome(NamedTuple):
    """What was written, and how it differs on held-out rows from what was there."""

    report: Report
    changes: list[Change]


def run(
    head: str,
    data: Path,
    out: Path,
    *,
    more: Sequence[Row] = (),
    force: bool = False,
    against: Path | None = None,
    progress: bool = True,
) -> Outcome:
    """Train one head from the data folder, write it to `out/<head>`, renew the table of all.

    `more`: rows beside those of the data folder, such as corrections; those that are held out are
    left out. `against`: the folder to compare with where `out` has no such head yet. `Invalid`
    names an unknown head, or the file that is missing and what to do. `Worse`: nothing was
    written, because on held-out rows the weights that are there are better (unless `force`).
    """
    trainer = measure.trainer(head)
    measure.check_data(data)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not progress, transient=True) as bar:
        task = bar.add_task(head, total=_STEPS)

        def say(step: str) -> None:
            bar.update(task, advance=1, description=f"{head}: {step}")

        held = trainer.tests(data)
        kept = {rows.identity(row.text) for each in held for row in each.rows}
        with rows.recorded() as inputs:
            unseen = [row for row in more if rows.identity(row.text) not in kept]
            trained = trainer.trained(data, say, unseen)
            if unseen:
                inputs[corrections.SOURCE] = corrections.digest(unseen)
                said = f"{trained.data} And {len(unseen)} corrections of the desk."
                trained = msgspec.structs.replace(trained, data=said)
        new = _judged(head, trained, held, say)
        tests = measure.tests(held, new)
        there = out if against is None or (out / head).exists() else against
        changes = _changes(head, there, held, new, tests)
        if not force:
            _refuse_worse(head, there, changes)
        say("writing")
        report = card.write(out / head, trained, tests, inputs)
        again.write(out, [])
        return Outcome(report, changes)


def _judged(head: str, trained: plan.Trained, held: Sequence[Held], say: plan.Say) -> list[Judged]:
    """What the new weights say as they will be read: from disk."""
    with TemporaryDirectory() as folder:
        card.save(Path(folder) / head, trained)
        model = measure.load(head, Path(folder))
    return measure.judged(model, held, say)


def _refuse_worse(head: str, there: Path, changes: Sequence[Change]) -> None:
    worse = "; ".join(str(change) for change in changes if change.worse)
    if worse:
        text = f"train: {head} is not written, it is worse than the weights in {there / head}"
        raise Worse(f"{text}: {worse}; --force writes it nevertheless")


def _changes(
    head: str,
    there: Path,
    held: Sequence[Held],
    new: Sequence[Judged],
    tests: Sequence[evaluate.Test],
) -> list[Change]:
    """Against the weights in `there`; where they do not fit any more, against their report."""
    try:
        old = measure.load(head, there)
    except weights.WeightsError:
        try:
            return compare.reported(held, card.read(there / head).tests, tests)
        except Invalid:
            return []
    return compare.all_paired(held, measure.judged(old, held), new)
