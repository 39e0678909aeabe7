"""Scores places: `python -m models.train.evaluate_places --data PATH [--write]`.

Rows are those of `labels/region_dev.csv` and `labels/tengri_dev.csv` (`text`, `region_kato2`,
several by `;`, and optionally `place_kato`) and strings of ours. Micro F1 of regions as sets,
false places on rows without a place, and rows whose districts and settlements are all right,
each with a bootstrap interval. `--write` renews card and report beside the gazetteer.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from models import places
from models.forms import form
from models.places.units import FOLDER
from models.texts import KAZAKH, Text, script, tokens
from models.train import places_citizens, places_listed, resampling, synthetic
from models.train.places_card import Report, Result, card, section
from models.train.resampling import RESAMPLES, Score
from rezonans.records import Place
from rezonans.troubles import Invalid

Row = dict[str, str]
Counts = npt.NDArray[np.int64]
"""Shape (rows, 7): hits, found and labelled regions; empty, false; with places, all right."""
_FILES = ("region_dev.csv", "tengri_dev.csv")
_MARK = re.compile(r"\[([^|\]]+)\|(\d{9})\]")


def _codes(cell: str | None) -> set[str]:
    return {code for code in (cell or "").split(";") if code}


def counts(rows: Sequence[Row], found: Sequence[tuple[Place, ...]]) -> Counts:
    """What each row brings; one with `alt_kato2` alone brings nothing, either way."""
    total = np.zeros((len(rows), 7), np.int64)
    for number, (row, verdicts) in enumerate(zip(rows, found, strict=True)):
        labelled, got = _codes(row["region_kato2"]), {place.kato[:2] for place in verdicts}
        if not labelled and row.get("alt_kato2"):
            continue
        codes, exact = _codes(row.get("place_kato")), {place.kato for place in verdicts}
        total[number] = (
            len(labelled & got), len(got), len(labelled), not labelled,
            not labelled and bool(got), bool(codes), bool(codes) and codes <= exact,
        )  # fmt: skip
    return total


_Sums = npt.NDArray[np.int64]
_MEASURES: dict[str, Callable[[_Sums], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]] = {
    "region F1": lambda s: (2 * s[:, 0], s[:, 1] + s[:, 2]),
    "region precision": lambda s: (s[:, 0], s[:, 1]),
    "region recall": lambda s: (s[:, 0], s[:, 2]),
    "false places": lambda s: (s[:, 4], s[:, 3]),
    "districts and settlements": lambda s: (s[:, 6], s[:, 5]),
}


def scores(each: Counts) -> dict[str, Score]:
    """Measures with percentile intervals over resampled rows; those that have rows to say so."""
    if not len(each):
        return {}
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(each), np.full(len(each), 1 / len(each)), size=RESAMPLES)
    sums = np.vstack([each.sum(axis=0), drawn @ each])
    measured = {}
    for name, measure in _MEASURES.items():
        above, below = measure(sums)
        if below[0] and (sums[0, 2] or not name.startswith("region")):
            values = above / np.maximum(below, 1)
            measured[name] = (
                resampling.score(values)
                if name == "region F1"
                else resampling.share(values, int(below[0]))
            )
    return measured


def _text(row: Row) -> Text:
    given = {name: row.get(name) for name in ("home", "title", "context")}
    return Text(text=row["text"], **given)


def result(name: str, rows: Sequence[Row], head: places.Places, note: str = "") -> Result:
    """One set of rows, measured."""
    each = counts(rows, head(list(map(_text, rows))))
    return Result(name=name, rows=len(rows), scores=scores(each), note=note)


def read(path: Path) -> list[Row]:
    """Rows of a CSV; `Invalid` where there is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise Invalid(f"evaluate-places: there is no file {path} ({error.strerror})") from error


