"""`rezonans run`: the embedded default under one supervisor."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rezonans.cli import SettingsFile, app, settings_of
from rezonans.cli.embedded import Embedded, owned, require_free, say
from rezonans.refused import SettingsError
from rezonans.settings import Settings

MOST_SECONDS = 366 * 86400.0


@app.command
def run(
    *,
    for_: Annotated[float | None, Parameter(name="--for", help="Seconds, then stop.")] = None,
    settings: SettingsFile = None,
) -> int:
    """Start everything on this machine: log, store, worker, collectors, desk.

    With --for it stops by itself and prints one JSON object as the last line: posts and
    mentions of the log, rows stored, spikes, dead letters, delay of live posts, memory.
    """
    if for_ is not None and not 0 < for_ <= MOST_SECONDS:
        raise SettingsError("--for: a number of seconds above 0, at most a year")
    file = settings
    chosen = settings_of(file)
    _validate(chosen)
    with owned(chosen.state_dir):
        asyncio.run(_run(chosen, file, for_))
    return 0


async def _run(settings: Settings, file: Path | None, seconds: float | None) -> None:
    embedded = Embedded(settings, file)
    if not any(table.get("enabled", True) for table in settings.collectors.values()):
        say("no collector is switched on: a simulated region is shown, marked as such")

    async def timed() -> None:
        """The time, then the counts of what it brought."""
        assert seconds is not None
        await asyncio.sleep(seconds)
        await embedded.supervisor.stop_only("collect")
        print(json.dumps(await embedded.summary()), flush=True)

    async def watch(stop: asyncio.Event) -> None:
        """Until a signal, or the end of the time."""
        watching = asyncio.ensure_future(embedded.supervisor.watch(stop))
        waiting = {watching} | ({asyncio.ensure_future(timed())} if seconds else set())
        done, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        for task in left - {watching}:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for task in done:
            task.result()

    await embedded.run(watch)


def _validate(settings: Settings) -> None:
    from rezonans.cli.check import component_problems

    if settings.kafka.servers or settings.store.url:
        raise SettingsError(
            "`run` starts the embedded log and store; with kafka.servers or store.url set, "
            "start `rezonans worker`, `collect` and `desk` instead"
        )
    problems = component_problems(settings)
    if problems:
        raise SettingsError("; ".join(problems))
    require_free("desk.port", settings.desk.host, settings.desk.port)
    require_free("store.port", settings.store.host, settings.store.port)
    for name in ("run_port", "worker_port", "collect_port"):
        require_free(f"metrics.{name}", settings.metrics.host, getattr(settings.metrics, name))
