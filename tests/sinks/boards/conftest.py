"""Boards over a store that holds a small year."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from sinks import boards
from sinks.boards.macros import Values
from sinks.clickhouse import place_names
from sinks.clickhouse.client import open_client
from sinks.clickhouse.engine import Engine, Limits
from sinks.clickhouse.guard import Guard
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.boards import year
from tests.sinks.boards.slowly.question import Question
from tests.sinks.boards.story import UNTIL, told
from tests.sinks.clickhouse import recount
from tests.sinks.conftest import Store

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Answer:
    rows: Rows
    types: dict[str, str] = field(default_factory=dict)
    """Of the columns, in their order."""


class Asked:
    """A store as Grafana asks it: macros expanded, checked at the door, run."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._guard = Guard(engine.database, engine.functions())

    def __call__(
        self,
        name: str,
        since: datetime,
        until: datetime,
        chosen: Values | None = None,
        interval_seconds: int = 60,
    ) -> Answer:
        text = boards.expand(boards.sql(name), since, until, interval_seconds, chosen)
        checked = self._guard.check(text)
        return self._answer(checked.text)

    def run(self, sql: str) -> dict[str, Any]:
        """The one row of a query of a test's own."""
        [row] = self._answer(sql).rows
        return row

    def _answer(self, sql: str) -> Answer:
        found = json.loads(self.engine.run(sql, "JSON", {}).body)
        return Answer(found["data"], {one["name"]: one["type"] for one in found["meta"]})


def roll_up(store: Store, now: datetime) -> None:
    """Compute the rollups of all that was written."""
    seconds = count()
    clock: Callable[[], datetime] = lambda: now + timedelta(seconds=next(seconds))  # noqa: E731
    Rollups(store.client, clock, settle_seconds=0).catch_up()


@pytest.fixture(scope="session")
def asked_of_a_year(store_folder: Any) -> Iterator[Asked]:
    """The small year of `year.py`; nobody writes to it."""
    client = open_client(f"chdb://{store_folder}", database="year_of_boards")
    migrate(client)
    place_names.fill(client)
    store = Store(store_folder, "year_of_boards", client)
    writer = Writer(client, lambda: year.UNTIL)
    *past, last = year.pages(random.Random(7))
    writer.write(past)
    writer.write([last], year.spikes(), year.letters(), year.actions())
    roll_up(store, year.UNTIL)
    yield Asked(store.engine(Limits()))
    client.close()


@dataclass(frozen=True)
class Told:
    asked: Asked
    question: Question

    def of(self, days: int, step: int, chosen: Mapping[str, Sequence[str]]) -> Question:
        since = (UNTIL - timedelta(days=days)).replace(tzinfo=None)
        return replace(self.question, since=since, step=step, chosen=chosen)


@pytest.fixture(scope="session")
def story(store_folder: Any) -> Iterator[Told]:
    """The story of `story.py`, with the rows that are left of it; nobody writes to it."""
    client = open_client(f"chdb://{store_folder}", database="exact")
    migrate(client)
    place_names.fill(client)
    store = Store(store_folder, "exact", client)
    told(store, seed=3)
    rows = recount.stored(client)
    marks = client.query("SELECT subject, at FROM actions WHERE verb = 'answered'").result_rows
    answered = {subject.removeprefix("item:"): at for subject, at in marks}
    end = UNTIL.replace(tzinfo=None)
    question = Question(rows, end, end, 0, {}, answered)
    yield Told(Asked(store.engine()), question)
    client.close()
