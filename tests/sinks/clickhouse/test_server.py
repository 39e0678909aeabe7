"""The way of production, over HTTP: what is written stands once, whatever the server does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rezonans.records import Mentions
from rezonans.troubles import Busy
from sinks.clickhouse.client import open_client
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.everything import everything
from tests.sinks.clickhouse.samples import NOW, fact, mention, page, spike
from tests.sinks.clickhouse.server import FAULTS, Fault, Plan, server
from tests.sinks.clickhouse.test_rollup import equal_to_a_recount, ticking
from tests.sinks.conftest import Store

STANDING = "SELECT item, text, deleted FROM mentions FINAL ORDER BY item"
CURSORS = "SELECT target, cursor, sequence FROM cursors_latest ORDER BY target"


def client_of(address: str, store: Store, seconds: int = 20) -> Any:
    return open_client(address, database=store.database, patience_seconds=seconds)


def pages() -> list[Mentions]:
    said = [mention(f"a:{n}", published_at=NOW - timedelta(minutes=20 * n)) for n in range(8)]
    edited = mention("a:1", event="edited", revision=3, text="иначе")
    return [page(*said), page(edited, fact("a:2", "deleted"), sequence=2)]


def expected(store: Store) -> tuple[Any, Any]:
    client = store.client
    return client.query(STANDING).result_rows, client.query(CURSORS).result_rows


def at() -> datetime:
    return NOW


@pytest.fixture
def plan() -> Plan:
    return Plan()


@pytest.fixture
def address(store: Store, plan: Plan) -> Iterator[str]:
    with server(store, plan) as found:
        yield found


def test_the_server_takes_schema_rows_and_rollups(empty_store: Store) -> None:
    with server(empty_store, Plan()) as address:
        client = client_of(address, empty_store)
        assert migrate(client)[0] == "0001_mentions"
        assert migrate(client) == []
        now = ticking()
        writer = Writer(client, now)
        for one in pages():
            writer.write([one], [spike()])
        Rollups(client, now, settle_seconds=0).catch_up()
        equal_to_a_recount(client)
        assert len(client.query(STANDING).result_rows) == 8
        writer.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_in_trouble_is_busy_and_the_same_call_is_repeated(
    store: Store, address: str, plan: Plan, fault: Fault
) -> None:
    client = client_of(address, store, seconds=1)
    plan.faults = {1: fault, 3: fault}
    writer, tries = Writer(client, at), 0
    for one in pages():
        tries += _patiently(writer.write, [one])
    # a connection that breaks is asked again at once by the client itself
    assert tries == 2 or fault.startswith("dies")
    found = expected(store)
    assert found[1] == [("vk/1", "c2", 2)]
    assert [row[0] for row in found[0]] == [f"a:{n}" for n in range(8)]
    client.close()


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.integers(0, 24), st.sampled_from(["refuses", "dies", "full"])))
def test_what_stands_does_not_depend_on_the_faults(
    store: Store, address: str, plan: Plan, faults: dict[int, Fault]
) -> None:
    for table in everything(store.client):
        if table != "migrations":
            store.client.command(f"TRUNCATE TABLE {table}")
    client = client_of(address, store)
    plan.faults, plan.asked = faults, 0
    writer, now = Writer(client, at), ticking()
    for one in pages():
        _patiently(writer.write, [one])
    _patiently(Rollups(client, now, settle_seconds=0).catch_up)
    equal_to_a_recount(store.client)
    found = expected(store)
    assert [row[2] for row in found[0]] == [0, 0, 1, 0, 0, 0, 0, 0]
    assert found[1] == [("vk/1", "c2", 2)]
    client.close()


def _patiently(call: Any, *given: Any) -> int:
    """Call until it is not busy; how often it was."""
    for busy in count():
        try:
            call(*given)
        except Busy:
            continue
        return busy
    raise AssertionError


def test_a_closed_port_is_busy_and_named_without_its_password() -> None:
    with pytest.raises(Busy, match=r"store at http://127\.0\.0\.1:1: ") as raised:
        open_client("http://reader:secret@127.0.0.1:1")
    assert "secret" not in str(raised.value)
