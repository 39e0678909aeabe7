"""Children live as long as the supervisor wants, and no longer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from rezonans.supervise import Child, Refused, Roll, Supervisor

SLEEPS = "import time; time.sleep(600)"
DEAF = (
    "import pathlib, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
)


def child(name: str, code: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *arguments])


def play(
    children: list[Child],
    until: Callable[[Supervisor, list[str]], bool],
    roll: Roll | None = None,
) -> tuple[Supervisor, list[str], list[psutil.Process]]:
    """Run children until a condition holds, then stop them."""
    said: list[str] = []
    epochs = iter(range(100))
    supervisor = Supervisor(
        children, lambda: {"EPOCH": str(next(epochs))}, said.append, stop_seconds=1.0, roll=roll
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


NOTE = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], os.environ['EPOCH']).touch();"


def rolled(tmp_path: Path, *, through: bool) -> tuple[Supervisor, list[str], list[str]]:
    """A log that is long once; what the steps of a roll saw running."""
    long = iter([True])
    steps: list[str] = []

    async def due(rss_mb: float) -> bool:
        assert rss_mb > 1
        return next(long, False)

    async def wait() -> bool:
        steps.append("through")
        return through

    supervisor, said, _ = play(
        [
            child("log", SLEEPS),
            child("worker", NOTE + "time.sleep(600)", str(tmp_path)),
            child("collect", SLEEPS),
            child("store", SLEEPS),
        ],
        lambda _, said: bool(said) and said[-1].startswith(("a new log", "something")),
        Roll(due, ["collect"], wait, [{"worker"}, {"store"}], every_seconds=0.0),
    )
    return supervisor, said, steps


def test_a_long_log_is_rolled_when_everything_is_through(tmp_path: Path) -> None:
    supervisor, said, steps = rolled(tmp_path, through=True)
    assert steps == ["through", "through"], "before the worker stops, and before the store does"
    assert supervisor.rolls == 1
    assert supervisor.restarted == {}, "nothing has failed"
    assert said[-1] == "a new log (roll 1)"


def test_a_log_that_is_not_through_stays(tmp_path: Path) -> None:
    supervisor, said, _ = rolled(tmp_path, through=False)
    assert supervisor.rolls == 0
    assert "not through" in said[-1]


def test_a_log_that_dies_while_a_child_gets_ready_is_not_waited_for(tmp_path: Path) -> None:
    """Without a log the child never gets ready; the log has to be started first."""

    async def never() -> None:
        await asyncio.sleep(600)

    async def at_once() -> None:
        return

    first_life = "import os, sys, time; time.sleep(1 if os.environ['EPOCH'] == '0' else 600)"
    died = "import os, time; time.sleep(0.5 if os.environ['EPOCH'] == '0' else 600)"
    lives = iter([at_once, never, at_once])

    async def ready() -> None:
        await next(lives)()

    slow = Child("worker", [sys.executable, "-c", died], ready)
    _, said, _ = play(
        [child("log", first_life), slow], lambda s, said: s.restarted.get("log", 0) == 1
    )
    assert any("the log is gone" in line for line in said)


def test_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    _, _, alive = play(
        [child("log", SLEEPS), child("worker", DEAF, str(deaf))], lambda *_: deaf.exists()
    )
    assert alive
    assert not any(process.is_running() for process in alive)


def test_a_stop_that_is_cut_short_forgets_no_child(tmp_path: Path) -> None:
    """A signal while the log is being replaced: the children were on their way out."""
    deaf = tmp_path / "deaf"

    async def scenario() -> None:
        children = [child("log", SLEEPS), child("worker", DEAF, str(deaf))]
        supervisor = Supervisor(children, dict, lambda _: None, stop_seconds=1.0)
        await supervisor.start()
        async with asyncio.timeout(30):
            while not deaf.exists():  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # processes have no event of ours
        stopping = asyncio.ensure_future(supervisor.stop())
        await asyncio.sleep(0.2)
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
        assert len(psutil.Process().children()) == 2
        await supervisor.stop()
        assert not psutil.Process().children()

    asyncio.run(scenario())


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