def _own(name: str) -> Iterator[tuple[str, Row]]:
    """Strings of ours, each with the language and way of writing."""
    for line in (synthetic.FOLDER / f"places_{name}.txt").read_text("utf-8").splitlines():
        if line and line[0] != "#":
            text, codes = _MARK.sub(r"\1", line), [code for _, code in _MARK.findall(line)]
            regions = dict.fromkeys(code[:2] for code in codes)
            yield (
                _written(text),
                {
                    "text": text,
                    "region_kato2": ";".join(regions),
                    "place_kato": ";".join(codes),
                },
            )


def _written(text: str) -> str:
    """Of a string of ours: how its Kazakh is written, or that it is Russian."""
    words = [word for word in tokens(text) if word[:1].isalpha()]
    foreign = any(script(word) == "latn" or not KAZAKH.isdisjoint(word) for word in words)
    return form(text) if foreign or form(text[text.find(" ") :]) != form("") else "Russian"


_TUNED = "strings of ours, written together with the rules: a test of them, not of the world"
_DRAWN = "drawn at random from the code list; the district alone counts as not found"
_CITIZENS = "written by us before any rule read them; see docs/models.md for the first reading"
_LATER = "written after the rules had been mended, before any rule read them; nothing was changed"
_LABELLED = "labelled by one reader; validation only"


def results(data: Path, head: places.Places | None = None) -> list[Result]:
    """Places on every set of rows there is; what `rezonans evaluate places` shows."""
    head = head or places.load()
    found = [
        result(f"labels/{name}", read(data / "labels" / name), head, _LABELLED) for name in _FILES
    ]
    named = list(_own("named"))
    for written in dict.fromkeys(kind for kind, _ in named):
        rows = [row for kind, row in named if kind == written]
        found.append(result(f"names, {written}", rows, head, _TUNED))
    found += [result(name, rows, head, _DRAWN) for name, rows in places_listed.sentences()]
    tuned, others = places_citizens.parts()
    found.append(result("sentences of citizens, tuned on", tuned, head, _CITIZENS))
    found.append(result("sentences of citizens, the others", others, head, _CITIZENS))
    later = list(places_citizens.read("later"))
    found.append(result("sentences of citizens, written later", later, head, _LATER))
    none = [row for _, row in _own("none")]
    found.append(result("poets, streets, brands, clubs, surnames", none, head, _TUNED))
    return found


def write(found: Sequence[Result], head: places.Places, folder: Path = FOLDER) -> None:
    """Report and card beside the gazetteer."""
    report = Report(version=head.version, results=list(found))
    encoded = msgspec.json.format(msgspec.json.encode(report), indent=1)
    (folder / "report.json").write_bytes(encoded + b"\n")
    (folder / "card.md").write_text(card(report), "utf-8")


def _differing(path: Path, head: places.Places) -> Iterator[str]:
    rows = read(path)
    for row, verdicts in zip(rows, head([Text(text=r["text"]) for r in rows]), strict=True):
        regions = {place.kato[:2] for place in verdicts} != _codes(row["region_kato2"])
        missing = _codes(row.get("place_kato")) - {place.kato for place in verdicts}
        if regions or missing:
            shown = [(place.kato, place.name, place.how) for place in verdicts]
            yield f"- {row['region_kato2']} {row.get('place_kato')} {shown} {row['text'][:250]}"


def main(arguments: list[str] | None = None) -> int:
    """The command; a missing file is one sentence and exit code 2."""
    parser = argparse.ArgumentParser(description="Scores places on labelled rows")
    parser.add_argument("files", type=Path, nargs="*", help="CSV of labelled rows")
    parser.add_argument("--data", type=Path, help="the data folder: everything that is measured")
    parser.add_argument("--write", action="store_true", help="renew card and report")
    parser.add_argument("--errors", action="store_true", help="print the rows of files that differ")
    given = parser.parse_args(arguments)
    head = places.load()
    try:
        found = [result(path.name, read(path), head) for path in given.files]
        found += results(given.data, head) if given.data else []
        print("\n\n".join(map(section, found)))
        for path in given.files if given.errors else ():
            print("\n".join(_differing(path, head)))
    except Invalid as error:
        print(error, file=sys.stderr)
        return 2
    if given.write and given.data:
        write(found, head)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
