"""Smaller commands: `topics`, `migrate`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from cyclopts import App, Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.refused import SettingsError
from rezonans.security import client_options

topics_app = App(name="topics", help="The topics of the log.", group=TOOLS)
app.command(topics_app)


@topics_app.command
def apply(
    *,
    more: Annotated[
        bool, Parameter(help="Also give existing topics the partitions of the settings.")
    ] = False,
    settings: SettingsFile = None,
) -> int:
    """Make the topics that are missing, have the log stamp what arrives. Idempotent."""
    from rezonans.broker import apply_topics, grow, stamp_by_arrival, too_few, wait_until_ready

    chosen = settings_of(settings)
    if not chosen.kafka.servers:
        raise SettingsError("kafka.servers is not set; `rezonans run` makes its own topics")
    kafka, options = chosen.kafka, client_options(chosen.kafka.security)
    wait_until_ready(kafka.servers, 10, options)
    made = apply_topics(kafka.servers, kafka.prefix, kafka.replication, kafka.partitions, options)
    print("made " + ", ".join(made) if made else "all topics are there")
    stamped = stamp_by_arrival(kafka.servers, kafka.prefix, options)
    if stamped:
        print(f"{', '.join(stamped)}: stamped by the log from now on, not by who writes")
    few = too_few(kafka.servers, kafka.prefix, kafka.partitions, options)
    if few and more:
        grow(kafka.servers, list(few), kafka.partitions, options)
        print(f"{', '.join(few)}: {kafka.partitions} partitions from now on")
    elif few:
        said = ", ".join(f"{name} has {count}" for name, count in few.items())
        print(f"{said} of {kafka.partitions} partitions; `rezonans topics apply --more` adds them")
    return 0


@topics_app.command(name="list")
def list_topics() -> int:
    """Print the table of topics as JSON lines."""
    from rezonans.topics import ALL

    for topic in ALL:
        print(
            json.dumps(
                {
                    "topic": topic.name,
                    "record": topic.record.__name__,
                    "key": topic.key,
                    "partitions": topic.partitions,
                    "retention_ms": topic.retention_ms,
                }
            )
        )
    return 0


@app.command(group=TOOLS)
def migrate(
    *,
    dry_run: Annotated[
        bool, Parameter(help="Print the SQL of both sizes, change nothing.")
    ] = False,
    settings: SettingsFile = None,
) -> int:
    """Bring a ClickHouse server to the newest schema (the embedded store does so itself)."""
    from sinks.clickhouse import place_names
    from sinks.clickhouse.client import open_client
    from sinks.clickhouse.layout import Layout
    from sinks.clickhouse.migrate import MigrationError, migrate

    chosen = settings_of(settings)
    layout = Layout(chosen.store.cluster, chosen.store.sharded)
    try:
        if dry_run:
            _show_sql(layout)
            return 0
        if not chosen.store.url:
            raise SettingsError("store.url is not set; the embedded store migrates when it starts")
        client = open_client(chosen.store.url, chosen.store_token)
        done = migrate(client, layout=layout)
        place_names.fill(client)
    except MigrationError as error:
        raise SettingsError(str(error)) from None
    print("applied " + ", ".join(done) if done else "the schema is current")
    return 0


def _show_sql(chosen: Any) -> None:
    """The SQL of one machine, then that of a cluster, as the settings name it."""
    from sinks.clickhouse.layout import HERE, Layout, rendered
    from sinks.clickhouse.migrate import FOLDER, read

    for layout in (HERE, chosen if chosen.cluster else Layout("rezonans", sharded=True)):
        print(f"-- {layout}")
        for found in read(FOLDER):
            print(f"-- {found.name}.sql, sha256 {found.checksum}")
            print("".join(f"{statement};\n" for statement in rendered(found.text, layout)))
