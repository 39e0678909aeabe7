"""What is written beside the weights: a card to read, a report to compare, a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from models import weights
from models.train import fit
from models.train.evaluate import ClassScore, Part, Test
from models.train.plan import Trained
from models.train.plot import reliability
from models.weights import Manifest
from rezonans.troubles import Invalid

INTERVALS = (
    "Intervals hold 95 of 100 bootstrap resamples; comments under one article are drawn together."
    " Where all rows or none are right every resample is alike: a share then has the exact"
    " interval of as many independent draws, and F1 none (not known)."
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of a head, as `report.json`; the card is made of it alone."""

    head: str
    version: str
    sha256: str
    kilobytes: int
    settings: dict[str, float]
    sources: dict[str, int]
    tests: list[Test]
    purpose: str = ""
    data: str = ""
    failures: tuple[str, ...] = ()
    seed: int = 0
    inputs: dict[str, str] = {}
    """Files that were read in training, with the beginning of their SHA-256."""


def save(folder: Path, trained: Trained) -> Manifest:
    """Weights and manifest alone."""
    return weights.save(
        folder,
        trained.arrays,
        features=trained.features,
        classes=trained.classes,
        settings=trained.settings,
    )


def write(
    folder: Path,
    trained: Trained,
    tests: Sequence[Test],
    inputs: Mapping[str, str],
) -> Report:
    """Weights, manifest, card, report and reliability plot of a head."""
    manifest = save(folder, trained)
    report = Report(
        head=manifest.head,
        version=manifest.version,
        sha256=manifest.sha256,
        kilobytes=(folder / "weights.npz").stat().st_size // 1024,
        settings=manifest.settings,
        sources=trained.sources,
        tests=list(tests),
        purpose=trained.purpose,
        data=trained.data,
        failures=trained.failures,
        seed=fit.SEED,
        inputs=dict(sorted(inputs.items())),
    )
    return tell(folder, report)


def tell(folder: Path, report: Report) -> Report:
    """Write a report with its card and plot; returns it with its numbers as they are written."""
    report = rounded(report)
    encoded = msgspec.json.format(msgspec.json.encode(report), indent=1)
    (folder / "report.json").write_bytes(encoded + b"\n")
    (folder / "card.md").write_text(_card(report), "utf-8")
    drawn = next((test for test in report.tests if test.bins), None)
    if drawn is not None:
        (folder / "calibration.svg").write_text(reliability(drawn), "utf-8")
    return report


def rounded(report: Report) -> Report:
    """A report with its numbers as they are written."""
    return msgspec.convert(_round(msgspec.to_builtins(report)), Report)


def read(folder: Path) -> Report:
    """The report of a head; `Invalid` where there is none that can be read."""
    path = folder / "report.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Report)
    except (OSError, msgspec.DecodeError) as error:
        text = f"report: {path}: {error}; run `rezonans train {folder.name} --data PATH`"
        raise Invalid(text) from error


def _round(value: object) -> object:
    if isinstance(value, dict):
        return {key: _round(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_round(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value


def _card(report: Report) -> str:
    parts = [
        f"# {report.head}",
        report.purpose,
        f"Version `{report.version}`, {report.kilobytes} KB, SHA-256 `{report.sha256}`."
        " Linear over hashed features; no string of a text is inside.",
        "## Data and licences",
        report.data,
        _sources(report.sources),
        _inputs(report),
        "## Scores",
        f"`rezonans evaluate {report.head} --data PATH` measures them anew. {INTERVALS}"
        " `labels/tengri_dev` are 350 comments of the domain"
        " labelled by one reader: no row of them was trained on, and no number was chosen on those"
        " that are reported,"
        " but their confusion table was looked at and guided which rows of our own were written.",
        *map(section, report.tests),
    ]
    if any(test.bins for test in report.tests):
        parts.append("![What was shown against what was right](calibration.svg)")
    parts += ["## Known failures", "\n".join(f"- {failure}" for failure in report.failures)]
    if report.settings:
        listed = ", ".join(f"`{name}` {value}" for name, value in report.settings.items())
        parts.append(f"## Thresholds\n\n{listed}.")
    return "\n\n".join(parts) + "\n"


def _sources(sources: dict[str, int]) -> str:
    totals: dict[str, int] = {}
    for key, rows in sources.items():
        source = key.split(": ")[0]
        totals[source] = totals.get(source, 0) + rows
    lines = [f"| {source} | {rows:,} |" for source, rows in sorted(totals.items())]
    return "\n".join(["| rows of | trained on |", "|---|---|", *lines])


def _inputs(report: Report) -> str:
    listed = ", ".join(f"`{name}` {digest}" for name, digest in report.inputs.items())
    return f"Seed {report.seed}. Files read, with the beginning of their SHA-256: {listed}."


def section(test: Test) -> str:
    """One test set in Markdown."""
    about = f"{test.rows:,} rows" + (f"; {test.note}" if test.note else "")
    lines = [f"### {test.name}", "", f"{about}.", ""]
    lines += [f"- {name}: {score}" for name, score in test.scores.items()]
    if test.calibration_error is not None:
        lines.append(f"- expected calibration error: {test.calibration_error:.3f}")
    lines += ["", "| class | precision | recall | F1 | rows |", "|---|---|---|---|---|"]
    lines += [_class(each) for each in test.classes]
    if test.parts:
        lines += ["", "| part | accuracy | macro F1 | rows |", "|---|---|---|---|"]
        lines += [_part(part) for part in test.parts]
    return "\n".join(lines)


def _class(each: ClassScore) -> str:
    """A row of the table; what the rows can not tell is left out."""
    told = [str(each.intervals.get(key, "")) for key in ("precision", "recall", "F1")]
    return "| " + " | ".join([each.name, *told, f"{each.rows:,}"]) + " |"


def _part(part: Part) -> str:
    return (
        f"| {part.of}: {part.name} | {part.scores['accuracy']} | {part.scores['macro F1']}"
        f" | {part.rows} |"
    )


def summary(reports: Sequence[Report]) -> str:
    """All heads in one table, with parts; the cards say more."""
    lines = [
        "# Scores",
        "",
        "Measured by `rezonans evaluate --data PATH`, on rows that were never trained or"
        f" tuned on. {INTERVALS} ECE: expected calibration error.",
        "",
        "| head | rows of | part | rows | accuracy | macro F1 | weighted F1 | ECE |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for report in reports:
        for test in report.tests:
            lines.append(_summed(report.head, test, "all", test))
            lines += [
                _summed(report.head, test, f"{part.of}: {part.name}", part) for part in test.parts
            ]
    return "\n".join(lines) + "\n"


def _summed(head: str, test: Test, name: str, scored: Test | Part) -> str:
    measures = (scored.scores[key] for key in ("accuracy", "macro F1", "weighted F1"))
    error = test.calibration_error if scored is test else None
    cells = [head, test.name, name, f"{scored.rows:,}", *map(str, measures)]
    return "| " + " | ".join([*cells, "" if error is None else f"{error:.3f}"]) + " |"
