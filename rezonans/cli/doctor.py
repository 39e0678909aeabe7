"""`rezonans doctor`: says in plain words what is wrong with a running system."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import httpx
import psutil

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.health import Facts, Source, findings
from rezonans.redaction import SECRETS
from rezonans.settings import Settings

COMMIT_SECONDS = 3.0
"""Within so long after its state is saved, the position of a reader that reads has moved."""
SIGNS = {"well": "ok   ", "watch": "watch", "wrong": "WRONG"}

_LETTERS = """
SELECT reason, count() AS letters FROM dead_letters_public
WHERE at > now() - INTERVAL 1 HOUR GROUP BY reason
"""
_NEWEST = "SELECT max(observed_at) AS newest, count() AS stored FROM mentions_public"
_SOURCES = "SELECT target, stored_at, history FROM sources"


@app.command(group=TOOLS)
def doctor(*, settings: SettingsFile = None) -> int:
    """Say in plain words what is wrong: settings, disk, processes, sources, what was left out.

    Exit code 1 when something is wrong.
    """
    found = findings(_facts(settings_of(settings)))
    for finding in found:
        remedy = f" -> {finding.remedy}" if finding.remedy else ""
        print(SECRETS(f"{SIGNS[finding.state]}  {finding.what}{remedy}"))
    return 1 if any(finding.state == "wrong" for finding in found) else 0


def _facts(settings: Settings) -> Facts:
    from rezonans.cli.check import component_problems
    from rezonans.cli.positions import Log, standing_still
    from sinks.clickhouse.room import set_aside

    addresses = _running(settings.state_dir / "run.json")
    embedded = [str(addresses["log"])] if "log" in addresses else []
    servers = list(settings.kafka.servers) or embedded
    log = _log(servers)
    pause = settings.worker.snapshot_seconds + COMMIT_SECONDS
    return Facts(
        now=datetime.now(UTC),
        problems=component_problems(settings),
        running=bool(addresses),
        log=log,
        behind=standing_still(Log.of(settings.kafka, servers), pause, sleep) if log else (),
        restarts=_restarts(addresses),
        unwell=_unwell(settings),
        set_aside=len(set_aside((settings.state_dir / "store").resolve())),
        **_room(settings),
        **_store(settings, str(addresses.get("store", settings.store_url))),
    )


def _unwell(settings: Settings) -> dict[str, str]:
    """What collectors that run now say of their targets themselves."""
    from collectors.runner.standing import read
    from rezonans.cli.sources import FRESH
    from rezonans.cli.wiring import COLLECT

    standing = read(settings.state_dir / COLLECT)
    if standing.at is None or datetime.now(UTC) - standing.at > FRESH:
        return {}
    return {
        f"{one.instance}/{one.target}": one.reason
        for one in standing.targets
        if one.state in ("error", "silent")
    }


def _running(path: Path) -> Mapping[str, Any]:
    """The addresses of a run that is alive; none of one that is not."""
    try:
        addresses: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return addresses if psutil.pid_exists(int(addresses.get("pid", 0))) else {}


def _log(servers: list[str]) -> str | None:
    from rezonans.broker import answers

    for server in servers:
        host, _, port = server.rpartition(":")
        if port.isdigit() and answers(host, int(port)):
            return server
    return None


def _restarts(addresses: Mapping[str, Any]) -> dict[str, int]:
    from prometheus_client.parser import text_string_to_metric_families

    url = addresses.get("metrics", {}).get("run")
    if url is None:
        return {}
    try:
        text = httpx.get(url, timeout=5, trust_env=False).text
    except httpx.HTTPError:
        return {}
    return {
        sample.labels["child"]: int(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "rezonans_restarts_total" and sample.value
    }


def _room(settings: Settings) -> dict[str, Any]:
    """Of the state folder, and of where the rows are: a folder of its own disk, or a server."""
    from sinks.clickhouse import disks
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    if not settings.store.url:
        return {"free_gb": disks.of_folders(settings.state_dir)}
    found = disks.of_state(settings.state_dir)
    store = Store(settings.store.url, settings.store_token)
    try:
        return {"free_gb": found | disks.of_server(store.query_sync, settings.store.cluster)}
    except Unavailable:
        return {"free_gb": found}  # which is said of the store already
    except QueryError as error:
        return {"free_gb": found, "disks_say": str(error)}
    finally:
        store.close()


def _store(settings: Settings, url: str) -> dict[str, Any]:
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    store = Store(url, settings.store_token)
    try:
        [newest] = store.query_sync(_NEWEST)
        return {
            "store": url,
            "newest_row": newest["newest"] if newest["stored"] else None,
            "sources": [
                Source(row["target"], row["stored_at"], bool(row["history"]))
                for row in store.query_sync(_SOURCES)
            ],
            "letters": {row["reason"]: int(row["letters"]) for row in store.query_sync(_LETTERS)},
        }
    except (Unavailable, QueryError) as error:
        return {"store_says": str(error)}
    finally:
        store.close()
