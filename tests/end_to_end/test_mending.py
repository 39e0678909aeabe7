"""Dead letters of the embedded default: found, repaired, sent again, guarded."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from models import weights
from models.weights import ARTIFACTS
from tests.end_to_end.ground import ask
from tests.end_to_end.mending import mend, poison
from tests.end_to_end.running import Running, environment, running, wait_for
from tests.end_to_end.typed import typed

OURS = "SELECT item FROM mentions_public WHERE platform = 'test'"
QUIET = {
    "REZONANS_COLLECTORS__QUIET__KIND": "simulate",
    "REZONANS_COLLECTORS__QUIET__LEGAL_BASIS": "test",
    "REZONANS_COLLECTORS__QUIET__POSTS_PER_DAY": "1000",
    "REZONANS_COLLECTORS__QUIET__INCIDENTS": "false",
    "REZONANS_COLLECTORS__QUIET__HISTORY_DAYS": "0.001",
}


def other_weights(folder: Path) -> Path:
    """The packaged weights under another version."""
    shutil.copytree(ARTIFACTS, folder)
    path = folder / "topic" / "manifest.json"
    manifest = msgspec.json.decode(path.read_bytes(), type=weights.Manifest)
    settings = manifest.settings | {"second": manifest.settings["second"] + 0.01}
    other = msgspec.structs.replace(manifest, settings=settings)
    other = msgspec.structs.replace(other, version=weights.version_of(other))
    path.write_bytes(msgspec.json.encode(other))
    return folder


def _lost_store_is_filled_from_the_log(command: Callable[..., str], run: Running) -> None:
    """The disk of the store is gone, the log is not: what it holds goes the whole way again."""
    run.kill("store")
    (run.state / "store").rename(run.state / "lost")
    wait_for(lambda: ask(run.addresses(), run.state, "SELECT count() FROM looks"), 60)

    def said(*arguments: str) -> dict[str, Any]:
        return dict(json.loads(command("replay", "--log", *arguments).splitlines()[-1]))

    count = said("--dry-run")
    assert count["not_stored"] >= 2
    assert count["older_models"] == 0
    done = said()
    assert done["stored_again"] == done["not_stored"] >= count["not_stored"]
    assert done["left"] == 0
    assert said("--dry-run")["not_stored"] == 0


def _understand_again(command: Callable[..., str], weights: Path) -> None:
    """From the store by other weights, from the log by those of before; every row once."""
    other = {"REZONANS_MODELS__WEIGHTS": str(weights)}

    def said(*arguments: str, **env: str) -> dict[str, Any]:
        return dict(json.loads(command("replay", *arguments, **env).splitlines()[-1]))

    count = said("--stored", "--dry-run")
    assert count["would_understand"] == 0, "these models have labelled all of it"
    done = said("--stored", **other)
    assert done["understood"] == done["replaced"] >= count["stored"] >= 2
    assert done["left"] == 0
    back = said("--log")
    assert back["replaced"] == back["older_models"] >= count["stored"]
    assert (back["left"], back["not_stored"]) == (0, 0)
    assert "one of them" in command("replay", "posts.jsonl", "--log", code=2)


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_what_was_left_out_is_mended_and_sent_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(state, env=QUIET) as run:
        addresses = run.addresses()
        port = addresses["store"].rpartition(":")[2]

        def command(*arguments: str, code: int = 0, **env: str) -> str:
            own = environment(state, REZONANS_STORE__PORT=port, **env)
            return typed(*arguments, env=own, code=code)

        poison([addresses["log"]])
        mend(partial(command, "dead-letters"), tmp_path)
        items = ask(addresses, state, OURS)
        _understand_again(command, other_weights(tmp_path / "weights"))
        _lost_store_is_filled_from_the_log(command, run)
        again = ask(addresses, state, OURS)
    assert sorted(items) == sorted(again) == ["test:1", "test:2"]
    (state / "store").rename(state / "made-again")
    (state / "lost").rename(state / "store")
    stopped = subprocess.run(
        [sys.executable, "-m", "rezonans", "dead-letters", "list"],
        env=environment(state),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert len(stopped.stdout.splitlines()) == 3, "without a run the folder is read"
