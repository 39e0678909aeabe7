"""The open bins of some lanes as arrays, for the judges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from streams.resonance.bins import OpenBins
from streams.resonance.judge import Window
from streams.resonance.watermark import Watermark


class Windows:
    """Reads open bins. `live`: the bin of the first live page, known later than this is made."""

    def __init__(self, bins: OpenBins, watermark: Watermark, width: int, report: int) -> None:
        self._bins = bins
        self._watermark = watermark
        self._width = width
        self._report = report
        self.live = 0

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
