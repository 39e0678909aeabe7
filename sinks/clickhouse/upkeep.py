"""What an operator does to a store that runs: forget, back up, publish. Beside the door, another
token.

A chDB folder has one owner, so a command can not do it itself while the store runs. The owner does
it here, one thing at a time, on a client of its own; a reader's token opens nothing of it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from rezonans.troubles import Busy
from sinks.clickhouse import backup, forget, publish, wire
from sinks.clickhouse.client import Client
from sinks.clickhouse.client import place as shown
from sinks.clickhouse.layout import HERE, Layout
from sinks.clickhouse.reader import QueryError, Unavailable

FORGET, BACKUP, PUBLISH = "/forget", "/backup", "/publish"
EPOCH = re.compile(r"[a-z0-9]{1,8}")
ITEM = re.compile(r"[^\s:]+:.+")
"""A bare word is none: records of spikes would lose all that carries that word, for ever."""
LONGEST_SECONDS = 3600.0


@dataclasses.dataclass(frozen=True)
class Upkeep:
    """The deeds, on a store that this process may write to."""

    open_client: Callable[[], Client]
    folder: Path | None = None
    """Of an embedded store."""
    layout: Layout = HERE

    def forget(self, items: Sequence[str], epochs: Sequence[str]) -> Mapping[str, int]:
        """Forget items and epochs; how many rows, hours and spikes held them. `Busy`."""
        total = {"mentions": 0, "hours": 0, "spikes": 0}
        client = self.open_client()
        try:
            done = [forget.items(client, items, self.layout)] if items else []
            done += [forget.epoch(client, name, self.layout) for name in epochs]
        finally:
            client.close()
        for one in done:
            total = {name: total[name] + getattr(one, name) for name in total}
        return total

    def back_up(self, target: Path) -> Mapping[str, Any]:
        """Write a backup to a new folder. `BackupError`, `Busy`."""
        if self.folder is None:
            raise backup.BackupError(
                "this store is a server: back it up there, with its own BACKUP DATABASE"
            )
        client = self.open_client()
        try:
            return backup.back_up(client, self.folder, target, datetime.now(UTC))
        finally:
            client.close()

    def publish(self, since: date, until: date, least: int) -> Mapping[str, int]:
        """Fix days of the open data. `ValueError`, `Busy`."""
        client = self.open_client()
        try:
            return publish.publish(client, since, until, least, datetime.now(UTC))
        finally:
            client.close()


def with_upkeep(door: Starlette, upkeep: Upkeep, token: str, hosts: tuple[str, ...]) -> Starlette:
    """The door with these deeds; `token`: the operator's, `hosts` as of the door."""
    service = _Service(upkeep, token, wire.LOOPBACK | {host.lower() for host in hosts})
    door.routes.append(Route(FORGET, service.forget, methods=["POST"]))
    door.routes.append(Route(BACKUP, service.back_up, methods=["POST"]))
    door.routes.append(Route(PUBLISH, service.publish, methods=["POST"]))
    return door


class _Service:
    def __init__(self, upkeep: Upkeep, token: str, hosts: frozenset[str]) -> None:
        if not token:
            raise ValueError("the operator needs a token: set REZONANS_STORE__OPERATOR")
        self._upkeep = upkeep
        self._token = token
        self._hosts = hosts
        self._turn = asyncio.Lock()

    async def forget(self, request: Request) -> Response:
        items = request.query_params.getlist("item")
        epochs = request.query_params.getlist("epoch")
        fit = all(map(ITEM.fullmatch, items)) and all(map(EPOCH.fullmatch, epochs))
        if not (items or epochs) or not fit:
            wanted = "name an item as platform:id, or an epoch of small letters and digits"
            return PlainTextResponse(wanted, 400)
        return await self._do(request, lambda: self._upkeep.forget(items, epochs))

    async def back_up(self, request: Request) -> Response:
        target = Path(request.query_params.get("folder", ""))
        if not target.is_absolute():
            return PlainTextResponse("folder: an absolute path on the machine of the store", 400)
        return await self._do(request, lambda: self._upkeep.back_up(target))

    async def publish(self, request: Request) -> Response:
        asked = request.query_params
        try:
            since, until = (date.fromisoformat(asked.get(name, "")) for name in ("since", "until"))
            least = int(asked.get("least", publish.LEAST_AUTHORS))
        except ValueError:
            return PlainTextResponse("since and until: days like 2026-03-01; least: a number", 400)
        return await self._do(request, lambda: self._upkeep.publish(since, until, least))

    async def _do(self, request: Request, deed: Callable[[], Mapping[str, Any]]) -> Response:
        refused = wire.no_operator(request, self._token, self._hosts)
        if refused:
            return refused
        async with self._turn:
            try:
                return JSONResponse(await run_in_threadpool(deed))
            except Busy as error:
                return PlainTextResponse(str(error), 503)
            except (backup.BackupError, ValueError) as error:
                return PlainTextResponse(str(error), 409)


def ask(
    url: str,
    token: str,
    path: str,
    asked: Sequence[tuple[str, str]],
    transport: httpx.BaseTransport | None = None,
) -> Mapping[str, Any]:
    """Have the store that runs do it. `Unavailable`, or `QueryError` with its reason."""
    timeout = httpx.Timeout(LONGEST_SECONDS, connect=5.0)
    headers = {"X-ClickHouse-Key": token}
    try:
        with httpx.Client(
            base_url=url, headers=headers, timeout=timeout, trust_env=False, transport=transport
        ) as client:
            answer = client.post(path, params=list(asked))
    except httpx.TransportError:
        raise Unavailable(f"the store at {shown(url)} is silent") from None
    if answer.status_code == 503:
        raise Unavailable(answer.text[:300])
    if answer.status_code != 200:
        raise QueryError(answer.text[:300])
    found: Mapping[str, Any] = answer.json()
    return found
