"""The open bins of some lanes as arrays, for the judges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from streams.resonance.bank import Bank
from streams.resonance.bins import OpenBins
from streams.resonance.judge import Window, told
from streams.resonance.surprise import Floats
from streams.resonance.watermark import Watermark


class Hours(NamedTuple):
    """The last hour of some lanes."""

    observed: Floats
    """Organic posts, what history taught filled up to the expectation."""
    expected: Floats
    """Of the bins in which somebody looked."""
    scatter: Floats
    """Variance of whole hours over their expectation."""


class Windows:
    """Reads open bins. `live`: the bin of the first live page, known later than this is made."""

    def __init__(self, bins: OpenBins, watermark: Watermark, width: int, report: int) -> None:
        self._bins = bins
        self._watermark = watermark
        self._width = width
        self._report = report
        self.live = 0

    def hours(self, bank: Bank, lanes: Sequence[int], clock: float) -> Hours:
        """The hour of some lanes that ends now."""
        window, mu = self._hour(bank, lanes, clock)
        filled = np.where(window.history[:, None], np.maximum(window.counts, mu), window.counts)
        looked = window.looked
        return Hours(
            observed=filled[looked].sum(axis=0),
            expected=mu[looked].sum(axis=0),
            scatter=bank.scatter(window.lanes),
        )

    def expected(self, bank: Bank, lanes: Sequence[int], clock: float) -> Floats:
        """Posts expected in the hour that ends now, whoever looked."""
        now = int(clock // self._width)
        mu = bank.expected(np.array(lanes, np.intp), range(now - self._report + 1, now + 1))
        mu[-1] *= min(1.0, max(0.02, clock / self._width - now))
        hour: Floats = mu.sum(axis=0)
        return hour

    def told(self, bank: Bank, lanes: Sequence[int], clock: float) -> Floats:
        """Of the posts expected in the hour that ends now, those of bins that were looked at
        live."""
        return told(*self._hour(bank, lanes, clock))[0]

    def _hour(self, bank: Bank, lanes: Sequence[int], clock: float) -> tuple[Window, Floats]:
        """The window of the hour that ends now, and what is expected in its bins."""
        now = int(clock // self._width)
        window = self.of(lanes, range(now - self._report + 1, now + 1), bank.size, clock)
        mu = bank.expected(window.lanes, window.bins)
        mu[-1] *= window.elapsed
        return window, mu

    def of(self, lanes: Sequence[int], bins: range, size: int, clock: float) -> Window:
        """The window of `lanes` out of `size` that the bank knows; its last bin is under way."""
        chosen = np.array(lanes, np.intp)
        column = np.full(size, len(lanes), np.intp)
        column[chosen] = np.arange(len(lanes))
        counts = np.zeros((len(bins), len(lanes) + 1), np.float32)  # the last: not asked for
        looked = np.ones(len(bins), np.bool_)
        history = np.array([number < self.live for number in bins])
        width = self._width
        for k, number in enumerate(bins):
            row = self._bins.row(number)
            if row is None:
                end = min((number + 1) * width, clock)
                looked[k] = self._watermark.watched(number * width, end)
            else:
                counts[k, column[row.lanes]] = row.live
                history[k] |= row.history
        return Window(
            lanes=chosen,
            bins=bins,
            counts=counts[:, :-1],
            history=history,
            looked=looked,
            elapsed=min(1.0, max(0.02, clock / width - bins[-1])),
            report=min(self._report, len(bins)),
        )
