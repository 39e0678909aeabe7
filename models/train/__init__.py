"""Training of the heads: data in, weights with card and report out.

`run` is deterministic: the same data give the same bytes. What is worse than the weights that
are there already is not written, nor what can not be judged: see `models.train.gate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from models.train import again, card, corrections, gate, measure, plan, rows
from models.train.card import Report
from models.train.compare import Change
from models.train.gate import Worse
from models.train.held import Held, Judged
from models.train.measure import HEADS
from models.train.rows import Row

__all__ = ["HEADS", "Outcome", "Worse", "run"]
_STEPS = 3
"""Reading, training, writing; measuring is one more for each test set."""


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
    written, because on held-out rows the weights that are there are better, or because neither do
    what the report of those says (unless `force`).
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
        bar.update(task, total=_STEPS + sum(bool(each.rows) for each in held))
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
        found = gate.compared(there / head, held, new, tests)
        if not force:
            gate.refuse(found, inputs)
        say("writing")
        report = card.write(out / head, trained, tests, inputs)
        again.write(out, [])
        return Outcome(report, found.changes)


def _judged(head: str, trained: plan.Trained, held: Sequence[Held], say: plan.Say) -> list[Judged]:
    """What the new weights say as they will be read: from disk."""
    with TemporaryDirectory() as folder:
        card.save(Path(folder) / head, trained)
        model = measure.load(head, Path(folder))
    return measure.judged(model, held, say)
