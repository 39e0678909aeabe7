"""Whether new weights may take the place of those that are there.

Both answer the same held-out rows, and what is worse beyond chance is refused. Held-out rows come
from the data folder, so labels that are spoilt spoil the judge as well: both versions are then as
bad as each other. So the weights that are there are held against their own report, too; where
neither version does what it says, nothing was shown, and the new one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from models import weights
from models.train import card, compare, evaluate, measure
from models.train.card import Report
from models.train.compare import Change
from models.train.held import Held, Judged
from rezonans.troubles import Invalid

_FORCE = "--force writes it nevertheless"


class Worse(Exception):
    """The new weights are worse than those that are there, or can not be judged; the text says in
    what."""


class Compared(NamedTuple):
    """New weights beside those in `folder`."""

    folder: Path
    changes: list[Change]
    """On each decisive test set; none where nothing is there."""
    below: list[Change] = []
    """From the report of the older ones to the new ones, where the older are below it as well."""
    inputs: Mapping[str, str] = {}
    """Files that the older ones were trained on, with the beginning of their SHA-256."""


def compared(
    folder: Path, held: Sequence[Held], new: Sequence[Judged], tests: Sequence[evaluate.Test]
) -> Compared:
    """Against the weights in `folder`; where they do not fit any more, against their report."""
    report = _report(folder)
    try:
        old = measure.judged(measure.load(folder.name, folder.parent), held)
    except weights.WeightsError:
        told = compare.reported(held, report.tests, tests) if report else []
        return Compared(folder, told)
    changes = compare.all_paired(held, old, new)
    if report is None:
        return Compared(folder, changes)
    return Compared(folder, changes, _below(report, held, old, tests), report.inputs)


def _report(folder: Path) -> Report | None:
    try:
        return card.read(folder)
    except Invalid:
        return None


def _below(
    report: Report, held: Sequence[Held], old: Sequence[Judged], tests: Sequence[evaluate.Test]
) -> list[Change]:
    decisive = [pair for pair in zip(held, old, strict=True) if pair[0].decisive]
    here = measure.tests([each for each, _ in decisive], [said for _, said in decisive])
    fallen = {
        (change.test, change.measure)
        for change in compare.reported(held, report.tests, here)
        if change.worse
    }
    return [
        change
        for change in compare.reported(held, report.tests, tests)
        if change.worse and (change.test, change.measure) in fallen
    ]


def refuse(found: Compared, inputs: Mapping[str, str]) -> None:
    """`Worse` where the new weights are to stay out; `inputs`: the files they were trained on."""
    head = found.folder.name
    if worse := "; ".join(str(change) for change in found.changes if change.worse):
        text = f"train: {head} is not written, it is worse than the weights in {found.folder}"
        raise Worse(f"{text}: {worse}; {_FORCE}")
    if found.below:
        known = found.inputs
        other = ", ".join(sorted(name for name in known if inputs.get(name, "") != known[name]))
        below = "; ".join(map(str, found.below))
        raise Worse(
            f"train: {head} is not written: neither it nor the weights in {found.folder} do on the"
            f" held-out rows here what their report says: {below}; look at the labels of files that"
            f" are other than those it names: {other or 'none'}; {_FORCE}"
        )
