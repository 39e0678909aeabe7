"""The open bins: posts by bin and lane, sparse, with the hour that is judged counted along."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.resonance.entries import Entry


class Cell:
    """One lane in one bin."""

    __slots__ = ("entries", "heard", "lane", "live", "past")

    def __init__(self, lane: int) -> None:
        self.lane = lane
        self.entries: list[Entry] = []
        self.heard = 0
        """Live posts, copies included."""
        self.live = 0.0
        """Organic posts as they happened; conversations in a district."""
        self.past = 0.0
        """Organic posts from history: they teach, they never alert."""

    def add(self, entry: Entry) -> None:
        """Count the entry in."""
        self.entries.append(entry)
        if entry.history:
            self.past += entry.counts(self.lane)
        else:
            self.live += entry.counts(self.lane)
            self.heard += 1

    def worth(self, kept: float) -> float:
        """How much its posts may teach, 0 to 1, where `kept` is learned of its count."""
        counted = self.live + self.past
        return min(1.0, max(0.0, kept / counted)) if counted else 1.0

    def remove(self, entry: Entry) -> None:
        """Count again without the entry: sums are always those of the rest, in order."""
        rest = [other for other in self.entries if other is not entry]
        self.entries, self.heard, self.live, self.past = [], 0, 0.0, 0.0
        for other in rest:
            self.add(other)


class Row(NamedTuple):
    """A bin's cells as arrays."""

    lanes: NDArray[np.intp]
    live: NDArray[np.float32]
    history: bool
    """Some of its posts came from history."""


class OpenBins:
    """Entries of the bins that are not closed. Bins are numbered from the unix epoch."""

    def __init__(self, bin_seconds: int, window_bins: int, most_texts: int) -> None:
        self._bin_seconds = bin_seconds
        self._window = window_bins
        self._most_texts = most_texts
        self._bins: dict[int, dict[int, Cell]] = {}
        self._order: dict[str, Entry] = {}
        self._texts: deque[str] = deque()
        self._now: int | None = None
        self._hour: NDArray[np.int32] = np.zeros(64, np.int32)
        self._rows: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self._order)

    def number(self, published: float) -> int:
        """The bin of a time."""
        return int(published // self._bin_seconds)

    @property
    def first(self) -> int | None:
        """The oldest bin with posts."""
        return min(self._bins, default=None)

    def entry(self, item: str) -> Entry | None:
        """The entry of an item whose bin is open."""
        return self._order.get(item)

    def add(self, entry: Entry) -> None:
        """Count an entry in all its lanes."""
        number = self.number(entry.published)
        cells = self._bins.setdefault(number, {})
        self._rows.pop(number, None)
        for lane in entry.lanes:
            cells.setdefault(lane, Cell(lane)).add(entry)
        self._order[entry.item] = entry
        self._texts.append(entry.item)
        if len(self._texts) > self._most_texts:
            self._strip()
        self._tally(entry, number, 1)

    def _strip(self) -> None:
        old = self._order.get(self._texts.popleft())
        if old is not None:
            old.text, old.title, old.url = "", "", None

    def remove(self, item: str) -> None:
        """Count an item out, if its bin is open."""
        entry = self._order.pop(item, None)
        if entry is None:
            return
        number = self.number(entry.published)
        cells = self._bins[number]
        self._rows.pop(number, None)
        for lane in entry.lanes:
            cells[lane].remove(entry)
        self._tally(entry, number, -1)

    def _tally(self, entry: Entry, number: int, step: int) -> None:
        if entry.history or self._now is None or not self._within(number):
            return
        for lane in entry.lanes:
            self._count(lane, step)

    def _count(self, lane: int, posts: int) -> None:
        while lane >= len(self._hour):
            self._hour = np.concatenate([self._hour, np.zeros_like(self._hour)])
        self._hour[lane] += posts

    def _within(self, number: int) -> bool:
        return self._now is not None and self._now - self._window < number <= self._now

    def move(self, now: int) -> bool:
        """Let the hour end with the bin `now`; time never goes back. Whether it moved."""
        before = self._now
        if before is not None and now <= before:
            return False
        self._now = now
        first = now - self._window + 1
        if before is None or before < first:
            self._hour[:] = 0
            self._shift(range(first, now + 1), 1)
        else:
            self._shift(range(before - self._window + 1, first), -1)
            self._shift(range(before + 1, now + 1), 1)
        return True

    def _shift(self, numbers: range, sign: int) -> None:
        for number in numbers:
            for lane, cell in self.cells(number).items():
                self._count(lane, sign * cell.heard)

    def busy(self, least: float) -> list[int]:
        """Lanes with at least so many live posts within the hour."""
        return [int(lane) for lane in np.flatnonzero(self._hour >= least)]

    def cells(self, number: int) -> dict[int, Cell]:
        """Cells of a bin by lane."""
        return self._bins.get(number, {})

    def row(self, number: int) -> Row | None:
        """A bin as arrays, `None` for one without posts."""
        row = self._rows.get(number)
        cells = self._bins.get(number)
        if row is None and cells:
            row = self._rows[number] = Row(
                np.fromiter(cells, np.intp, len(cells)),
                np.array([cell.live for cell in cells.values()], np.float32),
                any(cell.past > 0 for cell in cells.values()),
            )
        return row

    def hour(self, lane: int) -> Iterator[Entry]:
        """Live entries of a lane within the hour, oldest bin first."""
        assert self._now is not None
        for number in range(self._now - self._window + 1, self._now + 1):
            cell = self.cells(number).get(lane)
            if cell is not None:
                yield from (entry for entry in cell.entries if not entry.history)

    def close(self, number: int) -> dict[int, Cell]:
        """Take a bin out, with its entries."""
        cells = self._bins.pop(number, {})
        self._rows.pop(number, None)
        for cell in cells.values():
            for entry in cell.entries:
                self._order.pop(entry.item, None)
        while self._texts and self._texts[0] not in self._order:
            self._texts.popleft()
        return cells

    def dump(self) -> tuple[int | None, list[Entry], list[str]]:
        """Current bin, entries in the order they came, those that still have their texts."""
        return self._now, list(self._order.values()), list(self._texts)

    def restore(self, data: tuple[int | None, list[Entry], list[str]]) -> None:
        """The opposite of `dump`."""
        self._now, entries, texts = data
        for entry in entries:
            self.add(entry)
        self._texts = deque(texts)
