"""The operator's window beside the door: the bytes of one dead letter, for who may mend it.

They are inside for a reason: nobody could check them, and posts have authors. So they have a
token of their own, which no reader of boards has, and are given one at a time, by name.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from rezonans.metrics import QUERIES
from sinks.clickhouse import wire
from sinks.clickhouse.client import place as shown
from sinks.clickhouse.engine import Engine, EngineError
from sinks.clickhouse.reader import QueryError, Unavailable

PATH = "/letter"
_NAMES = ("stage", "place", "digest")
PAYLOAD = """
SELECT payload FROM dead_letters
WHERE stage = {stage:String} AND place = {place:String} AND digest = {digest:String}
ORDER BY at DESC LIMIT 1
"""


def with_window(door: Starlette, engine: Engine, token: str, hosts: tuple[str, ...]) -> Starlette:
    """The door with the window; `token`: the operator's, `hosts` as of the door."""
    window = _Window(engine, token, wire.LOOPBACK | {host.lower() for host in hosts})
    door.routes.append(Route(PATH, window.letter))
    return door


class _Window:
    def __init__(self, engine: Engine, token: str, hosts: frozenset[str]) -> None:
        if not token:
            raise ValueError("the operator's window needs a token: set REZONANS_STORE__OPERATOR")
        self._engine = engine
        self._token = token
        self._hosts = hosts

    async def letter(self, request: Request) -> Response:
        refused = wire.no_operator(request, self._token, self._hosts)
        if refused:
            return refused
        asked = {name: request.query_params.get(name, "") for name in _NAMES}
        try:
            answer = await run_in_threadpool(
                self._engine.run, PAYLOAD, "JSONCompact", {k: _literal(v) for k, v in asked.items()}
            )
        except EngineError as error:
            QUERIES.labels("failed").inc()
            return PlainTextResponse(str(error), 503)
        QUERIES.labels("answered").inc()
        rows = json.loads(answer.body)["data"]
        if not rows:
            return PlainTextResponse("there is no such letter", 404)
        return JSONResponse({"payload": rows[0][0]}, headers={"Cache-Control": "no-store"})


def _literal(text: str) -> str:
    """As the engine reads a parameter."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


async def payload(
    url: str, token: str, names: dict[str, str], transport: httpx.AsyncBaseTransport | None = None
) -> str | None:
    """The bytes of a letter as text, from the window of an embedded store."""
    headers = {"X-ClickHouse-Key": token}
    options: dict[str, Any] = {"base_url": url, "headers": headers, "timeout": 30.0}
    try:
        async with httpx.AsyncClient(**options, transport=transport, trust_env=False) as client:
            answer = await client.get(PATH, params=names)
    except httpx.TransportError:
        raise Unavailable(f"the store at {shown(url)} is silent") from None
    if answer.status_code == 404:
        return None
    if answer.status_code != 200:
        raise QueryError(f"the store at {shown(url)}: {answer.text[:300]}")
    found: str | None = answer.json()["payload"]
    return found
