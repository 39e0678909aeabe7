"""What is written beside the weights: a card to read, a report to compare, a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from models import weights
from models.train.evaluate import Bin, Test
from models.train.plan import Trained


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was measured on a head, as `report.json`."""

    head: str
    version: str
    sha256: str
    kilobytes: int
    settings: dict[str, float]
    sources: dict[str, int]
    tests: list[Test]


def write(folder: Path, trained: Trained) -> Report:
    """Weights, manifest, card, report and calibration plot of a head."""
    manifest = weights.save(
        folder,
        trained.arrays,
        features=trained.features,
        classes=trained.classes,
        settings=trained.settings,
    )
    report = Report(
        head=manifest.head,
        version=manifest.version,
        sha256=manifest.sha256,
        kilobytes=(folder / "weights.npz").stat().st_size // 1024,
        settings=manifest.settings,
        sources=trained.sources,
        tests=[_rounded(test) for test in trained.tests],
    )
    encoded = msgspec.json.format(msgspec.json.encode(report), indent=1)
    (folder / "report.json").write_bytes(encoded + b"\n")
    (folder / "card.md").write_text(_card(trained, report), "utf-8")
    drawn = next((test for test in report.tests if test.bins), None)
    if drawn is not None:
        (folder / "calibration.svg").write_text(_picture(drawn), "utf-8")
    return report


def _rounded(test: Test) -> Test:
    plain = msgspec.to_builtins(test)
    return msgspec.convert(_round(plain), Test)


def _round(value: object) -> object:
    if isinstance(value, dict):
        return {key: _round(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_round(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value


def _card(trained: Trained, report: Report) -> str:
    parts = [
        f"# {report.head}",
        trained.purpose,
        f"Version `{report.version}`, {report.kilobytes} KB, SHA-256 `{report.sha256}`."
        " Linear over hashed features; no string of a text is inside.",
        "## Data and licences",
        trained.data,
        _sources(report.sources),
        "## Scores",
        "Intervals hold 95 of 100 bootstrap resamples of the rows. `labels/tengri_dev` are 350"
        " comments of the domain labelled by one reader: no row of them was trained on and no"
        " number was chosen on them, but their confusion table was looked at and guided which"
        " rows of our own were written.",
        *(_test(test) for test in report.tests),
        "## Known failures",
        "\n".join(f"- {failure}" for failure in trained.failures),
    ]
    if trained.settings:
        listed = ", ".join(f"`{name}` {value}" for name, value in trained.settings.items())
        parts.append(f"## Thresholds\n\n{listed}.")
    return "\n\n".join(parts) + "\n"


def _sources(sources: dict[str, int]) -> str:
    totals: dict[str, int] = {}
    for key, rows in sources.items():
        source = key.split(": ")[0]
        totals[source] = totals.get(source, 0) + rows
    lines = [f"| {source} | {rows:,} |" for source, rows in sorted(totals.items())]
    return "\n".join(["| rows of | trained on |", "|---|---|", *lines])


def _test(test: Test) -> str:
    about = f"{test.rows:,} rows" + (f"; {test.note}" if test.note else "")
    lines = [f"### {test.name}", "", f"{about}.", ""]
    lines += [f"- {name}: {score}" for name, score in test.scores.items()]
    if test.calibration_error is not None:
        lines.append(f"- expected calibration error: {test.calibration_error:.3f}")
    lines += ["", "| class | precision | recall | F1 | rows |", "|---|---|---|---|---|"]
    lines += [
        f"| {each.name} | {each.precision:.2f} | {each.recall:.2f} | {each.f1:.2f} | {each.rows} |"
        for each in test.classes
    ]
    return "\n".join(lines)


_SIDE, _EDGE = 260, 40


def _place(shown: float, right: float) -> str:
    return f"{_EDGE + shown * _SIDE:.1f},{_EDGE + (1 - right) * _SIDE:.1f}"


def _picture(test: Test) -> str:
    """Shown probability against the share that was right; the dashed line is perfect."""
    whole = _SIDE + 2 * _EDGE
    points = " ".join(_place(each.shown, each.right) for each in test.bins)
    label = 'font-family="sans-serif" font-size="11" fill="#333"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}"'
            f' width="{whole}" height="{whole}">',
            f"<title>{_escape(test.name)}</title>",
            f'<rect width="{whole}" height="{whole}" fill="#fff"/>',
            f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIDE}" height="{_SIDE}" fill="none"'
            ' stroke="#999"/>',
            f'<polyline points="{_place(0, 0)} {_place(1, 1)}" stroke="#999"'
            ' stroke-dasharray="4 4" fill="none"/>',
            f'<polyline points="{points}" stroke="#1f6feb" stroke-width="2" fill="none"/>',
            *_dots(test.bins),
            f'<text x="{_EDGE}" y="{_EDGE - 12}" {label}>{_escape(test.name)}</text>',
            f'<text x="{_EDGE}" y="{whole - 14}" {label}>shown probability, 0 to 1; up: share'
            " that was right</text>",
            "</svg>\n",
        ]
    )


def _dots(bins: Sequence[Bin]) -> list[str]:
    found = []
    for each in bins:
        x, y = _place(each.shown, each.right).split(",")
        size = 2 + min(6.0, each.rows**0.5 / 10)
        found.append(f'<circle cx="{x}" cy="{y}" r="{size:.1f}" fill="#1f6feb"/>')
    return found


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
