"""The door: the store over ClickHouse's HTTP interface, read-only and narrow.

What clickhouse-connect, curl and Grafana's data source use of it: GET and POST, parameters,
formats, compression, exceptions with their codes. Whoever comes needs the token and has to
have asked for a host that is ours; each query is checked before it runs (guard.py), runs on a
connection of its own under limits (engine.py), and sees views without authors.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
import uuid
from collections.abc import Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from rezonans.metrics import QUERIES
from sinks.clickhouse import allowed, guard, native, wire
from sinks.clickhouse.engine import Answer, Engine, EngineError, Limits
from sinks.clickhouse.tokens import Refused


def door(
    engine: Engine,
    token: str,
    hosts: tuple[str, ...] = (),
    limits: Limits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """The application; `hosts` are names it answers to beside those of the loopback."""
    door = _Door(engine, token, hosts, limits or Limits(), clock)
    return Starlette(
        routes=[
            Route("/", door.query, methods=["GET", "POST"]),
            Route("/ping", door.ping),
            Route("/replicas_status", door.ping),
            Route("/metrics", door.metrics),
            Route("/status", door.status),
        ],
        exception_handlers={404: door.nothing},
    )


class _Door:
    def __init__(
        self,
        engine: Engine,
        token: str,
        hosts: tuple[str, ...],
        limits: Limits,
        clock: Callable[[], float],
    ) -> None:
        if not token:
            raise ValueError("the door needs a token: set REZONANS_STORE__TOKEN")
        self._engine = engine
        self._token = token
        self._hosts = wire.LOOPBACK | {host.lower() for host in hosts}
        self._limits = limits
        self._clock = clock
        self._started = clock()
        self._turns = asyncio.Semaphore(limits.concurrent)
        self._guard = guard.Guard(engine.database, engine.functions())

    async def ping(self, request: Request) -> Response:
        return self._stranger(request) or PlainTextResponse("Ok.\n")

    async def nothing(self, request: Request, _: Exception) -> Response:
        text = "There is nothing here: send queries to /, and ask /ping for health.\n"
        return self._stranger(request) or PlainTextResponse(text, 404)

    async def metrics(self, request: Request) -> Response:
        stranger = self._stranger(request)
        return stranger or Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def status(self, request: Request) -> Response:
        refused = self._stranger(request) or self._unknown(request)
        if refused:
            return refused
        return JSONResponse(
            {
                "database": self._engine.database,
                "up_seconds": round(self._clock() - self._started, 1),
                "tables": sorted(allowed.TABLES),
            }
        )

    async def query(self, request: Request) -> Response:
        """One query. Every refusal has ClickHouse's shape: code, sentence, header."""
        refused = self._stranger(request) or self._unknown(request)
        if refused:
            return refused
        try:
            asked = await wire.asked(request, guard.MAX_CHARACTERS)
            if not asked.sql.strip():
                return PlainTextResponse("Ok.\n")
            checked = await run_in_threadpool(self._checked, asked)
            answer = await self._turn(checked, asked)
        except Refused as error:
            QUERIES.labels("refused").inc()
            return wire.failure(error.code, wire.sentence(error.code, str(error)))
        except EngineError as error:
            QUERIES.labels("failed").inc()
            return wire.failure(error.code, str(error))
        QUERIES.labels("answered").inc()
        return self._response(request, asked, checked, answer)

    def _checked(self, asked: wire.Asked) -> guard.Checked:
        if asked.database not in ("", "default", self._engine.database):
            raise Refused(f"no database {asked.database} here; it is {self._engine.database}", 81)
        checked = self._guard.check(asked.sql)
        missing = checked.params - set(asked.params)
        if missing:
            raise Refused(f"parameter {min(missing)} is not given: add param_{min(missing)}", 456)
        settings = {**guard.check_settings(asked.settings.items()), **checked.settings}
        chosen = checked.format or guard.check_format(asked.format)
        if not checked.sql.startswith(("SELECT", "WITH", "select", "with")):
            settings = {}
        return guard.Checked(checked.sql, chosen, settings, checked.params)

    async def _turn(self, checked: guard.Checked, asked: wire.Asked) -> Answer:
        """Runs the query when its turn has come."""
        try:
            async with asyncio.timeout(self._limits.waiting_seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise Refused("too many queries at once; ask again in a moment", 202) from None
        try:
            return await run_in_threadpool(self._run, checked, asked)
        finally:
            self._turns.release()

    def _run(self, checked: guard.Checked, asked: wire.Asked) -> Answer:
        params = {name: asked.params[name] for name in checked.params}
        format_name = checked.format or "TabSeparated"
        answer = self._engine.run(checked.text, format_name, params, asked.limits)
        if format_name != "Native":
            return answer
        body = answer.body or native.header(self._engine.columns(checked.sql, params))
        return dataclasses.replace(answer, body=native.with_revision(body, asked.revision))

    def _response(
        self, request: Request, asked: wire.Asked, checked: guard.Checked, answer: Answer
    ) -> Response:
        format_name = checked.format or "TabSeparated"
        headers = {
            "X-ClickHouse-Server-Display-Name": "rezonans",
            "X-ClickHouse-Query-Id": asked.query_id or str(uuid.uuid4()),
            "X-ClickHouse-Format": format_name,
            "X-ClickHouse-Timezone": "UTC",
            "X-ClickHouse-Summary": _summary(answer),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        body, encoding = wire.compressed(answer.body, request, asked)
        if encoding:
            headers |= {"Content-Encoding": encoding, "Vary": "Accept-Encoding"}
        return Response(body, headers=headers, media_type=allowed.FORMATS[format_name])

    def _stranger(self, request: Request) -> Response | None:
        """A name that is not ours: a page of some site whose name was pointed at this machine."""
        host = wire.host_of(request.headers.get("host", ""))
        if host in self._hosts:
            return None
        QUERIES.labels("stranger").inc()
        message = "this host name is not ours; add it to store.hosts"
        return wire.failure(516, wire.sentence(516, message), status=421)

    def _unknown(self, request: Request) -> Response | None:
        if wire.knows(request, self._token):
            return None
        QUERIES.labels("unknown").inc()
        message = "wrong or missing token; it is in secrets/store.token under state_dir"
        failure = wire.failure(516, wire.sentence(516, message), status=401)
        failure.headers["WWW-Authenticate"] = 'Basic realm="rezonans store"'
        return failure


def _summary(answer: Answer) -> str:
    figures: Mapping[str, int] = {
        "read_rows": answer.rows_read,
        "read_bytes": answer.bytes_read,
        "written_rows": 0,
        "written_bytes": 0,
        "elapsed_ns": int(answer.seconds * 1e9),
    }
    figures = {**figures, "result_bytes": len(answer.body)}
    return json.dumps({name: str(value) for name, value in figures.items()})
