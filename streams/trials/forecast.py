"""How good forecasts are: rolling origin over real and made-up series, against known methods.

    python -m streams.trials.forecast [--data FOLDER] [--every HOURS]

`--data`: CSV files `timestamp,value` of five-minute counts. Hours after the first three weeks are
forecast for six hours ahead from every eleventh. MASE: absolute error of the median over that of
the same hour of the day before, in the first three weeks; CRPS: seven quantiles, same scale; cover:
share of hours inside the 80 % interval. Nothing here was tuned on these series but the constants
of `streams.resonance.ahead`, set once by hand. AutoETS and AutoTheta are compared where the
package statsforecast is installed (the extra `bench`).
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streams.resonance.ahead import HORIZONS, LEVELS, MEDIAN, Ahead
from streams.resonance.bank import Bank

BIN_SECONDS = 300
HOUR_BINS = 3600 // BIN_SECONDS
LEARN_HOURS = 21 * 24
RESIDUAL_HOURS = 28 * 24

Floats = NDArray[np.float64]
Method = Callable[[Floats, int], Floats]
"""Hours until now and the origin's hour of the day: quantiles of the next six, (6, 7)."""


@dataclass(frozen=True)
class Series:
    """Five-minute counts from a whole hour on."""

    name: str
    first_bin: int
    counts: Floats

    @property
    def hours(self) -> Floats:
        whole = len(self.counts) // HOUR_BINS
        summed: Floats = self.counts[: whole * HOUR_BINS].reshape(whole, HOUR_BINS).sum(axis=1)
        return summed

    @property
    def scale(self) -> float:
        """Error of the same hour of the day before, while learning."""
        hours = self.hours[:LEARN_HOURS]
        return float(np.abs(hours[24:] - hours[:-24]).mean())


@dataclass(frozen=True)
class Score:
    mase: float
    crps: float
    cover: float
    by_horizon: tuple[float, ...]


