"""The expectation of every lane and how surprising it is: one vectorised step a closed bin.

A lane is a column of one float32 array (structure of arrays, `LANE_BYTES` a lane):

    expected  mu = level x profile[hour, interpolated] x weekday     posts a bin
    surprise  y = (x - mu) / sqrt(mu + 1)
    scales    f = EWMA(y) over 10 minutes and 3 hours, z = f / its own forgetting sd
    rarity    s = 2 + log10(1 + xi (z - u) / sigma) / xi    decades, u = running 99 % quantile
    score     S = mean of both scales

What teaches is winsorised, x' = min(x, mu + 3 sqrt(phi mu + 1)), so a spike does not become
usual by itself. A gap is skipped: time passes, nothing is learned. `docs` of the method and
its measurements: SPIKES 3.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from streams.resonance.calendar import Calendar, Season
from streams.resonance.rows import (
    EDGE,
    EDGE_PRIOR,
    EDGE_STEPS,
    EXCESS_WORTH,
    EXCESSES,
    FLOW,
    HABIT,
    HABIT_DAYS,
    HOUR_DEN,
    HOUR_MU,
    HOUR_NUM,
    HOUR_X,
    LEAST_VAR,
    LEVEL,
    LEVEL_DAYS,
    MEAN,
    MEAN_PRIOR,
    MOST_EXCESSES,
    MOST_SCORE,
    PHI_DEN,
    PHI_NUM,
    PHI_PRIOR,
    PRIOR_EXCESSES,
    PROFILE,
    PROFILE_DAYS,
    PROFILE_POSTS,
    ROWS,
    SCALE_MINUTES,
    SHAPE_PRIOR,
    SPREAD_DAYS,
    SQUARE,
    VAR,
    VAR_DAYS,
    WEEKDAY,
    WEEKDAY_AFTER_DAYS,
    WEEKDAY_POSTS,
    WEEKDAY_WEEKS,
)

Floats: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]


class Bank:
    """The lanes. Same bins in the same order give the same bytes."""

    def __init__(self, bin_seconds: int) -> None:
        self.size = 0
        self.age = 0
        """Bins learned."""
        self._calendar = Calendar(bin_seconds)
        self._day_bins = 86400.0 / bin_seconds
        self._gains = [1 - math.exp(-bin_seconds / 60 / minutes) for minutes in SCALE_MINUTES]
        self._white = [gain / (2 - gain) for gain in self._gains]
        self._values: Floats = np.zeros((ROWS, 64), np.float32)
        self._work: Floats = np.zeros((8, 64), np.float32)
        self._mask: NDArray[np.bool_] = np.zeros((2, 64), np.bool_)

    def __getitem__(self, row: int) -> Floats:
        """One row over all lanes, a view."""
        values: Floats = self._values[row, : self.size]
        return values

    # -- lanes -------------------------------------------------------------------------

    def add(self, parent: int | None) -> int:
        """A new lane. It has been at zero as long as the bank has learned; the rhythm of the
        day and the over-dispersion start as its parent's, the tail as a common prior."""
        if self.size == self._values.shape[1]:
            self._grow()
        number, self.size = self.size, self.size + 1
        column = self._values[:, number]
        column[:] = 0
        column[PROFILE : WEEKDAY + 7] = (
            1.0 if parent is None else self._values[PROFILE : WEEKDAY + 7, parent]
        )
        column[LEVEL] = 0.5 / (self.age + self._day_bins)
        phi = 1.0 if parent is None else self._phi(parent)
        column[PHI_DEN] = column[LEVEL]
        column[PHI_NUM] = phi * column[LEVEL]
        for scale, white in enumerate(self._white):
            column[VAR + scale] = 4 * white * LEAST_VAR
            column[EDGE + scale] = EDGE_PRIOR
            column[MEAN + scale] = MEAN_PRIOR
            column[SQUARE + scale] = 2 * MEAN_PRIOR**2
        return number

    def _phi(self, lane: int) -> float:
        values = self._values[:, lane]
        return max(1.0, float((values[PHI_NUM] + PHI_PRIOR) / (values[PHI_DEN] + PHI_PRIOR)))

    def _grow(self) -> None:
        lanes = 2 * self._values.shape[1]
        values = np.zeros((ROWS, lanes), np.float32)
        values[:, : self.size] = self._values[:, : self.size]
        self._values = values
        self._work = np.zeros((8, lanes), np.float32)
        self._mask = np.zeros((2, lanes), np.bool_)

    # -- learning ----------------------------------------------------------------------

    def learn(self, counts: Floats, number: int) -> Floats:
        """Close the bin `number` with the lanes' counts; what was learned of each count
        (winsorised) is returned in a buffer of the bank."""
        season = self._calendar.at(number)
        work = self._work[:, : self.size]
        rhythm, mu, rest = work[0], work[1], work[2]
        kept: Floats = work[3]
        self._rhythm(season, rhythm, rest)
        np.multiply(self[LEVEL], rhythm, out=mu)
        np.subtract(counts, mu, out=rest)
        self._flow(mu, rest, work)
        self._winsorise(mu, rest, kept)
        self._teach_spread(mu, kept, work)
        self._teach_rhythm(season, kept, work)
        self._teach_level(kept, work)
        np.add(kept, mu, out=kept)
        self._teach_hour(counts, mu, season)
        self.age += 1
        if season.midnight:
            self._normalise()
        return kept

    def skip(self, number: int) -> None:
        """The bin `number` is missing data: only a whole hour that it belongs to is dropped."""
        if self._calendar.at(number).last_of_hour:
            self[HOUR_X][:] = 0
            self[HOUR_MU][:] = 0

    def _rhythm(self, season: Season, out: Floats, spare: Floats) -> None:
        np.multiply(self[PROFILE + season.hour], 1 - season.blend, out=out)
        np.multiply(self[PROFILE + season.next_hour], season.blend, out=spare)
        out += spare
        out *= self[WEEKDAY + season.weekday]

    def _flow(self, mu: Floats, rest: Floats, work: Floats) -> None:
        surprise, spare = work[4], work[5]
        np.add(mu, 1, out=surprise)
        np.sqrt(surprise, out=surprise)
        np.divide(rest, surprise, out=surprise)
        for scale, gain in enumerate(self._gains):
            flow = self[FLOW + scale]
            np.subtract(surprise, flow, out=spare)
            spare *= gain
            flow += spare
        if self.age >= self._day_bins:
            for scale in range(len(self._gains)):
                self._teach_tail(scale, work)

    def _teach_tail(self, scale: int, work: Floats) -> None:
        """Own sd, own 99 % quantile, own excesses over it: autocorrelation is paid for."""
        z, spare, excess = work[5], work[6], work[7]
        flow, var, edge = self[FLOW + scale], self[VAR + scale], self[EDGE + scale]
        np.sqrt(var, out=z)
        np.divide(flow, z, out=z)
        self._teach_excess(scale, z, work)
        over = self._mask[0, : self.size]  # free again: the excess is learned
        np.greater(z, edge, out=over)
        np.subtract(over, 0.01, out=spare, dtype=np.float32)
        spare *= EDGE_STEPS[scale]
        edge += spare
        np.maximum(edge, 2, out=edge)
        np.minimum(edge, 8, out=edge)
        np.multiply(flow, flow, out=spare)
        np.multiply(var, 9, out=excess)
        np.minimum(spare, excess, out=spare)
        spare -= var
        spare *= 1 / min(self.age, VAR_DAYS * self._day_bins)
        var += spare
        np.maximum(var, self._white[scale] * LEAST_VAR, out=var)

    def _teach_excess(self, scale: int, z: Floats, work: Floats) -> None:
        excess, gain = work[6], work[7]
        taught, spare = self._mask[0, : self.size], self._mask[1, : self.size]
        mean, square, known = self[MEAN + scale], self[SQUARE + scale], self[EXCESSES + scale]
        np.subtract(z, self[EDGE + scale], out=excess)
        np.greater(excess, 0, out=taught)
        np.multiply(mean, 10, out=gain)
        np.less(excess, gain, out=spare)
        taught &= spare
        if not taught.any():
            return
        gain *= 0.4
        np.minimum(excess, gain, out=excess)
        worth = EXCESS_WORTH[scale]
        np.add(known, PRIOR_EXCESSES, out=gain)
        np.divide(worth, gain, out=gain)
        gain *= taught
        spread = work[4]  # free: the surprise has flowed into both scales
        np.subtract(excess, mean, out=spread)
        spread *= gain
        mean += spread
        np.multiply(excess, excess, out=spread)
        spread -= square
        spread *= gain
        square += spread
        np.add(known, worth, out=known, where=taught)
        np.minimum(known, MOST_EXCESSES, out=known)

    def _winsorise(self, mu: Floats, rest: Floats, kept: Floats) -> None:
        """kept = x' - mu. On the first day nothing is known, so nothing is cut."""
        if self.age < self._day_bins:
            np.copyto(kept, rest)
            return
        spare = self._work[4, : self.size]
        np.add(self[PHI_NUM], PHI_PRIOR, out=kept)
        np.add(self[PHI_DEN], PHI_PRIOR, out=spare)
        kept /= spare
        np.maximum(kept, 1, out=kept)
        kept *= mu
        kept += 1
        np.sqrt(kept, out=kept)
        kept *= 3
        np.minimum(kept, rest, out=kept)

    def _teach_spread(self, mu: Floats, kept: Floats, work: Floats) -> None:
        spare = work[4]
        gain = 1 / min(self.age + self._day_bins / 4, SPREAD_DAYS * self._day_bins)
        for row, value in ((PHI_NUM, None), (PHI_DEN, mu)):
            if value is None:
                np.multiply(kept, kept, out=spare)
            else:
                np.copyto(spare, value)
            spare -= self[row]
            spare *= gain
            self[row][:] += spare

    def _teach_level(self, kept: Floats, work: Floats) -> None:
        spare, level = work[4], self[LEVEL]
        np.multiply(kept, 1 / min(self.age + 1.0, LEVEL_DAYS * self._day_bins), out=spare)
        level += spare
        np.maximum(level, 1e-5, out=level)

    def _teach_rhythm(self, season: Season, kept: Floats, work: Floats) -> None:
        """Factors move by what they are sure of: residual / (posts the prior is worth + posts
        expected of the factor within its memory), so quiet lanes keep their parent's rhythm."""
        if self.age < self._day_bins / 24:
            return
        days = min(0.4 * self.age / self._day_bins + 0.7, PROFILE_DAYS)
        weeks = min(self.age / self._day_bins / 7 + 1.0, WEEKDAY_WEEKS)
        step, spare = work[4], work[5]
        for row, posts, bins, share in (
            (PROFILE + season.hour, PROFILE_POSTS, days * self._day_bins / 24, 1 - season.blend),
            (PROFILE + season.next_hour, PROFILE_POSTS, days * self._day_bins / 24, season.blend),
            (WEEKDAY + season.weekday, WEEKDAY_POSTS, weeks * self._day_bins, 1.0),
        ):
            if row >= WEEKDAY and self.age < WEEKDAY_AFTER_DAYS * self._day_bins:
                continue
            np.multiply(self[LEVEL], bins, out=spare)
            spare += posts
            np.multiply(kept, share, out=step)
            step /= spare
            factor = self[row]
            factor += step
            np.maximum(factor, 0.03, out=factor)
            np.minimum(factor, 20, out=factor)

    def _teach_hour(self, counts: Floats, mu: Floats, season: Season) -> None:
        """How whole hours scatter around their expectation: the interval that people see."""
        self[HOUR_X][:] += counts
        self[HOUR_MU][:] += mu
        if not season.last_of_hour:
            return
        gain = 1 / min(self.age * 24 / self._day_bins + 24, SPREAD_DAYS * 24)
        hour, rest = self[HOUR_MU], self[HOUR_X] - self[HOUR_MU]
        phi = np.maximum(1, (self[HOUR_NUM] + 1) / (self[HOUR_DEN] + 1))
        rest = np.minimum(rest * rest, 9 * (phi * hour + 1))
        self[HOUR_NUM][:] += gain * (rest - self[HOUR_NUM])
        self[HOUR_DEN][:] += gain * (hour - self[HOUR_DEN])
        self[HOUR_X][:] = 0
        self[HOUR_MU][:] = 0

    def _normalise(self) -> None:
        """Once a day: factors average 1, the level carries the size."""
        for first, rows in ((PROFILE, 24), (WEEKDAY, 7)):
            factors = self._values[first : first + rows, : self.size]
            mean = factors.mean(axis=0)
            factors /= mean
            self[LEVEL][:] *= mean
        self[HABIT][:] *= np.float32(math.exp(-1 / HABIT_DAYS))

    def renew(self, lane: int) -> None:
        """Take the last hours as the new normal of a lane."""
        column = self._values[:, lane]
        mu = float(column[LEVEL])
        column[LEVEL] = max(1e-5, mu + float(column[FLOW + 1]) * math.sqrt(mu + 1))
        column[FLOW : FLOW + 2] = 0

    def teach_usual(self, row: int, values: Floats) -> None:
        """Move a usual rate (`VOICES`, `WEIGHT`, `NEGATIVE`; a bin) towards a bin's values."""
        gain = 1 / min(self.age + 1.0, LEVEL_DAYS * self._day_bins)
        spare = self._work[4, : self.size]
        np.subtract(values, self[row], out=spare)
        spare *= gain
        self[row][:] += spare

    # -- reading -----------------------------------------------------------------------

    @property
    def gains(self) -> list[float]:
        """Weight of the newest bin on each scale."""
        return list(self._gains)

    def expected(self, lanes: NDArray[np.intp], bins: range) -> Floats:
        """Posts expected in each bin of each lane, (bins, lanes)."""
        at = self._calendar.over(bins)
        rhythm = self._values[PROFILE + at.hours, lanes] * (1 - at.blends)
        rhythm += self._values[PROFILE + at.next_hours, lanes] * at.blends
        rhythm *= self._values[WEEKDAY + at.weekdays, lanes]
        rhythm *= self._values[LEVEL, lanes]
        return cast(Floats, rhythm)

    def rarity(self, lanes: NDArray[np.intp], flow: Floats) -> tuple[Floats, Floats]:
        """z and s of both scales, each (2, lanes), for flows (2, lanes)."""
        values = self._values
        z = flow / np.sqrt(values[VAR : VAR + 2, lanes])
        edge, mean = values[EDGE : EDGE + 2, lanes], values[MEAN : MEAN + 2, lanes]
        known = values[EXCESSES : EXCESSES + 2, lanes]
        spread = np.maximum(values[SQUARE : SQUARE + 2, lanes] - mean * mean, 1e-3)
        own = np.clip(0.5 * (1 - mean * mean / spread), -0.2, 0.5)
        shape = (known * own + PRIOR_EXCESSES * SHAPE_PRIOR) / (known + PRIOR_EXCESSES)
        shape = np.clip(shape, 0.02, 0.5)
        sigma = np.maximum(mean * (1 - shape), 0.1)
        above = np.maximum(z - edge, 0)
        tail = 2 + np.log10(1 + shape * above / sigma) / shape
        below = 2 * np.clip(z / edge, 0, 1)
        rarity = np.minimum(np.where(z > edge, tail, below), MOST_SCORE)
        return z.astype(np.float32), rarity.astype(np.float32)

    def scatter(self, lanes: NDArray[np.intp]) -> Floats:
        """Variance of whole hours over their expectation, 1 and more."""
        num, den = self._values[HOUR_NUM, lanes], self._values[HOUR_DEN, lanes]
        return cast(Floats, np.maximum(1, (num + 1) / (den + 1)))

    # -- state -------------------------------------------------------------------------

    def dump(self) -> tuple[int, int, bytes]:
        """Lanes, age in bins, values."""
        return self.size, self.age, self._values[:, : self.size].tobytes()

    def restore(self, data: tuple[int, int, bytes]) -> None:
        """The opposite of `dump`."""
        size, self.age, raw = data
        while self._values.shape[1] < size:
            self._grow()
        self.size = size
        self._values[:, :size] = np.frombuffer(raw, np.float32).reshape(ROWS, size)
