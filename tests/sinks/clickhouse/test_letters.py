"""The operator's window: bytes of a dead letter for its token, for nobody else."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from rezonans.records import DeadLetter
from sinks.clickhouse.door import door
from sinks.clickhouse.letters import PATH, payload, with_window
from sinks.clickhouse.reader import QueryError
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW
from tests.sinks.conftest import Store

LETTER = DeadLetter(
    at=NOW,
    stage="understand",
    kind="invalid",
    reason="r",
    place="posts/0/1/2",
    digest="abc",
    payload='{"text":"кавычка \\" и\tтабуляция"}',
)
NAMES = {"stage": LETTER.stage, "place": LETTER.place, "digest": LETTER.digest}


@pytest.fixture
def window(store: Store) -> httpx.ASGITransport:
    Writer(store.client).write(dead_letters=[LETTER])
    app = door(store.engine(), "readers-token", hosts=("store",))
    return httpx.ASGITransport(with_window(app, store.engine(), "operators-token", ("store",)))


def ask(window: httpx.ASGITransport, token: str, **names: str) -> str | None:
    return asyncio.run(payload("http://store", token, {**NAMES, **names}, window))


def test_the_operator_sees_the_bytes(window: httpx.ASGITransport) -> None:
    assert ask(window, "operators-token") == LETTER.payload
    assert ask(window, "operators-token", digest="x' OR 1=1 --") is None


@pytest.mark.parametrize("token", ["readers-token", "", "operators"])
def test_nobody_else_does(window: httpx.ASGITransport, token: str) -> None:
    with pytest.raises(QueryError, match=r"operator\.token"):
        ask(window, token)


def test_a_name_that_is_not_ours_is_turned_away(window: httpx.ASGITransport) -> None:
    async def stranger() -> int:
        async with httpx.AsyncClient(transport=window, base_url="http://evil.kz") as client:
            answer = await client.get(
                PATH, params=NAMES, headers={"X-ClickHouse-Key": "operators-token"}
            )
            return answer.status_code

    assert asyncio.run(stranger()) == 421


def test_a_window_without_a_token_is_none(store: Store) -> None:
    with pytest.raises(ValueError, match="REZONANS_STORE__OPERATOR"):
        with_window(door(store.engine(), "t"), store.engine(), "", ())
