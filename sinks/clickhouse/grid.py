"""What a group of cells of a rollup is called by, and what is counted in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """One group of columns of a rollup: names of its cells, then what is counted in them."""

    names: tuple[str, ...]
    counts: tuple[str, ...]
    marks: tuple[str, ...] = ()
    """Names that no other grid has together: by them its cells are told from others."""
    without: tuple[str, ...] = ()
    """Names that another grid has beside these."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.names, *self.counts)
