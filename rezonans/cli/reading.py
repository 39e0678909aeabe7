"""Reading the store from a command: the one that runs, or the folder when none does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rezonans.refused import SettingsError
from rezonans.settings import Settings

Query = Callable[[str, dict[str, Any]], list[Any]]
Payload = Callable[[str, str, str], str | None]
"""Bytes of the dead letter of a stage, place and digest, as text."""


@dataclass(frozen=True)
class Operator:
    """The store as who may mend it reads it."""

    query: Query
    payload: Payload


@contextmanager
def reading(settings: Settings) -> Iterator[Query]:
    """Ask the store: rows as dictionaries. Where nothing answers and the store is the embedded
    one, its folder is opened for as long as the command runs."""
    with operating(settings) as operator:
        yield operator.query


@contextmanager
def operating(settings: Settings) -> Iterator[Operator]:
    """The same with the bytes of dead letters, which stay inside for everybody else."""
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    store = Store(settings.store_url, settings.store_token)
    try:
        if settings.store.url:
            yield Operator(store.query_sync, _of_server(store.query_sync))
        elif store.ready():
            yield Operator(store.query_sync, _of_window(settings, settings.store_url, None))
        else:
            with _folder(settings) as operator:
                yield operator
    except (Unavailable, QueryError) as error:
        raise SettingsError(str(error)) from None
    finally:
        store.close()


@contextmanager
def _folder(settings: Settings) -> Iterator[Operator]:
    import httpx

    from rezonans.cli.storing import open_store
    from sinks.clickhouse.reader import Store

    if not (settings.state_dir / "store").is_dir():
        raise SettingsError(
            f"{settings.state_dir}: holds no store yet; `rezonans run` makes one, or name "
            "another folder with state_dir"
        )
    opened = open_store(settings)
    opened.rollups.catch_up()
    inside = httpx.ASGITransport(opened.door)
    store = Store("http://127.0.0.1", settings.store_token, async_transport=inside)
    try:
        yield Operator(
            lambda sql, params: asyncio.run(store.query(sql, params)),
            _of_window(settings, "http://127.0.0.1", inside),
        )
    finally:
        asyncio.run(store.aclose())
        opened.rollups.close()
        opened.writer.close()


def _of_window(settings: Settings, url: str, transport: Any) -> Payload:
    from sinks.clickhouse.letters import payload

    def ask(stage: str, place: str, digest: str) -> str | None:
        names = {"stage": stage, "place": place, "digest": digest}
        return asyncio.run(payload(url, settings.operator_token, names, transport))

    return ask


def _of_server(query: Query) -> Payload:
    from sinks.clickhouse.letters import PAYLOAD

    def ask(stage: str, place: str, digest: str) -> str | None:
        rows = query(PAYLOAD, {"stage": stage, "place": place, "digest": digest})
        return rows[0]["payload"] if rows else None

    return ask
