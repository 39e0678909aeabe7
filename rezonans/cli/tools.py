"""Smaller commands: `topics`, `migrate`."""

from __future__ import annotations

import json
from typing import Annotated

from cyclopts import App, Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.security import client_options
from rezonans.settings import SettingsError

topics_app = App(name="topics", help="The topics of the log.", group=TOOLS)
app.command(topics_app)


@topics_app.command
def apply(*, settings: SettingsFile = None) -> int:
    """Make the topics that are missing. Idempotent."""
    from rezonans.broker import apply_topics, wait_until_ready

    chosen = settings_of(settings)
    if not chosen.kafka.servers:
        raise SettingsError("kafka.servers is not set; `rezonans run` makes its own topics")
    kafka, options = chosen.kafka, client_options(chosen.kafka.security)
    wait_until_ready(kafka.servers, 10, options)
    made = apply_topics(kafka.servers, kafka.prefix, kafka.replication, kafka.partitions, options)
    print("made " + ", ".join(made) if made else "all topics are there")
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
    dry_run: Annotated[bool, Parameter(help="Print the SQL, change nothing.")] = False,
    cluster: Annotated[str | None, Parameter(help="Name of the ClickHouse cluster.")] = None,
    settings: SettingsFile = None,
) -> int:
    """Bring a ClickHouse server to the newest schema (the embedded store does so itself)."""
    from sinks.clickhouse.client import open_client
    from sinks.clickhouse.migrate import FOLDER, MigrationError, migrate, read, render

    chosen = settings_of(settings)
    try:
        if dry_run:
            for found in read(FOLDER):
                print(f"-- {found.name}\n{render(found.text, cluster)}")
            return 0
        if not chosen.store.url:
            raise SettingsError("store.url is not set; the embedded store migrates when it starts")
        done = migrate(open_client(chosen.store.url, chosen.store_token), cluster=cluster)
    except MigrationError as error:
        raise SettingsError(str(error)) from None
    print("applied " + ", ".join(done) if done else "the schema is current")
    return 0
