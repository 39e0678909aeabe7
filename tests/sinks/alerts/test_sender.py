"""The sender: no channel waits for another, nothing is told twice, no secret is written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from structlog.testing import capture_logs

from rezonans.desks import Channel
from rezonans.reasons import Lane
from rezonans.records import Spike
from rezonans.troubles import Busy, Invalid
from sinks.alerts import AppriseNotifier, Notice, Notifier, Office, Outbox, Sender
from sinks.alerts.decisions import Letter
from sinks.alerts.sender import LONGEST_PAUSE_SECONDS, pause
from tests.sinks.alerts.kit import AT, channel, desk, spike

TOKEN = "123456:secret-token"

# An import of Apprise's own.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


class Clock:
    """Time that passes only while somebody sleeps; ends the run at `until`."""

    def __init__(self, until: float = 60.0) -> None:
        self.now = AT.timestamp() + 60
        self.until = self.now + until
        self.over = asyncio.Event()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.now > self.until:
            self.over.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)


class Recorder:
    """A service that does what `answer` says."""

    def __init__(self, answer: Callable[[], bool] = lambda: True) -> None:
        self.heard: list[Notice] = []
        self.calls = 0
        self.answer = answer

    async def send(self, notice: Notice) -> bool:
        self.calls += 1
        taken = self.answer()
        if taken:
            self.heard.append(notice)
        return taken


class Hanging:
    async def send(self, notice: Notice) -> bool:
        await asyncio.Event().wait()
        return True


def raises(error: Exception) -> Callable[[], bool]:
    def answer() -> bool:
        raise error

    return answer


async def render(letter: Letter, name: str, settings: Channel) -> Notice:
    first = letter.spikes[0]
    return Notice(f"{letter.alert} {name}", f"{first.spike} {first.revision}", letter.told)


def run(
    folder: Path, services: dict[str, Notifier], clock: Clock, records: list[Spike], **values: Any
) -> Outbox:
    """Serve the channels `json://NAME:TOKEN@...` until the clock is over."""
    channels = {n: channel(f"json://{n}:{TOKEN}@h") for n in services}
    outbox = Outbox(folder / "outbox.sqlite3", clock)
    Office(outbox, {"press": desk(channels=tuple(services))}, clock).take(records)

    def connect(settings: Channel) -> Notifier:
        url = settings.url.get_secret_value()
        return services[url.removeprefix("json://").partition(":")[0]]

    sender = Sender(outbox, channels, render, connect, clock=clock, sleep=clock.sleep, **values)
    asyncio.run(serve(sender, clock))
    return outbox


async def serve(sender: Sender, clock: Clock) -> None:
    """Run until the clock is over."""
    task = asyncio.create_task(sender.run())
    await clock.over.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


OTHER = spike(spike="b2", lane=Lane("gas", "75"))


def test_a_letter_is_told_once(tmp_path: Path) -> None:
    service = Recorder()
    outbox = run(tmp_path, {"press": service}, Clock(), [spike()])
    [notice] = service.heard
    assert (notice.title, notice.text) == ("a1 0", "opened")
    assert outbox.counts() == {("press", "sent"): 1}


@pytest.mark.parametrize(
    "bad", [Recorder(lambda: False), Recorder(raises(OSError(TOKEN))), Hanging()]
)
def test_a_failing_channel_stops_no_other(tmp_path: Path, bad: Notifier) -> None:
    good = Recorder()
    outbox = run(tmp_path, {"bad": bad, "good": good}, Clock(), [spike(), OTHER])
    assert [notice.title for notice in good.heard] == ["a1 0", "b2 0"]
    assert outbox.counts()[("bad", "waiting")] == 2


def test_a_bug_in_the_words_of_one_spike_leaves_the_others(tmp_path: Path) -> None:
    service = Recorder()
    service.answer = raises(KeyError("x"))
    outbox = run(tmp_path, {"press": service}, Clock(), [spike()])
    assert outbox.counts() == {("press", "waiting"): 1}


def test_it_tries_again_until_the_service_answers(tmp_path: Path) -> None:
    answers = iter([False, False, False, True])
    service = Recorder(lambda: next(answers))
    outbox = run(tmp_path, {"press": service}, Clock(), [spike()])
    assert service.calls == 4
    assert outbox.counts() == {("press", "sent"): 1}


def test_it_gives_up_and_says_so(tmp_path: Path) -> None:
    service = Recorder(lambda: False)
    with capture_logs() as logs:
        outbox = run(tmp_path, {"press": service}, Clock(7200), [spike()], give_up_seconds=3600.0)
    assert outbox.counts() == {("press", "failed"): 1}
    assert service.calls < 15
    errors = [entry for entry in logs if entry["log_level"] == "error"]
    assert [(e["event"], e["channel"], e["kind"]) for e in errors] == [
        ("alert_failed", "press", "json")
    ]


def test_a_disk_that_can_not_note_it_does_not_send_it_again(tmp_path: Path) -> None:
    class Full(Outbox):
        left = 3

        def finish(self, task: Any, outcome: Any, reason: str) -> None:
            if Full.left:
                Full.left -= 1
                raise Busy("outbox of the alerts: disk full", 5)
            super().finish(task, outcome, reason)

    clock, service = Clock(), Recorder()
    channels = {"press": channel()}
    outbox = Full(tmp_path / "o.sqlite3", clock)
    Office(outbox, {"press": desk()}, clock).take([spike()])
    sender = Sender(outbox, channels, render, lambda _: service, clock=clock, sleep=clock.sleep)
    asyncio.run(serve(sender, clock))
    assert service.calls == 1
    assert outbox.counts() == {("press", "sent"): 1}


@given(st.integers(1, 10_000))
def test_pauses_grow_to_a_quarter_of_an_hour(refusals: int) -> None:
    assert 5 <= pause(refusals) <= pause(refusals + 1) <= LONGEST_PAUSE_SECONDS


def test_an_url_apprise_can_not_read_is_named_without_it(tmp_path: Path) -> None:
    channels = {"press": channel(f"nosuch://{TOKEN}@host")}
    with pytest.raises(Invalid) as error:
        Sender(Outbox(tmp_path / "outbox.sqlite3"), channels, render)
    assert str(error.value).startswith("alerts.press.url: Apprise can not read this nosuch:// URL")
    assert TOKEN not in str(error.value)


def served(url: str) -> bool:
    return asyncio.run(AppriseNotifier(url).send(Notice("k", "Тақырып", "Мәтін <b>")))


def test_apprise_carries_the_words_over_http(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/alerts").respond_with_data("ok")
    assert served(f"json://127.0.0.1:{httpserver.port}/alerts")
    sent = httpserver.log[0][0].get_json()
    assert (sent["title"], sent["message"]) == ("Тақырып", "Мәтін <b>")


def test_no_secret_reaches_a_log(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """All loggers but the test server's at DEBUG; refused, dead, raising, given up."""
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request(f"/{TOKEN}").respond_with_data("no", status=401)
    secret = f"json://user:{TOKEN}@127.0.0.1:{httpserver.port}/{TOKEN}"
    services: dict[str, Notifier] = {
        "refused": AppriseNotifier(secret),
        "dead": AppriseNotifier(f"json://user:{TOKEN}@127.0.0.1:1/{TOKEN}"),
        "raises": Recorder(raises(ValueError(secret))),
    }
    with capture_logs() as logs:
        assert not asyncio.run(services["refused"].send(Notice("k", "a", "b")))
        assert not asyncio.run(services["dead"].send(Notice("k", "a", "b")))
        run(tmp_path, {"raises": services["raises"]}, Clock(60), [spike()], give_up_seconds=20.0)
    assert {entry["event"] for entry in logs} == {"alert_refused", "alert_failed"}
    assert "secret-token" not in str(logs)
    ours = [entry.getMessage() for entry in caplog.records if entry.name != "werkzeug"]
    assert "secret-token" not in str(ours)
