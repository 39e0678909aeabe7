"""The course of a lane, asked of the store: what came in each five minutes, and what is usual."""

from __future__ import annotations

from datetime import UTC, datetime

from rezonans.reasons import Lane
from sinks.desk import plot
from sinks.desk.cache import Cache
from sinks.desk.query import Reader, SlotRow, ask

PLOT_SECONDS = 10.0
USUAL_SECONDS = 600.0


class Course:
    """Kept for some seconds, what is usual for some minutes. `Unreachable`: the store is."""

    def __init__(self, store: Reader, cache: Cache) -> None:
        self._store = store
        self._cache = cache

    async def __call__(self, lane: Lane, since: datetime, now: datetime) -> plot.Plot:
        start, until = plot.window(int(since.timestamp()), int(now.timestamp()))
        name = f"{lane.topic} {lane.district or lane.region}"

        async def usual() -> dict[int, plot.Usual]:
            counts = await self._slots(lane, start - plot.USUAL_DAYS * plot.DAY, start)
            return plot.usual_hours(counts, start)

        async def drawn() -> plot.Plot:
            hours = await self._cache.get(f"usual {name}", USUAL_SECONDS, usual)
            return plot.plot(await self._slots(lane, start, until), hours, start, until)

        return await self._cache.get(f"plot {name}", PLOT_SECONDS, drawn)

    async def _slots(self, lane: Lane, since: int, until: int) -> dict[int, int]:
        rows = await ask(
            self._store, "series", SlotRow,
            from_day=datetime.fromtimestamp(since, UTC).date().isoformat(),
            since=since, until=until, topic=lane.topic or "", region=lane.region or "",
            district=lane.district or "",
        )  # fmt: skip
        return {row.slot: row.posts for row in rows}
