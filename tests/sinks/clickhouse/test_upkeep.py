"""What the operator does to a store that runs; and whom it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from rezonans.troubles import Busy
from sinks.clickhouse.backup import BackupError, read_note, restoring, unfinished
from sinks.clickhouse.door import door
from sinks.clickhouse.upkeep import Upkeep, with_upkeep
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.dying import Killed
from tests.sinks.clickhouse.everything import holding
from tests.sinks.clickhouse.samples import TEXTS, mention, page
from tests.sinks.conftest import Store

Post = Callable[..., httpx.Response]


def posting(store: Store, upkeep: Any) -> Post:
    app = with_upkeep(door(store.engine(), "readers", hosts=()), upkeep, "operators", ())

    def post(path: str, token: str = "operators", host: str = "127.0.0.1", **asked: Any) -> Any:
        async def send() -> httpx.Response:
            inside = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=inside, base_url=f"http://{host}") as client:
                headers = {"X-ClickHouse-Key": token}
                return await client.post(path, params=asked, headers=headers)

        return asyncio.run(send())

    return post


@pytest.fixture
def post(store: Store) -> Post:
    return posting(store, Upkeep(store.another_client, store.path))


def test_an_item_is_forgotten_while_the_store_runs(post: Post, store: Store) -> None:
    Writer(store.client).write([page(mention("a:1"), mention("a:2", text=TEXTS[1]))])
    answer = post("/forget", item="a:1")
    assert answer.json() == {"mentions": 1, "hours": 1, "spikes": 0}
    assert holding(store.client, TEXTS[0]) == set()
    assert holding(store.client, TEXTS[1]) == {"mentions"}


def test_days_are_fixed_while_the_store_runs(post: Post, store: Store) -> None:
    Writer(store.client).write([page(*[mention(f"a:{n}", author=f"a1:{n}") for n in range(3)])])
    asked = {"since": "2026-03-01", "until": "2026-03-02"}
    assert post("/publish", **asked).json() == {"days_given_before": 0, "days_fixed_now": 2}
    assert post("/publish", **asked).json() == {"days_given_before": 2, "days_fixed_now": 0}
    soon = post("/publish", since="2026-03-01", until="2200-01-01")
    assert (soon.status_code, "may be published today" in soon.text) == (409, True)


@pytest.mark.parametrize("path", ["/forget", "/backup", "/publish"])
def test_a_readers_token_opens_nothing_of_it(post: Post, store: Store, path: str) -> None:
    Writer(store.client).write([page(mention("a:1"))])
    asked = {"item": "a:1", "folder": "/nowhere/else", "since": "2026-03-01", "until": "2026-03-01"}
    assert post(path, token="readers", **asked).status_code == 401
    assert post(path, token="", **asked).status_code == 401
    assert post(path, host="evil.example", **asked).status_code == 421
    assert holding(store.client, TEXTS[0]) == {"mentions"}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/forget", {}),
        ("/forget", {"epoch": "A' OR 1"}),
        ("/forget", {"item": "vk"}),
        ("/backup", {"folder": "not/absolute"}),
        ("/publish", {"since": "soon", "until": "2026-03-01"}),
    ],
)
def test_what_is_not_understood_is_said(post: Post, path: str, asked: dict[str, str]) -> None:
    assert post(path, **asked).status_code == 400


def test_a_backup_is_written_to_a_new_folder(post: Post, store: Store, tmp_path: Path) -> None:
    Writer(store.client).write([page(mention("a:1"))])
    target = tmp_path / "copies" / "one"
    noted = post("/backup", folder=str(target)).json()
    assert (noted["mentions"], noted["targets"], noted["database"]) == (1, 1, store.database)
    assert read_note(target) == noted
    assert {path.name for path in target.iterdir()} == {"backup.json", "cursors.tar", "rows.tar"}
    again = post("/backup", folder=str(target))
    assert (again.status_code, "is there already" in again.text) == (409, True)
    assert not list((store.path.with_name(f"{store.path.name}-backups")).iterdir())


def test_what_a_killed_backup_has_left_is_cleared_away(
    post: Post, store: Store, tmp_path: Path
) -> None:
    left = store.path.with_name(f"{store.path.name}-backups") / "20260302T120000000000"
    left.mkdir(parents=True)
    (left / "rows.tar").write_text("half")
    (tmp_path / "one.part").mkdir()
    (tmp_path / "one.part" / "backup.json").write_text("{}")
    assert post("/backup", folder=str(tmp_path / "one")).status_code == 200
    assert not left.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"one"}


def test_a_store_is_marked_until_it_is_whole(tmp_path: Path) -> None:
    store = tmp_path / "store"

    def killed() -> None:
        with restoring(store):
            (store / "half").mkdir()
            raise Killed

    with pytest.raises(Killed):
        killed()
    assert unfinished(store).exists()
    with restoring(store):
        assert list(store.iterdir()) == [unfinished(store)]
        (store / "whole").touch()
    assert not unfinished(store).exists()
    with pytest.raises(BackupError, match="holds a store already"), restoring(store):
        pass
    assert (store / "whole").exists()


def test_a_busy_store_says_so(store: Store, tmp_path: Path) -> None:
    class Full:
        def back_up(self, _: Path) -> Any:
            raise Busy("store, backing up: no space left", 5.0)

    answer = posting(store, Full())("/backup", folder=str(tmp_path / "x"))
    assert (answer.status_code, answer.text) == (503, "store, backing up: no space left")


@pytest.mark.parametrize("text", [None, "not json", "[]", '{"format": 2}'])
def test_what_is_no_backup_is_said(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "backup.json").write_text(text)
    with pytest.raises(BackupError, match=r"is no backup|of another version"):
        read_note(tmp_path)
