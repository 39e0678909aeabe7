"""`rezonans backfill`: old posts of a configured source, at the pace of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated

import httpx
from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, fail, settings_of
from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Busy, Invalid

if TYPE_CHECKING:
    from collectors import Target
    from collectors.runner import Instance


@app.command(group=TOOLS)
def backfill(
    name: str,
    *,
    since: Annotated[date, Parameter(help="The first day that is wanted, 2026-09-01.")],
    target: Annotated[str | None, Parameter(help="One of its targets; default: all.")] = None,
    settings: SettingsFile = None,
) -> int:
    """Read old posts of a collector of the settings, back to a day; the same call again goes on.

    What comes is history: it teaches and never alerts. It is paid from the tenth of a daily budget
    that the regular looks leave.
    """
    from rezonans.cli.alerts import with_log

    chosen = settings_of(settings)
    start = datetime.combine(since, time(), UTC)
    if start >= datetime.now(UTC):
        raise SettingsError(f"--since {since}: a day that is over")
    one, targets = _wanted(chosen, name, target)
    try:
        asyncio.run(_read(with_log(chosen), one, targets, start))
    except Invalid as error:
        raise SettingsError(str(error)) from None
    except Busy as error:
        fail(f"{error}; call again in {error.retry_after / 60:.0f} minutes, it goes on from here")
        return 1
    except httpx.HTTPError as error:
        fail(f"can not be reached: {str(error) or type(error).__name__}; call again, it goes on")
        return 1
    print(f"{name}: read back to {since}")
    return 0


def _wanted(settings: Settings, name: str, target: str | None) -> tuple[Instance, list[Target]]:
    from collectors.runner import instance
    from collectors.runner.abilities import Backfills

    table = settings.collectors.get(name)
    if table is None:
        known = ", ".join(settings.collectors) or "none are set up"
        raise SettingsError(f"{name}: no such collector in the settings; known: {known}")
    one = instance(name, table)
    if not isinstance(one.collector, Backfills):
        raise SettingsError(f"{name}: the kind {one.kind} has no history to read")
    targets = list(one.collector.targets(one.config))
    if target is not None and target not in [known.name for known in targets]:
        raise SettingsError(f"--target {target}: no target of {name}")
    return one, [known for known in targets if target in (None, known.name)]


async def _read(settings: Settings, one: Instance, targets: list[Target], since: datetime) -> None:
    from collectors.runner import KafkaDeliver
    from collectors.runner.backfill import Backfill
    from collectors.runner.privacy import Veil
    from rezonans.cli.progress import bar
    from rezonans.cli.wiring import COLLECT, cursors_of, resonance
    from rezonans.security import client_options

    deliver = KafkaDeliver(
        settings.kafka.servers,
        settings.kafka.prefix,
        options=client_options(settings.kafka.security),
    )
    public = resonance(settings).leaders.handles
    veil = Veil(settings.pseudonym_key, settings.privacy.epoch, public)
    days = (datetime.now(UTC) - since).days + 1
    try:
        async with cursors_of(settings) as stored:
            past = Backfill(settings.state_dir / COLLECT, deliver, veil, stored)
            for target in targets:
                with bar(target.name, days) as advance:
                    await past.read(
                        one, target, since, _days(days, advance), contact=settings.contact
                    )
    finally:
        await deliver.close()


def _days(total: int, advance: Callable[[int], None]) -> Callable[[int, datetime], None]:
    """Moves a bar of days by how far back it is read."""
    shown = 0

    def told(posts: int, reached: datetime) -> None:
        nonlocal shown
        back = min((datetime.now(UTC) - reached).days, total)
        advance(max(back - shown, 0))
        shown = max(back, shown)

    return told
