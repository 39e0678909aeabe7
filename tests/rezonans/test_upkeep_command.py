"""`rezonans backup`, `restore`, `forget` as processes: a chDB folder has one owner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rezonans.cli import main
from sinks.clickhouse.client import open_client
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.everything import everything
from tests.sinks.clickhouse.samples import mention, page, spike

ROOT = Path(__file__).resolve().parents[2]


def run(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REZONANS_STATE_DIR": str(state), "REZONANS_STORE__PORT": "1"}
    return subprocess.run(
        arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def rezonans(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(state, sys.executable, "-m", "rezonans", *arguments)


def here(state: Path, deed: str) -> Any:
    done = run(state, sys.executable, "-m", "tests.rezonans.test_upkeep_command", deed, str(state))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def fill(client: Any) -> Any:
    migrate(client)
    said = [mention(f"a:{n}", author=f"a1:{n % 3}") for n in range(40)]
    Writer(client).write([page(*said, sequence=4), page(sequence=5, cursor=None)], [spike()])
    Rollups(client, settle_seconds=0).catch_up()
    return show(client)


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_a_restored_store_equals_the_one_that_was_backed_up(tmp_path: Path) -> None:
    """And forgets, which needs a store as well and a process takes seconds."""
    old, new, copy = tmp_path / "it's old", tmp_path / "new's", tmp_path / "a copy"
    before = here(old, "fill")
    assert before["cursors"] == [["vk/1", "c4", 5]]
    done = rezonans(old, "backup", str(copy))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["mentions"] == 40
    done = rezonans(new, "restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["restored_mentions"] == 40
    assert here(new, "show") == before
    done = rezonans(new, "forget", "--item", "a:1", "--item", "a:2", "--epoch", "a1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["mentions"] == 2 + 38
    assert "is still the epoch of new posts" in done.stderr
    assert "a1:" in before["tables"]["mentions"]
    assert "a1:" not in here(new, "show")["tables"]["mentions"]


def test_a_store_is_never_restored_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "something").touch()
    (tmp_path / "backup.json").write_text('{"format": 1}')
    monkeypatch.setenv("REZONANS_STATE_DIR", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        main(["restore", str(tmp_path)])
    assert left.value.code == 2
    assert "holds a store already; move it away" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("run", "--for", "1"), ("backup", "copy"), ("forget", "--item", "a:1"), ("explain", "x")],
    ids=str,
)
def test_nothing_opens_half_a_store(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "restoring").touch()
    monkeypatch.setenv("REZONANS_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("REZONANS_STORE__PORT", "1")
    monkeypatch.setenv("REZONANS_DESK__PORT", "0")  # that of a run on this machine is taken
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert left.value.code == 2
    assert "a restore was cut off here; `rezonans restore` it again" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["is it?", "no#1"])
def test_data_never_lie_beside_the_folder_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv("REZONANS_STATE_DIR", str(tmp_path / name))
    for port in ("DESK", "STORE"):
        monkeypatch.setenv(f"REZONANS_{port}__PORT", "0")
    with pytest.raises(SystemExit) as left:
        main(["run", "--for", "1"])
    assert left.value.code == 2
    assert "may have no ? and no # in its name" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("forget",), "name what is to be forgotten"),
        (("forget", "--epoch", "A1"), "small letters and digits"),
        (("forget", "--item", "vk"), "--item vk: write it as the store does, platform:id"),
        (("backup", "copy"), "holds no store yet"),
        (("restore", "nothing"), "is no backup"),
        (("open-data", "x.csv", "--since", "soon", "--until", "2026-03-01"), "write it like"),
        (("open-data", "x.csv", "--since", "2026-03-02", "--until", "2026-03-01"), "days after"),
        (
            ("open-data", "x", "--since", "2026-03-01", "--until", "2026-03-01", "--least", "5"),
            "--least 5: 20 to",
        ),
        (
            ("open-data", "x", "--since", "2026-03-01", "--until", "2029-03-01"),
            "a day is published once",
        ),
    ],
)
def test_mistakes_are_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.setenv("REZONANS_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("REZONANS_STORE__PORT", "1")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert left.value.code == 2
    assert words in capsys.readouterr().err


def show(client: Any) -> Any:
    cursors = client.query("SELECT target, cursor, sequence FROM cursors_latest").result_rows
    flow = client.query("SELECT sum(posts) FROM flow WHERE grain = 86400").result_rows
    tables = everything(client)
    return {"cursors": cursors, "flow": flow, "tables": dict(tables)}


if __name__ == "__main__":
    opened = open_client(f"chdb://{sys.argv[2]}/store")
    print(json.dumps({"fill": fill, "show": show}[sys.argv[1]](opened), default=str))
