"""`rezonans check`: the settings, component by component, before anything starts."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.redaction import SECRETS
from rezonans.refused import SettingsError
from rezonans.security import client_options
from rezonans.settings import Settings
from rezonans.troubles import Invalid


@app.command(group=TOOLS)
def check(
    *,
    connect: Annotated[bool, Parameter(help="Also ask the log and the store.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Validate the settings file, each collector, channel and desk; list what is wrong."""
    from rezonans.cli.understanding import remarks

    chosen = settings_of(settings)
    problems = component_problems(chosen)
    if connect:
        problems += connection_problems(chosen)
    for problem in problems:
        print(SECRETS(problem))
    if not problems:
        print(_fine(chosen))
        for remark in remarks(chosen):
            print(f"note: models.taxonomy: {remark}")
    return 2 if problems else 0


def component_problems(settings: Settings) -> list[str]:
    """One sentence for each component that can not start."""
    from collectors.runner import instance
    from rezonans.cli.understanding import model_of, taxonomy_of
    from rezonans.cli.watching import unknown
    from rezonans.cli.wiring import collector_tables, resonance
    from sinks.alerts import connect

    problems = []
    for name, table in collector_tables(settings).items():
        try:
            instance(name, table)
        except SettingsError as error:
            problems.append(str(error))
    for name, channel in settings.alerts.items():
        try:
            connect(channel)
        except Invalid as error:
            problems.append(f"alerts.{name}.url: {error}")
    try:
        problems += unknown(settings.watchers, taxonomy_of(settings))
        model_of(settings)
    except SettingsError as error:
        problems.append(str(error))
    try:
        resonance(settings)
    except SettingsError as error:
        problems.append(str(error))
    return problems


def connection_problems(settings: Settings) -> list[str]:
    """One sentence for each server that does not answer."""
    from rezonans.broker import wait_until_ready
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    problems = []
    if settings.kafka.servers:
        try:
            wait_until_ready(settings.kafka.servers, 5, client_options(settings.kafka.security))
        except SettingsError as error:
            problems.append(f"kafka.servers: {error}")
    try:
        Store(settings.store_url, settings.store_token).query_sync("SELECT 1")
    except (Unavailable, QueryError) as error:
        problems.append(f"store: {error}")
    return problems


def _fine(settings: Settings) -> str:
    on = [name for name, table in settings.collectors.items() if table.get("enabled", True)]
    sources = ", ".join(on) if on else "the simulation (no collector is switched on)"
    desks = "; ".join(
        f"{name} by {', '.join(desk.reached)}" for name, desk in settings.watchers.items()
    )
    return f"settings are fine; collectors: {sources}; desks: {desks or 'none'}"
