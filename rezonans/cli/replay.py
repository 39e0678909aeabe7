"""`rezonans replay`: posts of a file through the whole pipeline, beside the live one."""

from __future__ import annotations

import asyncio
import json
import math
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.cli.embedded import Embedded, owned, say
from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Invalid

PREFIX = "replay."
OVERRIDES = {
    "REZONANS_REPLAY": "true",
    "REZONANS_KAFKA__PREFIX": PREFIX,
    "REZONANS_STORE__URL": "",  # never the live store, whatever the file says
}
"""What the children of a replay see over the settings file."""
QUIET_SECONDS = 3.0
MOST_DAYS = 36_500
INTERRUPTED = 130


@dataclass(frozen=True)
class _Order:
    """What was asked for."""

    file: Path
    speed: float | None
    history: timedelta
    stay: bool


@app.command(group=TOOLS)
def replay(
    file: Path | None = None,
    *,
    stored: Annotated[
        bool, Parameter(help="Instead of a file: the stored mentions, through the models of now.")
    ] = False,
    log: Annotated[
        bool, Parameter(help="The same for what the log holds; what is not stored is sent again.")
    ] = False,
    days: Annotated[float, Parameter(help="--stored: of the last so many days.")] = 30,
    dry_run: Annotated[bool, Parameter(help="--stored, --log: count, change nothing.")] = False,
    speed: Annotated[float, Parameter(help="Seconds of the posts a second; 0: full speed.")] = 0,
    history_days: Annotated[
        float, Parameter(help="So much of the beginning teaches and never alerts.")
    ] = 0,
    out: Annotated[
        Path | None, Parameter(help="Folder of its own; default: replays/NAME in state_dir.")
    ] = None,
    stay: Annotated[bool, Parameter(help="Keep the desk up when it is through.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Send posts (JSON lines) through the whole pipeline, beside the live one.

    It has a log, topics and a store of its own, runs on the clock of the posts, expires nothing
    and sends no alerts. Prints every spike with its explanation, then one JSON object.

    With --stored or --log nothing runs beside: rows of the live store get the labels of the
    models of the settings, and the JSON object counts what was replaced, changed and left.
    """
    if stored or log:
        from rezonans.cli.again import again

        if file is not None or (stored and log):
            raise SettingsError("replay: a file, --stored or --log; one of them")
        return again(settings_of(settings), "log" if log else "stored", days, dry_run)
    if file is None:
        raise SettingsError("replay: name a file of posts, or say --stored or --log")
    if not (0 <= speed < math.inf and 0 <= history_days <= MOST_DAYS):
        raise SettingsError(f"--speed and --history-days: numbers from 0, days up to {MOST_DAYS}")
    chosen = settings_of(settings)
    if not file.is_file():
        raise SettingsError(f"{file}: no such file of posts")
    folder = out or chosen.state_dir / "replays" / file.stem
    if (folder / "store").exists():
        raise SettingsError(f"{folder}: holds a replay already; remove it or name another --out")
    order = _Order(file, speed or None, timedelta(days=history_days), stay)
    own = _own(chosen, folder)
    with owned(folder):
        try:
            whole = asyncio.run(_replay(chosen, own, settings, order))
        except Invalid as error:
            raise SettingsError(str(error)) from None
    return 0 if whole else INTERRUPTED


def _own(settings: Settings, folder: Path) -> Settings:
    """The settings of the replay: everything that the live run owns is another."""
    return settings.model_copy(
        update={
            "state_dir": folder,
            "replay": True,
            "kafka": settings.kafka.model_copy(update={"prefix": PREFIX, "servers": ()}),
            "store": settings.store.model_copy(update={"port": 0, "url": None}),
            "desk": settings.desk.model_copy(update={"port": 0}),
            "metrics": settings.metrics.model_copy(update={"worker_port": 0, "collect_port": 0}),
        }
    )


async def _replay(live: Settings, own: Settings, file: Path | None, order: _Order) -> bool:
    """Whether it came to its end; what was cut off has no report."""
    embedded = Embedded(own, file, collect=False, overrides=OVERRIDES)
    whole = False

    async def work(stop: asyncio.Event) -> None:
        nonlocal whole
        watching = asyncio.ensure_future(embedded.supervisor.watch(stop))
        feeding = asyncio.ensure_future(_feed(live, embedded, order))
        await asyncio.wait({watching, feeding}, return_when=asyncio.FIRST_COMPLETED)
        if not feeding.done():
            feeding.cancel()
            say("stopped before the end of the file")
            return
        feeding.result()
        await _report(own, embedded)
        whole = True
        if order.stay:
            say(f"the desk stays up: {embedded.desk_url}; Ctrl-C stops it")
            await watching
        stop.set()
        await watching

    await embedded.run(work)
    return whole


async def _feed(live: Settings, embedded: Embedded, order: _Order) -> None:
    from collectors.runner import Clock, KafkaDeliver
    from collectors.runner.jsonl import opened
    from collectors.runner.look import Bench
    from collectors.runner.privacy import Veil
    from collectors.runner.replay import Plan, replay

    # one page after the other, so that nothing overtakes: waiting to fill batches costs time
    deliver = KafkaDeliver(embedded.servers, PREFIX, linger_ms=0)
    bench = Bench(
        deliver=deliver,
        veil=Veil(live.pseudonym_key, live.privacy.epoch, frozenset()),
        clock=Clock(),
        rng=random.Random(),
    )
    with opened(order.file) as rows:
        lines = sum(1 for _ in rows)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(f"replaying {order.file.name}", total=lines)

        def progress(report: Any) -> None:
            bar.update(task, completed=report.posts + report.rejected)

        try:
            done = await replay(
                order.file, bench, Plan(history=order.history), speed=order.speed, progress=progress
            )
        finally:
            await deliver.close()
    say(f"sent {done.posts} posts of {done.first} to {done.last}, {done.rejected} lines rejected")


async def _report(own: Settings, embedded: Embedded) -> None:
    """The spikes in sentences, then the counts, when nothing changes any more."""
    from rezonans.cli.understanding import taxonomy_of
    from rezonans.i18n import translator
    from sinks.names import names
    from sinks.sentence import message

    summary: dict[str, Any] = {}
    while summary != (again := await _counts(embedded)):
        summary = again
        await asyncio.sleep(QUIET_SECONDS)
    words, called = translator(own.language), names(own.language, taxonomy_of(own))
    for spike in await _spikes(own, embedded):
        title, body = message(spike, words, called)
        print(f"{spike.since:%Y-%m-%d %H:%M} UTC  {title}\n{body}\n")
    print(json.dumps(summary), flush=True)
    if summary["stored"] < summary["posts"]:
        raise SettingsError("the store holds less than was sent; see the dead letters")


async def _counts(embedded: Embedded) -> dict[str, Any]:
    """Delays are of the machine's clock, and memory changes by itself: left out."""
    summary = await embedded.summary()
    return {
        name: value
        for name, value in summary.items()
        if not name.endswith(("_seconds", "_mb")) and name != "live_posts"
    }


async def _spikes(own: Settings, embedded: Embedded) -> list[Any]:
    import msgspec

    from rezonans.records import Spike
    from sinks.clickhouse.reader import Store

    store = Store(embedded.store_url, own.store_token)
    try:
        rows = await store.query(
            "SELECT record FROM spikes WHERE change = 'opened' ORDER BY since, spike"
        )
    finally:
        await store.aclose()
    return [msgspec.json.decode(row["record"], type=Spike) for row in rows]
