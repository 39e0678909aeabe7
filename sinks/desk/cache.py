"""Answers that are kept for some seconds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Value = TypeVar("Value")

MOST = 200


class Cache:
    """Each answer for its own time; the oldest go when there are too many."""

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self._kept: dict[str, tuple[float, Any]] = {}

    async def get(self, name: str, seconds: float, make: Callable[[], Awaitable[Value]]) -> Value:
        """The kept answer of `name` if it is younger than `seconds`, else a new one.

        Nothing is kept of a `make` that raises.
        """
        kept = self._kept.get(name)
        if kept is not None and self._timer() - kept[0] < seconds:
            value: Value = kept[1]
            return value
        fresh = await make()
        self._kept.pop(name, None)
        self._kept[name] = (self._timer(), fresh)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return fresh

    def drop(self, name: str) -> None:
        """Forget an answer that is known to be out of date."""
        self._kept.pop(name, None)
