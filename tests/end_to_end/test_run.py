"""The whole of it, as a user starts it: the real embedded log, store, worker, desk."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from pytest_httpserver import HTTPServer

from sinks.clickhouse.reader import Store
from tests.end_to_end.ground import (
    LETTERS,
    LIVE,
    STEADY,
    ask,
    at_any_hour,
    count,
    cursor,
    shown,
    variables,
)
from tests.end_to_end.running import environment, running, wait_for

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


def test_a_post_becomes_an_explained_spike_on_the_desk(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    """The numbers that the README promises of `run --for 90`, an alert, and what people order."""
    state = tmp_path / "state"
    httpserver.expect_request("/hook").respond_with_data("")
    channels = {
        "REZONANS_ALERTS__PRESS__URL": httpserver.url_for("/hook").replace("http:", "json:"),
        "REZONANS_ALERTS__PRESS__LANGUAGE": "kk",
        "REZONANS_ALERTS__DEAD__URL": "json://127.0.0.1:9/nobody",
    }
    with running(state, "--for", "110", env=channels) as run:
        addresses = run.addresses()
        switch = _crisis_mode(addresses, run.state)
        health = httpx.get(f"{addresses['desk']}health", timeout=10)
        assert health.status_code == 200
        page = wait_for(
            lambda: (
                (text := httpx.get(addresses["desk"], timeout=10).text)
                and 'class="spike' in text
                and text
            ),
            90,
        )
        assert "симуляц" in page.lower()
        assert switch.wait(60) == 0
        _orders_take_effect(addresses, run.state, httpserver, page)
        summary = run.summary(150)
    heard = [request.get_json() for request, _ in httpserver.log]
    alert = next(one for one in heard if "СИМУЛЯЦИЯ" in one["title"])
    assert "әдетте" in alert["message"], "in Kazakh, with what is usual"
    assert summary["posts"] == summary["mentions"] == summary["stored"]
    assert summary["stored"] == summary["distinct_stored"] > 20_000
    assert summary["live_posts"] >= 100
    assert summary["spikes"] >= 1
    assert summary["dead_letters"] == 0
    assert 0 < summary["p50_seconds"] <= summary["p99_seconds"] < 10
    assert summary["restarts"] == 0
    assert not (state / "run.json").exists()


def _crisis_mode(addresses: dict[str, Any], state: Path) -> subprocess.Popen[bytes]:
    """Switched on by command, while the rest goes on."""
    command = [sys.executable, "-m", "rezonans", "alerts", "crisis", "on", "--by", "Айгүл"]
    env = environment(state, REZONANS_STORE__PORT=addresses["store"].rpartition(":")[2])
    return subprocess.Popen(command, env=env, cwd=state.parent)


def _orders_take_effect(
    addresses: dict[str, Any], state: Path, httpserver: HTTPServer, page: str
) -> None:
    """By command and by the page: the channel hears of it, the store has it, in seconds."""

    def heard() -> bool:
        return any(
            request.get_json()["title"].startswith("Дағдарыс режимі қосылды")
            for request, _ in httpserver.log
        )

    wait_for(heard, 15)
    with httpx.Client(base_url=addresses["desk"], timeout=10) as browser:
        token = re.search(r'name="token" value="(\w+)"', browser.get("/").text)
        spike = re.search(r'value="acknowledge (spike:\w+)"', page)
        assert token
        assert spike
        form = {"token": token[1], "by": "Ержан", "do": f"acknowledge {spike[1]}", "back": "/"}
        assert browser.post("/actions", data=form).status_code == 303
        wait_for(lambda: "В работе: Ержан" in browser.get("/").text, 5)
    secret = (state / "secrets" / "store.token").read_text(encoding="utf-8").strip()
    store = Store(addresses["store"], secret)

    def told() -> set[tuple[str, str]]:
        rows = store.query_sync("SELECT told, outcome FROM alerts WHERE channel = 'press'")
        return {(row["told"], row["outcome"]) for row in rows}

    def done() -> set[tuple[str, str]]:
        rows = store.query_sync("SELECT verb, by FROM actions")
        return {(row["verb"], row["by"]) for row in rows}

    wait_for(lambda: {("opened", "sent"), ("crisis", "sent")} <= told(), 15)
    wait_for(lambda: {("crisis", "Айгүл"), ("acknowledge", "Ержан")} <= done(), 15)
    store.close()


def test_kill_of_worker_and_store_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    load = {
        "REZONANS_COLLECTORS__LOAD__KIND": "simulate",
        "REZONANS_COLLECTORS__LOAD__LEGAL_BASIS": "test",
        "REZONANS_COLLECTORS__LOAD__POSTS_PER_DAY": str(at_any_hour(4_000_000)),
        "REZONANS_COLLECTORS__LOAD__HISTORY_DAYS": "0.005",
    }
    with running(tmp_path / "state", "--for", "70", env=load) as run:
        addresses = run.addresses()
        wait_for(lambda: count(addresses, run.state) > 1_000, 60)
        for victim in ("worker", "store"):
            child = run.child(victim)
            child.kill()
            wait_for(lambda c=child: not c.is_running() or c.status() == psutil.STATUS_ZOMBIE, 5)
            wait_for(lambda v=victim: _alive(run, v), 30)
        summary = run.summary(150)
    assert summary["restarts"] == 2
    assert summary["posts"] == summary["stored"] == summary["distinct_stored"] > 2_000
    assert summary["dead_letters"] == 0


def _alive(run: object, name: str) -> bool:
    try:
        return bool(run.child(name).is_running())  # type: ignore[attr-defined]
    except AssertionError:
        return False


def test_long_log_is_rolled_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(state, env={**variables(STEADY), "REZONANS_KAFKA__ROLL_MESSAGES": "30"}) as run:
        addresses = run.addresses()
        old_log = run.child("log").pid
        wait_for(lambda: _rolls(addresses) >= 1, 300)
        assert run.child("log").pid != old_log
        before = count(addresses, state)
        wait_for(lambda: count(addresses, state) > before + 200, 90)
        reached = cursor(addresses, state)
        stored = ask(addresses, state, LIVE)
        letters = ask(addresses, state, LETTERS)
    assert len(stored) == len(set(stored))
    there = shown(STEADY, reached)
    assert len(there) > 200
    assert there <= set(stored)
    assert letters == ["0"]


def _rolls(addresses: dict[str, Any]) -> int:
    """New lives of the log, as the supervisor's metrics say."""
    text = httpx.get(addresses["metrics"]["run"], timeout=10).text
    return int(float(text.split("\nrezonans_log_rolls_total ")[1].split()[0]))


