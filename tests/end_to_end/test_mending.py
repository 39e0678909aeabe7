"""Dead letters of the embedded default: found, repaired, sent again, guarded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.ground import ask
from tests.end_to_end.mending import mend, poison
from tests.end_to_end.running import environment, running

QUIET = {
    "REZONANS_COLLECTORS__QUIET__KIND": "simulate",
    "REZONANS_COLLECTORS__QUIET__LEGAL_BASIS": "test",
    "REZONANS_COLLECTORS__QUIET__POSTS_PER_DAY": "1000",
    "REZONANS_COLLECTORS__QUIET__HISTORY_DAYS": "0.001",
}


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_what_was_left_out_is_mended_and_sent_once(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(state, env=QUIET) as run:
        addresses = run.addresses()
        port = addresses["store"].rpartition(":")[2]

        def command(*arguments: str, code: int = 0) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "rezonans", "dead-letters", *arguments],
                env=environment(state, REZONANS_STORE__PORT=port),
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == code, done.stdout + done.stderr
            return done.stdout + (done.stderr if code == 2 else "")

        poison([addresses["log"]])
        mend(command, tmp_path)
        items = ask(addresses, state, "SELECT item FROM mentions_public WHERE platform = 'test'")
    assert sorted(items) == ["test:1", "test:2"]
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
