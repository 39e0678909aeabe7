"""The tables of `rezonans bench-detect`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from streams.resonance.detect import Row, detect
from streams.resonance.series import step_of
from streams.resonance.settings import ResonanceSettings
from streams.trials.nab import PROFILES, Labelled, events, load, mark, sweep


def anomaly_benchmark(folder: Path, settings: ResonanceSettings) -> Iterator[str]:
    """Lines: the labelled series of a folder, scored as the benchmark scores."""
    series = load(folder)
    rows = {one.name: _rows(one, settings) for one in series}
    scores = {name: [row.score for row in found] for name, found in rows.items()}
    opened = {
        name: [place for place, row in enumerate(found) if row.state == "opened"]
        for name, found in rows.items()
    }
    yield f"labelled series: {len(series)}, windows: {sum(len(one.windows) for one in series)}"
    yield f"{'':10} {'rows':>6} {'windows':>7} {'hit':>4} {'false':>5}"
    for one in series:
        found = events(opened, [one])
        counts = f"{found.windows:7} {found.hit:4} {found.false:5}"
        yield f"{one.name:10} {len(one.points):6} {counts}"
    marks = {one.name: mark(one) for one in series}
    for name, cost in PROFILES.items():
        result = sweep(scores, marks, cost)
        yield f"{name:10} {result.score:6.1f}   (threshold {result.threshold:.3f})"
    whole = events(opened, series)
    yield f"events opened: precision {whole.precision:.2f}, recall {whole.recall:.2f}, " + (
        f"{median(whole.delays):+.1f} h from the label (median)" if whole.delays else "no hit"
    )


def _rows(one: Labelled, settings: ResonanceSettings) -> list[Row]:
    width = {"bin_seconds": step_of(list(one.points))}
    return list(detect(one.points, settings.model_copy(update=width)))
