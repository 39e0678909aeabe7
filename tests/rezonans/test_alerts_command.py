"""`rezonans alerts`: mistakes in one sentence, and where the log is found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from rezonans.cli import main
from rezonans.cli.alerts import with_log
from rezonans.refused import SettingsError
from rezonans.settings import read


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ack", "a1", "--by", "A"], "Write your name"),
        (["ack", "a1"], "--by"),
        (["mark", "a1", "great", "--by", "Айгүл"], "great"),
        (["mute", "topic:wat", "--by", "Айгүл"], "Name a known topic"),
        (["mute", "topic:water", "--hours", "0", "--by", "Айгүл"], "--hours"),
        (["mute", "topic:water", "--hours", "1e9", "--by", "Айгүл"], "at most 9600"),
        (["mute", "topic:water", "--hours", "800", "--by", "Айгүл"], "too long"),
        (["crisis", "on", "--desk", "nosuch", "--by", "Айгүл"], "no such desk; known: dead"),
        (["ack", "a1", "--by", "Айгүл"], "no log to write to: start `rezonans run`"),
        (["test", "nosuch"], "no such channel; known: dead"),
        (["test", "dead"], "alerts.dead: the service"),
        (["list"], "holds no store yet; `rezonans run` makes one"),
    ],
)
def test_a_mistake_is_one_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REZONANS_STORE__PORT", "1")
    monkeypatch.setenv("REZONANS_ALERTS__DEAD__URL", "hook://127.0.0.1:9/x")
    monkeypatch.setenv("REZONANS_ALERTS__DEAD__SECRET", "0123456789abcdef")
    with pytest.raises(SystemExit) as stopped:
        main(["alerts", *words])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_the_log_of_a_run_in_this_folder_is_found() -> None:
    Path("var").mkdir()
    Path("var/run.json").write_text(json.dumps({"log": "127.0.0.1:7"}), "utf-8")
    assert with_log(read(None)).kafka.servers == ("127.0.0.1:7",)
    Path("var/run.json").write_text("{", "utf-8")
    with pytest.raises(SettingsError, match="no log to write to"):
        with_log(read(None))


def test_the_log_of_the_settings_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REZONANS_KAFKA__SERVERS", "kafka:9092")
    assert with_log(read(None)).kafka.servers == ("kafka:9092",)


def test_a_channel_is_tried_with_a_marked_alert(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request("/in").respond_with_data("")
    monkeypatch.setenv(
        "REZONANS_ALERTS__HOOK__URL", httpserver.url_for("/in").replace("http", "hook")
    )
    monkeypatch.setenv("REZONANS_ALERTS__HOOK__SECRET", "0123456789abcdef")
    with pytest.raises(SystemExit) as stopped:
        main(["alerts", "test", "hook"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == "hook: the service took it\n"
    [(request, _)] = httpserver.log
    assert request.get_json()["title"].startswith("СИМУЛЯЦИЯ")


def test_a_trial_speaks_of_the_topics_of_the_settings(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/in").respond_with_data("")
    address = httpserver.url_for("/in").replace("http", "hook")
    Path("own.toml").write_text(
        "[groups.town]\nru='Посёлок'\nkk='Кент'\nen='Town'\n"
        "[authorities.works]\nru='Водоканал'\nkk='Су арнасы'\nen='Waterworks'\n"
        "[topics.snow]\ngroup='town'\nauthority='works'\nru='Снег'\nkk='Қар'\nen='Snow'\n",
        "utf-8",
    )
    Path("rezonans.toml").write_text(
        f"[models]\ntaxonomy = 'own.toml'\n[alerts.hook]\nurl = '{address}'\n"
        "secret = '0123456789abcdef'\n",
        "utf-8",
    )
    with pytest.raises(SystemExit) as stopped:
        main(["alerts", "test", "hook"])
    assert stopped.value.code == 0
    [(request, _)] = httpserver.log
    assert "Снег, весь Казахстан" in request.get_json()["title"]
    assert "Отвечает: Водоканал." in request.get_json()["text"]


@pytest.mark.parametrize("words", [["ack", "a1"], ["mark", "a1", "useful"], ["mute", "story:a1"]])
def test_a_spike_that_the_store_does_not_know_is_a_mistake(
    words: list[str],
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    httpserver.expect_request("/").respond_with_json(
        {"meta": [{"name": "known", "type": "UInt64"}], "data": [["0"]]}
    )
    monkeypatch.setenv("REZONANS_STORE__URL", httpserver.url_for("").rstrip("/"))
    monkeypatch.setenv("REZONANS_KAFKA__SERVERS", "127.0.0.1:9")
    with pytest.raises(SystemExit) as stopped:
        main(["alerts", *words, "--by", "Айгүл"])
    assert stopped.value.code == 2
    assert "a1: the store has no such spike" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rows", "told", "beside"),
    [
        ([], "", "rezonans: no messages in the last 24 hours\n"),
        ([["дежурный", ""]], '{"by": "дежурный"}\n', ""),
    ],
)
def test_messages_are_lines_and_none_is_said(
    rows: list[list[str]],
    told: str,
    beside: str,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = [{"name": "by", "type": "String"}, {"name": "reason", "type": "String"}]
    httpserver.expect_request("/").respond_with_json({"meta": columns, "data": rows})
    monkeypatch.setenv("REZONANS_STORE__URL", httpserver.url_for("").rstrip("/"))
    with pytest.raises(SystemExit) as stopped:
        main(["alerts", "list"])
    said = capsys.readouterr()
    assert (stopped.value.code, said.out, said.err) == (0, told, beside)


WRITES = """
from datetime import UTC, datetime

from rezonans.cli.storing import open_store
from rezonans.handling import Alert
from rezonans.settings import read

opened = open_store(read(None))
one = Alert(
    alert="a1", at=datetime.now(UTC), desk="press", told="opened", outcome="sent", reason="alarm"
)
opened.writer.write(alerts=[one])
opened.rollups.close()
opened.writer.close()
"""


def test_messages_of_the_embedded_store_are_told_when_nothing_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In processes of their own: one process opens one folder."""
    monkeypatch.setenv("REZONANS_STORE__PORT", "1")  # nobody answers there
    listing = "from rezonans.cli import main; main(['alerts', 'list'])"
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for code in (WRITES, listing)
    ]
    [line] = said[1].stdout.splitlines()
    told = json.loads(line)
    assert (told["desk"], told["told"], told["outcome"]) == ("press", "opened", "sent")