def _wait_for_history(addresses: dict[str, str], state: Path) -> None:
    wait_for(lambda: count(addresses, state) > 20_000, 90)


def test_stops_within_seconds_leaves_no_orphan_and_starts_again_on_its_data(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    with running(state) as run:
        addresses = run.addresses()
        _wait_for_history(addresses, state)
        said = _doctor(state)
        assert "the store answers" in said
        assert "stands still" not in said, "what moves is well, however much is still to come"
        family = psutil.Process(run.process.pid).children(recursive=True)
        assert len(family) >= 5
        assert state.stat().st_mode & 0o077 == 0, "what is stored is nobody else's to read"
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(timeout=15) == 0
        assert psutil.wait_procs(family, timeout=1)[1] == []
    with running(state) as again:
        addresses = again.addresses()
        assert count(addresses, state) > 20_000


def _doctor(state: Path) -> str:
    """What `rezonans doctor` says of a run."""
    return subprocess.run(
        [sys.executable, "-m", "rezonans", "doctor"],
        env=environment(state),
        cwd=state.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    ).stdout


def test_the_doctor_says_when_nothing_runs(tmp_path: Path) -> None:
    assert _doctor(tmp_path / "state").startswith("WRONG  nothing is running -> start it:")


def test_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux ends children with their parent")
    with running(tmp_path / "state") as run:
        run.addresses()
        family = psutil.Process(run.process.pid).children(recursive=True)
        run.process.kill()
        run.process.wait(timeout=5)
        assert psutil.wait_procs(family, timeout=5)[1] == []


def refused(tmp_path: Path, *arguments: str, **env: str) -> str:
    """What `rezonans` says when it refuses to start; always exit code 2, never a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "rezonans", *arguments],
        env=environment(tmp_path / "state", **env),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    said = done.stderr.strip()
    assert said.startswith("rezonans: ")
    assert "\n" not in said, "one sentence"
    return said


def test_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, "run", REZONANS_DESK__PORT=port)
    assert port in said
    assert "REZONANS_DESK__PORT" in said


def test_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refused(tmp_path, "run", REZONANS_STATE_DIR=str(tmp_path / "file" / "state"))
    assert "state_dir" in said


def test_wrong_settings_are_said(tmp_path: Path) -> None:
    assert "unknown" in refused(tmp_path, "run", REZONANS_DEKS__PORT="1")
    assert "kind" in refused(tmp_path, "run", REZONANS_COLLECTORS__A__KIND="nonsense")
    assert "--for" in refused(tmp_path, "run", "--for", "-1")
    assert "no such settings file" in refused(tmp_path, "run", "--settings", "none.toml")
    assert "frobnicate" in refused(tmp_path, "frobnicate")


def test_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "state") as run:
        run.addresses()
        assert "another" in refused(tmp_path, "run")
