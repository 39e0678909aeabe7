"""What a collector may be able to do beside collecting; the runner and the command line ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable

import httpx

from collectors import Answer, Target


@runtime_checkable
class Suggests(Protocol):
    """A collector that can find settings out from what a person wants to try."""

    def suggest(self, target: str) -> dict[str, Any]:
        """Settings for a target, where nobody gave them."""
        ...


@runtime_checkable
class Sketches(Protocol):
    """A collector that can say how it would read a target before it does."""

    def sketch(self, config: Any, target: Target) -> Iterator[str]:
        """Lines for people, without personal data. `Invalid` and `Busy` as in `fetch`."""
        ...


class Past(NamedTuple):
    """What a backfill wants."""

    since: datetime
    cursor: str | None
    """Where it goes on; `None`: from now backwards."""
    now: datetime


@runtime_checkable
class Backfills(Protocol):
    """A collector whose source shows its past."""

    def history(
        self, config: Any, target: Target, http: httpx.AsyncClient, past: Past
    ) -> AsyncIterator[Answer]:
        """Old records back to `past.since`, newest first; each answer with a cursor to go on from
        and, as `looked_until`, how far back it reaches.
        """
        ...
