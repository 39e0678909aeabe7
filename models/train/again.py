"""Weights that are there, measured again on the rows that are kept from them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from models.train import card, measure, plan
from models.train.card import Report
from models.train.measure import HEADS
from rezonans.troubles import Invalid

SUMMARY = "scores.md"


def run(
    heads: Sequence[str], data: Path, folder: Path, say: plan.Say = lambda _: None
) -> list[Report]:
    """Reports of heads in `folder` with new tests; all heads where none is named.

    `Invalid`: an unknown head, missing data, a head without a report; `WeightsError`: weights
    that are missing, damaged or made for other features.
    """
    trainers = {head: measure.trainer(head) for head in heads or HEADS}
    measure.check_data(data)
    found = []
    for head, trainer in trainers.items():
        say(head)
        report, model = card.read(folder / head), measure.load(head, folder)
        if report.version != model.version:
            text = f"report: {folder / head}: is of version {report.version}, not {model.version}"
            raise Invalid(f"{text}; run `rezonans train {head} --data PATH`")
        held = trainer.tests(data)
        tests = measure.tests(held, measure.judged(model, held))
        found.append(card.rounded(msgspec.structs.replace(report, tests=tests)))
    return found


def complete(folder: Path, used: Path) -> list[str]:
    """Copies heads that a folder has not from one that is in use, so that it can be used as a
    whole; the names of those that were copied."""
    missing = [head for head in HEADS if not (folder / head).exists() and (used / head).exists()]
    for head in missing:
        shutil.copytree(used / head, folder / head)
    return missing


def write(folder: Path, reports: Sequence[Report]) -> None:
    """Renew reports, cards, plots, and the table of all heads beside them."""
    for report in reports:
        card.tell(folder / report.head, report)
    known = [head for head in HEADS if (folder / head / "report.json").exists()]
    text = card.summary([card.read(folder / head) for head in known])
    (folder / SUMMARY).write_text(text, "utf-8")
