"""`rezonans alerts`: what stands, what was sent, and what the desk's page can do, by command."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.handling import Action
from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Busy, Invalid

alerts_app = App(name="alerts", help="Acknowledge, mute, mark; crisis mode.", group=TOOLS)
app.command(alerts_app)

MOST_HOURS = 24 * 400

By = Annotated[str, Parameter(help="Your name, as others will see it.")]
Spike = Annotated[str, Parameter(help="Id, as `rezonans alerts list` prints it.")]
Hours = Annotated[float, Parameter(help="For so many hours.")]


@alerts_app.command
def ack(spike: Spike, *, by: By, settings: SettingsFile = None) -> int:
    """Take a spike in hand: nobody else is asked until it gets worse."""
    return _do(f"acknowledge spike:{spike}", by, settings_of(settings))


@alerts_app.command
def mark(
    spike: Spike, worth: Literal["useful", "useless"], *, by: By, settings: SettingsFile = None
) -> int:
    """Say what an alert was worth: the weekly limit of false alerts learns from it."""
    return _do(f"mark spike:{spike} {worth}", by, settings_of(settings))


@alerts_app.command
def mute(subject: str, *, by: By, hours: Hours = 4, settings: SettingsFile = None) -> int:
    """Hold messages about topic:CODE, region:CODE, district:CODE, story:SPIKE (in later events
    too) or spike:ID. Red breaks all but the last."""
    return _do(f"mute {subject} {_minutes(hours)}", by, settings_of(settings))


@alerts_app.command
def unmute(subject: str, *, by: By, settings: SettingsFile = None) -> int:
    """Hear of it again."""
    return _do(f"mute {subject} off", by, settings_of(settings))


@alerts_app.command
def crisis(
    switch: Literal["on", "off"],
    *,
    by: By,
    desk: Annotated[str, Parameter(help="Of the settings; *: all of them.")] = "*",
    hours: Hours = 12,
    settings: SettingsFile = None,
) -> int:
    """Crisis mode: everybody hears of every level at any hour; it ends by itself."""
    chosen = settings_of(settings)
    if desk != "*" and desk not in chosen.watchers:
        known = ", ".join(chosen.watchers) or "none are set up"
        raise SettingsError(f"--desk {desk}: no such desk; known: {known}")
    value = _minutes(hours) if switch == "on" else "off"
    return _do(f"crisis desk:{desk} {value}", by, chosen)


@alerts_app.command(name="test")
def trial_of(channel: str, *, settings: SettingsFile = None) -> int:
    """Send a made-up alert, marked as an exercise, through a channel of the settings."""
    from rezonans.cli.understanding import taxonomy_of
    from sinks.alerts.trial import trial
    from sinks.names import names

    chosen = settings_of(settings)
    if channel not in chosen.alerts:
        known = ", ".join(chosen.alerts) or "none are set up"
        raise SettingsError(f"{channel}: no such channel; known: {known}")
    known = taxonomy_of(chosen)
    topic, called = next(iter(known.topics), None), partial(names, known=known)
    try:
        taken = asyncio.run(trial(channel, chosen.alerts[channel], chosen.desk_url, topic, called))
    except Invalid as error:
        raise SettingsError(f"alerts.{channel}: {error}") from None
    if not taken:
        raise SettingsError(
            f"alerts.{channel}: the service did not take it; check the address and the token"
        )
    print(f"{channel}: the service took it")
    return 0


@alerts_app.command(name="list")
def list_alerts(
    *,
    hours: Annotated[float, Parameter(help="Of the last so many hours.")] = 24,
    settings: SettingsFile = None,
) -> int:
    """Print what became of each message, with the reason, as JSON lines, the last one first."""
    from rezonans.cli.reading import reading

    since = datetime.now(UTC) - timedelta(hours=_limited(hours))
    with reading(settings_of(settings)) as query:
        rows = query(_LIST, {"since": since})
    for row in rows:
        told = {name: value for name, value in row.items() if value not in (None, "")}
        print(json.dumps(told, default=str, ensure_ascii=False))
    if not rows:
        print(f"rezonans: no messages in the last {hours:g} hours", file=sys.stderr)
    return 0


_LIST = """
SELECT at, desk, channel, told, outcome, reason, alarm, topic, region, district, spike,
    `by`, `until`
FROM alerts FINAL WHERE at >= {since:DateTime64(3)} ORDER BY at DESC, alert, channel LIMIT 10000
"""


def _do(order: str, by: str, settings: Settings) -> int:
    from rezonans.cli.understanding import taxonomy_of
    from sinks.actions import OFF, act

    try:
        action = act(order, by, datetime.now(UTC), taxonomy_of(settings).topics)
    except Invalid as error:
        raise SettingsError(str(error)) from None
    log = with_log(settings)
    if action.value != OFF:
        _require_known(action.subject, settings)
    asyncio.run(_send(action, log))
    value = f" {action.value}" if action.value else ""
    print(f"{action.by}: {action.verb} {action.subject}{value}")
    return 0


def _require_known(subject: str, settings: Settings) -> None:
    """A mistyped spike would be acknowledged in vain while the real one goes on escalating. What
    a store that is away would say is not waited for."""
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    kind, _, spike = subject.partition(":")
    if kind not in ("spike", "story"):
        return
    store = Store(settings.store_url, settings.store_token)
    try:
        [found] = store.query_sync(_KNOWN, {"spike": spike})
    except (Unavailable, QueryError):
        return
    if not found["known"]:
        raise SettingsError(
            f"{spike}: the store has no such spike; `rezonans alerts list` and the desk show them"
        )


_KNOWN = """
SELECT (SELECT count() FROM spikes WHERE spike = {spike:String})
    + (SELECT count() FROM alerts WHERE event = {spike:String}) AS known
"""


async def _send(action: Action, settings: Settings) -> None:
    from rezonans.cli.alerting import deliver, order

    send: Any = deliver(settings)
    try:
        await order(send, action)
    except Busy as busy:
        raise SettingsError(f"{busy}; is `rezonans run` running?") from None
    finally:
        await send.close()


def with_log(settings: Settings) -> Settings:
    """The settings with the log that a run of this folder has, where they name none."""
    if settings.kafka.servers:
        return settings
    path = settings.state_dir / "run.json"
    try:
        log = json.loads(path.read_text(encoding="utf-8"))["log"]
    except (OSError, ValueError, KeyError):
        raise SettingsError(
            f"no log to write to: start `rezonans run` (it writes {path}), or set kafka.servers"
        ) from None
    return settings.model_copy(
        update={"kafka": settings.kafka.model_copy(update={"servers": (log,)})}
    )


def _minutes(hours: float) -> int:
    return max(1, round(_limited(hours) * 60))


def _limited(hours: float) -> float:
    if not 0 < hours <= MOST_HOURS:
        raise SettingsError(f"--hours: a number above 0, at most {MOST_HOURS}")
    return hours
