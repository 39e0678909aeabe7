"""What the lanes learn from one bin: the numbers of the bank, in place.

`values` are the columns of some lanes, `work` is `WORK` rows of scratch of the same width.
"""

from __future__ import annotations

import numpy as np

from streams.resonance import rhythm
from streams.resonance.lesson import Lesson, trust
from streams.resonance.rows import (
    FLOW,
    HOUR_CUT,
    HOUR_DEN,
    HOUR_KEPT,
    HOUR_MU,
    HOUR_NUM,
    HOUR_SURPRISE,
    HOUR_VAR,
    HOUR_X,
    LEVEL,
    MOST_SWELL,
    PHI_DEN,
    PHI_NUM,
    PHI_PRIOR,
    SCALES,
    SPREAD_DAYS,
    SWELL,
    TOP,
    VAR,
    VAR_DAYS,
)
from streams.resonance.surprise import LN10, Floats, deviance, doubling, spread, steady

WORK = 9
CUT_DEVIATIONS = 3.0
"""A bin teaches at most so many deviations above its expectation."""


def learn(values: Floats, counts: Floats, kept: Floats, lesson: Lesson, work: Floats) -> None:
    """One bin of counts; `kept` becomes what was learned of each (winsorised)."""
    mu, rest, phi = work[0], work[1], work[2]
    rhythm.expect(values, lesson.season, mu, rest)
    np.subtract(counts, mu, out=rest)
    _dispersion(values, phi, work[3])
    _flow(values, mu, rest, lesson, work)
    if lesson.grown:
        _surprise(values, counts, lesson, work)
    _winsorise(mu, rest, phi, kept, lesson)
    _teach_spread(values, mu, kept, lesson, work[3])
    rhythm.teach(values, kept, lesson, work[3:5])
    kept += mu
    values[HOUR_X] += counts
    values[HOUR_MU] += mu
    values[HOUR_SURPRISE] += steady(counts, mu, phi, lesson.scales.soft, work[3:5])
    if lesson.season.last_of_hour:
        if lesson.grown:
            _hour(values, lesson, work)
        values[HOUR_SURPRISE] = 0
        _teach_hour(values, lesson, work)


def _dispersion(values: Floats, out: Floats, spare: Floats) -> None:
    """Variance of bins over their expectation, 1 and more."""
    np.add(values[PHI_DEN], PHI_PRIOR, out=spare)
    np.add(values[PHI_NUM], PHI_PRIOR, out=out)
    out /= spare
    np.maximum(out, 1, out=out)


def _flow(values: Floats, mu: Floats, rest: Floats, lesson: Lesson, work: Floats) -> None:
    surprise, spare = work[3], work[4]
    np.add(mu, lesson.scales.soft, out=surprise)
    np.sqrt(surprise, out=surprise)
    np.divide(rest, surprise, out=surprise)
    for scale, gain in enumerate(lesson.scales.gains):
        flow = values[FLOW + scale]
        np.subtract(surprise, flow, out=spare)
        spare *= gain
        flow += spare


def _surprise(values: Floats, counts: Floats, lesson: Lesson, work: Floats) -> None:
    """The day's largest surprises, and the averages' own variances: autocorrelation is paid
    for by what the lane has shown."""
    burst, cut = work[3], work[6]
    known = trust(lesson.age, lesson.day_bins)
    gain = lesson.gain(VAR_DAYS, start=1)
    burst[:] = 0
    for scale in range(SCALES):
        flow, own = values[FLOW + scale], values[VAR + scale]
        law = lesson.scales.law(scale, values[LEVEL])
        var = spread(own, law, known, work[4:6])
        burst += deviance(flow, var, law, work[5:9])
        var *= CUT_DEVIATIONS**2
        np.multiply(flow, flow, out=cut)
        np.minimum(cut, var, out=cut)
        _average(own, cut, gain, cut)
    burst /= SCALES
    np.maximum(values[TOP], burst, out=values[TOP])
    _swell(values, counts, work)


def _hour(values: Floats, lesson: Lesson, work: Floats) -> None:
    """The day's largest hour of the clock, and the variance of whole hours."""
    mean, cut, own = work[3], work[6], values[HOUR_VAR]
    np.divide(values[HOUR_SURPRISE], lesson.scales.hour, out=mean)
    law = lesson.scales.hour_law(values[LEVEL])
    var = spread(own, law, trust(lesson.age, lesson.day_bins), work[4:6])
    loud = deviance(mean, var, law, work[5:9])
    np.maximum(values[TOP + 2], loud, out=values[TOP + 2])
    var *= HOUR_CUT**2
    np.multiply(mean, mean, out=cut)
    np.minimum(cut, var, out=cut)
    cut /= HOUR_KEPT
    gain = min(1.0, lesson.gain(VAR_DAYS, start=1) * lesson.scales.hour)
    _average(own, cut, gain, cut)


def _swell(values: Floats, counts: Floats, work: Floats) -> None:
    mu, phi, scatter, spare = work[0], work[2], work[4], work[5]
    swell = values[SWELL]
    _scatter(values, scatter, spare)
    swell += doubling(counts, mu, phi, scatter, work[5:7])
    np.maximum(swell, 0, out=swell)
    np.minimum(swell, MOST_SWELL, out=swell)
    np.multiply(swell, 1 / LN10, out=spare)
    np.maximum(values[TOP + 1], spare, out=values[TOP + 1])


def _winsorise(mu: Floats, rest: Floats, phi: Floats, kept: Floats, lesson: Lesson) -> None:
    """kept = x' - mu."""
    if not lesson.grown:
        np.copyto(kept, rest)
        return
    np.multiply(phi, mu, out=kept)
    kept += 1
    np.sqrt(kept, out=kept)
    kept *= CUT_DEVIATIONS
    np.minimum(kept, rest, out=kept)


def _teach_spread(values: Floats, mu: Floats, kept: Floats, lesson: Lesson, spare: Floats) -> None:
    gain = 1 / min(lesson.age + lesson.day_bins / 4, SPREAD_DAYS * lesson.day_bins)
    np.multiply(kept, kept, out=spare)
    _average(values[PHI_NUM], spare, gain, spare)
    _average(values[PHI_DEN], mu, gain, spare)


def _scatter(values: Floats, out: Floats, spare: Floats) -> None:
    """Variance of whole hours over their expectation, 1 and more."""
    np.add(values[HOUR_NUM], 1, out=out)
    np.add(values[HOUR_DEN], 1, out=spare)
    out /= spare
    np.maximum(out, 1, out=out)


def _teach_hour(values: Floats, lesson: Lesson, work: Floats) -> None:
    """How whole hours scatter around their expectation: the interval that people see."""
    hour, rest, most, spare = values[HOUR_MU], work[3], work[4], work[5]
    np.subtract(values[HOUR_X], hour, out=rest)
    np.multiply(rest, rest, out=rest)
    _scatter(values, most, spare)
    most *= hour
    most += 1
    most *= CUT_DEVIATIONS**2
    np.minimum(rest, most, out=rest)
    gain = min(1.0, lesson.gain(SPREAD_DAYS) * lesson.day_bins / 24)
    _average(values[HOUR_NUM], rest, gain, spare)
    _average(values[HOUR_DEN], hour, gain, spare)
    values[HOUR_X] = 0
    values[HOUR_MU] = 0


def _average(mean: Floats, value: Floats, gain: float, spare: Floats) -> None:
    """Move `mean` towards `value`; `spare` may be `value` itself."""
    np.subtract(value, mean, out=spare)
    spare *= gain
    mean += spare
