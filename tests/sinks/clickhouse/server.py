"""A ClickHouse server for tests: the door's own wire over chDB, which writes too, and breaks.

What it is asked is answered by the engine; before or after that it does what the plan of faults
says: refuses, answers too late, dies in mid-answer, has a full disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from typing import Any, Literal

import chdb
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sinks.clickhouse import native, packing, wire
from tests.sinks.clickhouse.serving import serving
from tests.sinks.conftest import Store

Fault = Literal["refuses", "slow", "dies", "full", "dies before", "none"]
FAULTS: tuple[Fault, ...] = ("refuses", "slow", "dies", "full", "dies before")
LONGEST = 50_000_000
_BLOCK_FOLLOWS = b" FORMAT Native\n"
"""How an insertion of a block begins, before its bytes."""


@dataclass
class Plan:
    """What goes wrong, by the number of the statement that changes something, from 0."""

    faults: dict[int, Fault] = field(default_factory=dict)
    asked: int = 0

    def next(self) -> Fault:
        self.asked += 1
        return self.faults.get(self.asked - 1, "none")


class _Died(Exception):
    """The server process is gone: its connection breaks."""


class _Server:
    def __init__(self, store: Store, plan: Plan) -> None:
        self._store = store
        self._plan = plan
        self.late = asyncio.Event()

    async def ask(self, request: Request) -> Response:
        given = dict(request.query_params)
        body = packing.unpack(
            await request.body(), request.headers.get("content-encoding", ""), LONGEST
        )
        head, brought, block = body.partition(_BLOCK_FOLLOWS)
        sql = "\n".join(part for part in (given.get("query", ""), head.decode()) if part)
        if not sql.strip():
            return PlainTextResponse("Ok.\n")
        changes = sql.lstrip().startswith(("INSERT", "ALTER", "CREATE"))
        fault = self._plan.next() if changes else "none"
        if fault == "refuses":
            return wire.failure(202, wire.sentence(202, "too many queries"))
        if fault == "full":
            return wire.failure(243, wire.sentence(243, "no space left on device"))
        if fault == "dies before":
            return StreamingResponse(_breaking(b""), headers={"Content-Length": "100"})
        if brought:
            answer = await run_in_threadpool(self._insert, sql, block, given)
        else:
            answer = await run_in_threadpool(self._run, sql, given)
        if fault == "slow":
            await self.late.wait()
        if fault == "dies":
            return StreamingResponse(_breaking(b"half"), headers={"Content-Length": "100"})
        return answer

    def _insert(self, sql: str, block: bytes, given: dict[str, str]) -> Response:
        """A block of columns, which the engine takes from a file only."""
        with NamedTemporaryFile(suffix=".native") as file:
            file.write(block)
            file.flush()
            return self._run(f"{sql} FROM INFILE '{file.name}' FORMAT Native", given)

    def _run(self, sql: str, given: dict[str, str]) -> Response:
        connect: Any = chdb.connect
        connection: Any = connect(str(self._store.path))
        params = {k.removeprefix("param_"): v for k, v in given.items() if k.startswith("param_")}
        # clickhouse-connect names the format itself where it wants one
        asks = sql.rstrip().endswith("FORMAT Native") and not sql.startswith("INSERT")
        chosen = "Native" if asks else "TabSeparated"
        plain = sql.rstrip().removesuffix("FORMAT Native") if asks else sql
        try:
            connection.query(f"USE {given.get('database') or self._store.database}")
            found = connection.query(plain, chosen, params=params)
            answer = bytes(found.bytes() or b"")
        except (chdb.ChdbError, RuntimeError) as error:
            text = str(error)
            return wire.failure(int(text.partition("Code: ")[2].partition(".")[0] or 1002), text)
        finally:
            connection.close()
        if chosen == "Native":
            answer = native.with_revision(answer, int(given.get("client_protocol_version", "0")))
        return Response(answer, headers={"X-ClickHouse-Format": chosen})


async def _breaking(start: bytes) -> AsyncIterator[bytes]:
    yield start
    raise _Died


@contextmanager
def server(store: Store, plan: Plan) -> Iterator[str]:
    """The address of one that keeps to the plan."""
    behind = _Server(store, plan)
    app = Starlette(routes=[Route("/", behind.ask, methods=["GET", "POST"])])
    with serving(app) as address:
        yield address
