"""Reading the store from a command: the one that runs, or the folder when none does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rezonans.settings import Settings, SettingsError

Query = Callable[[str, dict[str, Any]], list[Any]]


@contextmanager
def reading(settings: Settings) -> Iterator[Query]:
    """Ask the store: rows as dictionaries. Where nothing answers and the store is the embedded
    one, its folder is opened for as long as the command runs."""
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    store = Store(settings.store_url, settings.store_token)
    try:
        if store.ready() or settings.store.url:
            yield store.query_sync
        else:
            with _folder(settings) as query:
                yield query
    except (Unavailable, QueryError) as error:
        raise SettingsError(str(error)) from None
    finally:
        store.close()


@contextmanager
def _folder(settings: Settings) -> Iterator[Query]:
    import httpx

    from rezonans.cli.wiring import open_store
    from sinks.clickhouse.reader import Store

    if not (settings.state_dir / "store").is_dir():
        raise SettingsError(
            f"{settings.state_dir}: holds no store yet; `rezonans run` makes one, or name "
            "another folder with state_dir"
        )
    opened = open_store(settings)
    inside = httpx.ASGITransport(opened.door)
    store = Store("http://127.0.0.1", settings.store_token, async_transport=inside)
    try:
        yield lambda sql, params: asyncio.run(store.query(sql, params))
    finally:
        asyncio.run(store.aclose())
        opened.writer.close()
