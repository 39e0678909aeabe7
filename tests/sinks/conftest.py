"""A real chDB for the tests of the store; a process has room for one engine."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sinks.clickhouse.client import Client, open_client
from sinks.clickhouse.columns import TABLES
from sinks.clickhouse.engine import Engine, Limits
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import TABLES as COMPUTED

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Store:
    """A migrated, empty store."""

    path: Path
    database: str
    client: Client

    def another_client(self) -> Client:
        return open_client(f"chdb://{self.path}", database=self.database)

    def engine(self, limits: Limits | None = None) -> Engine:
        return Engine(self.path, self.database, limits or Limits())


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one folder that chDB may open in this process."""
    return tmp_path_factory.mktemp("chdb")


@pytest.fixture
def empty_store(store_folder: Path) -> Iterator[Store]:
    """A database of its own without tables."""
    database = f"test_{next(_numbers)}"
    client = open_client(f"chdb://{store_folder}", database=database)
    yield Store(store_folder, database, client)
    client.command(f"DROP DATABASE {database}")
    client.close()


@pytest.fixture(scope="session")
def migrated_store(store_folder: Path) -> Iterator[Store]:
    client = open_client(f"chdb://{store_folder}", database="shared_by_tests")
    migrate(client)
    yield Store(store_folder, "shared_by_tests", client)
    client.close()


@pytest.fixture
def store(migrated_store: Store) -> Store:
    """A migrated store without rows."""
    for table in (*TABLES, *COMPUTED, "published_days", "place_names"):
        migrated_store.client.command(f"TRUNCATE TABLE {table}")
    return migrated_store