def ours(series: Series, origins: Sequence[int]) -> list[Floats]:
    """Quantiles at each origin, from the shipped code, in one causal pass."""
    bank, ahead = Bank(BIN_SECONDS), Ahead()
    bank.add(None)
    ahead.add()
    lane, hours = np.array([0], np.intp), series.hours
    found: dict[int, Floats] = {}
    for hour in range(origins[-1] + 1):
        first = series.first_bin + hour * HOUR_BINS
        base_now = bank.expected(lane, range(first, first + HOUR_BINS)).sum(axis=0)
        for k in range(HOUR_BINS):
            count = np.array([series.counts[hour * HOUR_BINS + k]], np.float32)
            bank.learn(count, first + k)
        after = first + HOUR_BINS
        base = bank.expected(lane, range(after, after + HORIZONS * HOUR_BINS))
        coming = base.reshape(HORIZONS, HOUR_BINS, 1).sum(axis=1).T
        observed = np.array([hours[hour]], np.float32)
        ahead.learn(first // HOUR_BINS, observed, base_now, coming)
        found[hour] = ahead.quantiles(0, hours[hour], float(base_now[0]), coming[0]).astype(float)
    return [found[origin] for origin in origins]


def with_residuals(points: Floats, hours: Floats, origins: Sequence[int]) -> list[Floats]:
    """Quantiles around points (hours, 6) from their causal residuals of the last four weeks."""
    found = []
    for origin in origins:
        levels = []
        for h in range(HORIZONS):
            start = max(0, origin - h - 1 - RESIDUAL_HOURS)
            past = np.arange(start, origin - h)
            rest = np.log1p(hours[past + h + 1]) - np.log1p(points[past, h])
            rest = rest[np.isfinite(rest)]
            shift = np.quantile(rest, LEVELS) if len(rest) else np.zeros(len(LEVELS))
            levels.append(np.expm1(np.log1p(points[origin, h]) + shift))
        found.append(np.maximum(np.array(levels), 0))
    return found


def seasonal_naive(hours: Floats) -> Floats:
    """The same hour of the day before, (hours, 6)."""
    points = np.full((len(hours), HORIZONS), np.nan)
    for h in range(HORIZONS):
        points[23 - h :, h] = hours[: len(hours) - 23 + h]
    return points


def hour_mean(hours: Floats) -> Floats:
    """The mean of the hour of the day over the last seven days, (hours, 6)."""
    points = np.full((len(hours), HORIZONS), np.nan)
    for origin in range(168, len(hours)):
        for h in range(HORIZONS):
            points[origin, h] = hours[[origin + h + 1 - 24 * day for day in range(1, 8)]].mean()
    return points


def library(name: str) -> Callable[[Floats, Sequence[int]], list[Floats]] | None:
    """A method of statsforecast with its own intervals, in logarithms; `None`: not installed."""
    try:
        from statsforecast.models import AutoETS, AutoTheta
    except ImportError:
        return None
    bands = [50, 80, 95]
    order = ("lo-95", "lo-80", "lo-50", "mean", "hi-50", "hi-80", "hi-95")

    def run(hours: Floats, origins: Sequence[int]) -> list[Floats]:
        found = []
        for origin in origins:
            model = AutoETS(24, "ZNA") if name == "AutoETS" else AutoTheta(24)
            past = np.log1p(hours[: origin + 1])
            said = model.forecast(y=past, h=HORIZONS, level=bands)
            levels = np.stack([said[key] for key in order], axis=1)
            found.append(np.expm1(np.clip(levels, 0, 16)))
        return found

    return run


def score(series: Sequence[Series], every: int, method: str) -> Score | None:
    """Errors of a method over all series; `None` where it is not installed."""
    rows = []
    for one in series:
        origins = range(LEARN_HOURS, len(one.hours) - HORIZONS, every)
        said = _said(one, origins, method)
        if said is None:
            return None
        rows += [
            _errors(levels, one.hours[origin + 1 : origin + 1 + HORIZONS], one.scale)
            for origin, levels in zip(origins, said, strict=True)
        ]
    absolute, crps, inside = (np.array(part) for part in zip(*rows, strict=True))
    return Score(
        mase=float(absolute.mean()),
        crps=float(crps.mean()),
        cover=float(inside.mean()),
        by_horizon=tuple(float(value) for value in absolute.mean(axis=0)),
    )


def _said(one: Series, origins: Sequence[int], method: str) -> list[Floats] | None:
    if method == "ours":
        return ours(one, origins)
    if method == "seasonal naive":
        return with_residuals(seasonal_naive(one.hours), one.hours, origins)
    if method == "hour mean, 7 days":
        return with_residuals(hour_mean(one.hours), one.hours, origins)
    run = library(method)
    return None if run is None else run(one.hours, origins)


def _errors(levels: Floats, came: Floats, scale: float) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    off = came[:, None] - levels
    pinball = np.maximum(LEVELS * off, (LEVELS - 1) * off)
    inside = (came >= np.floor(levels[:, 1])) & (came <= np.ceil(levels[:, 5]))
    return np.abs(off[:, MEDIAN]) / scale, 2 * pinball.mean(axis=1) / scale, inside


# -- series ----------------------------------------------------------------------------


def read(folder: Path) -> list[Series]:
    """The CSV files of a folder, cut to whole hours."""
    return [_read(path) for path in sorted(folder.glob("*.csv"))]


def _read(path: Path) -> Series:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    start = datetime.fromisoformat(rows[0]["timestamp"]).replace(tzinfo=UTC)
    first = math.ceil(start.timestamp() / BIN_SECONDS)
    skipped = -first % HOUR_BINS
    counts = np.array([float(row["value"]) for row in rows[skipped:]])
    return Series(path.stem.removeprefix("Twitter_volume_"), first + skipped, counts)


def made_up(days: int = 42, seed: int = 1) -> Iterator[Series]:
    """Poisson, over-dispersed and drifting counts with a day, a week and spikes."""
    for family in ("poisson", "negative binomial", "log-AR"):
        for rate in (1.0, 10.0, 100.0):
            chance = np.random.default_rng([seed, int(rate), len(family)])
            yield Series(f"{family} {rate:g}", 0, _drawn(chance, family, rate, days))


def _drawn(chance: np.random.Generator, family: str, rate: float, days: int) -> Floats:
    bins = np.arange(days * 24 * HOUR_BINS)
    hours = bins / HOUR_BINS
    mean = rate * (1 + 0.8 * np.sin((hours % 24 - 9) / 24 * 2 * np.pi))
    mean *= np.where(hours // 24 % 7 >= 5, 0.7, 1.0)
    for start in np.cumsum(chance.exponential(5 * 24, 40)):
        age = hours - start
        peak = rate * chance.uniform(3, 10)
        faded = 2 ** -(np.maximum(age - 0.25, 0) / chance.uniform(0.5, 3))
        shape = np.where(age < 0.25, age / 0.25, faded)
        mean = mean + np.where(age >= 0, peak * shape, 0)
    if family == "log-AR":
        noise, drift = chance.normal(0, 0.1, len(bins)), np.zeros(len(bins))
        for k in range(1, len(bins)):
            drift[k] = 0.98 * drift[k - 1] + noise[k]
        mean = mean * np.exp(drift)
    if family == "negative binomial":
        mean = mean * chance.gamma(3, 1 / 3, len(bins))
    return chance.poisson(mean).astype(np.float64)


METHODS = ("ours", "hour mean, 7 days", "seasonal naive", "AutoETS", "AutoTheta")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Forecasts against known methods.")
    parser.add_argument("--data", type=Path, help="folder of CSV files: timestamp,value")
    parser.add_argument("--every", type=int, default=11, help="hours from one origin to the next")
    chosen = parser.parse_args(arguments)
    sets = {"made-up series": list(made_up())}
    if chosen.data is not None:
        if not (found := read(chosen.data) if chosen.data.is_dir() else []):
            print(f"{chosen.data}: no CSV files there; name their folder", file=sys.stderr)
            return 2
        sets = {f"{len(found)} series of {chosen.data}": found, **sets}
    for name, series in sets.items():
        print(f"{name}\n{'method':20} {'MASE':>6} {'CRPS':>6} {'cover':>6}   by hour ahead")
        for method in METHODS:
            one = score(series, chosen.every, method)
            if one is None:
                print(f"{method:20} not compared: the package statsforecast is not installed")
                continue
            hours = " ".join(f"{value:.2f}" for value in one.by_horizon)
            print(f"{method:20} {one.mase:6.3f} {one.crps:6.3f} {one.cover:6.2f}   {hours}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
