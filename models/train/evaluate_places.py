"""Scores places on labelled rows: `python -m models.train.evaluate_places region_dev.csv`.

Reads CSV with `text`, `region_kato2` (several by `;`) and optionally `place_kato`. Prints
micro F1 of regions as sets, false places on rows without a place, and place recall.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from models import places
from models.texts import Text
from rezonans.records import Place


class Score(NamedTuple):
    """Counts over labelled rows."""

    rows: int
    hit: int
    """Regions that are both labelled and found."""
    found: int
    labelled: int
    empty: int
    """Rows without a place."""
    false: int
    """Rows without a place in which one was found."""
    places: int
    """Rows with labelled districts or settlements."""
    exact: int
    """Of them, rows where all of these were found."""

    @property
    def precision(self) -> float:
        """Share of found regions that are labelled."""
        return self.hit / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of labelled regions that are found."""
        return self.hit / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Micro F1 of regions."""
        return 2 * self.hit / (self.found + self.labelled) if self.found + self.labelled else 0.0


def _codes(cell: str | None) -> set[str]:
    return {code for code in (cell or "").split(";") if code}


def score(rows: Sequence[dict[str, str]], found: Sequence[tuple[Place, ...]]) -> Score:
    """Compares labels with places, row by row. A row with `alt_kato2` alone counts neither way."""
    total = [0] * 8
    for row, verdicts in zip(rows, found, strict=True):
        labelled, got = _codes(row["region_kato2"]), {place.kato[:2] for place in verdicts}
        if not labelled and row.get("alt_kato2"):
            continue
        codes, exact = _codes(row.get("place_kato")), {place.kato for place in verdicts}
        counts = (
            1, len(labelled & got), len(got), len(labelled), not labelled,
            not labelled and bool(got), bool(codes), bool(codes) and codes <= exact,
        )  # fmt: skip
        total = [before + now for before, now in zip(total, counts, strict=True)]
    return Score(*total)


def report(name: str, result: Score) -> str:
    """One line for people."""
    return (
        f"{name}: {result.rows} rows; region P {result.precision:.3f} R {result.recall:.3f} "
        f"F1 {result.f1:.3f}; false places {result.false}/{result.empty}; "
        f"all districts and settlements right {result.exact}/{result.places}"
    )


def main(arguments: list[str] | None = None) -> int:
    """The command; a missing file is one sentence and exit code 2."""
    parser = argparse.ArgumentParser(description="Scores places on labelled rows")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--errors", action="store_true", help="print the rows that differ")
    given = parser.parse_args(arguments)
    head = places.load()
    for path in given.files:
        if not path.is_file():
            print(f"evaluate-places: there is no file {path}", file=sys.stderr)
            return 2
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        found = head([Text(text=row["text"]) for row in rows])
        print(report(path.name, score(rows, found)))
        for row, verdicts in zip(rows, found, strict=True) if given.errors else ():
            got = {place.kato[:2] for place in verdicts}
            if got != _codes(row["region_kato2"]) or not _codes(row.get("place_kato")) <= {
                p.kato for p in verdicts
            }:
                shown = [(p.kato, p.name, p.how) for p in verdicts]
                print(" -", row["region_kato2"], row.get("place_kato"), shown, row["text"][:250])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
