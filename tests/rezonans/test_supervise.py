"""Children live as long as the supervisor wants, and no longer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from rezonans.supervise import Child, Refused, Supervisor

SLEEPS = "import time; time.sleep(600)"
DEAF = (
    "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
)


def child(name: str, code: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *arguments])


def play(
    children: list[Child], until: Callable[[Supervisor, list[str]], bool]
) -> tuple[Supervisor, list[str], list[psutil.Process]]:
    """Run children until a condition holds, then stop them."""
    said: list[str] = []
    epochs = iter(range(100))
    supervisor = Supervisor(
        children, lambda: {"EPOCH": str(next(epochs))}, said.append, stop_seconds=1.0
    )
    alive: list[psutil.Process] = []

    async def scenario() -> None:
        stop = asyncio.Event()
        await supervisor.start()
        watching = asyncio.ensure_future(supervisor.watch(stop))
        async with asyncio.timeout(30):
            while not until(supervisor, said) and not watching.done():  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # processes have no event of ours
        alive.extend(psutil.Process().children())
        stop.set()
        try:
            await watching
        finally:
            await supervisor.stop()

    asyncio.run(scenario())
    return supervisor, said, alive


def test_child_that_dies_is_started_again_and_counted() -> None:
    supervisor, said, alive = play(
        [child("log", SLEEPS), child("worker", "raise SystemExit(3)")],
        lambda s, _: s.restarted.get("worker", 0) >= 2,
    )
    assert "worker ended (exit code 3); starting it again (restart 1)" in said
    assert "log" not in supervisor.restarted
    assert not any(process.is_running() for process in alive)


def test_dead_log_takes_the_others_into_a_new_epoch(tmp_path: Path) -> None:
    note = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], os.environ['EPOCH']).touch();"
    first_life = "import os, sys, time; time.sleep(1 if os.environ['EPOCH'] == '0' else 600)"
    supervisor, said, _ = play(
        [child("log", first_life), child("worker", note + "time.sleep(600)", str(tmp_path))],
        lambda *_: (tmp_path / "1").exists(),
    )
    assert {path.name for path in tmp_path.iterdir()} == {"0", "1"}
    assert supervisor.restarted == {"log": 1, "worker": 1}
    assert any("the log is gone" in line for line in said)


def test_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    _, _, alive = play(
        [child("log", SLEEPS), child("worker", DEAF, str(deaf))], lambda *_: deaf.exists()
    )
    assert alive
    assert not any(process.is_running() for process in alive)


def test_child_that_needs_a_person_ends_the_run() -> None:
    with pytest.raises(Refused, match="worker can not start"):
        play(
            [
                child("log", SLEEPS),
                child("worker", "import time; time.sleep(.5); raise SystemExit(2)"),
            ],
            lambda *_: False,
        )


def test_slow_start_is_cut_short_by_the_stop() -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    async def scenario() -> float:
        slow = Child("worker", [sys.executable, "-c", SLEEPS], never)
        supervisor = Supervisor([child("log", SLEEPS), slow], dict, lambda _: None)
        starting = asyncio.ensure_future(supervisor.start())
        await asyncio.sleep(0.5)
        began = asyncio.get_running_loop().time()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await supervisor.stop()
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(scenario()) < 5
    assert not psutil.Process().children()
