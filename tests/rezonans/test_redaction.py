"""No secret of the settings in any log, error or report, however it gets there."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from collectors.runner import instance
from rezonans import logs
from rezonans.redaction import GONE, Redactor, secrets_in
from rezonans.refused import SettingsError
from rezonans.settings import read
from tests.collectors.stage import Log, World, configured, run
from tests.rezonans.test_cli import run as command

PLANTED = {
    "REZONANS_STORE__TOKEN": "store-Qq1wertyuiop",
    "REZONANS_DESK__KEY": "desk-Ww2asdfghjkl",
    "REZONANS_PRIVACY__KEY": "epoch-Ee3zxcvbnm",
    "REZONANS_KAFKA__SECURITY__USERNAME": "rezonans",
    "REZONANS_KAFKA__SECURITY__PASSWORD": "p@ss w0rd/of+kafka",
    "REZONANS_KAFKA__SECURITY__PROTOCOL": "sasl_plaintext",
    "REZONANS_ALERTS__PRESS__URL": "tgram://123456789:AAE-token_Of_A_Bot_That_Is_Nobodys0/1234567890",
    "REZONANS_ALERTS__MAIL__URL": "mailtos://press:Rr4hunter@example.kz?smtp=smtp.example.kz",
    "REZONANS_ALERTS__HOOK__URL": "hooks://example.kz/in/T0ps3cretPath",
    "REZONANS_ALERTS__HOOK__SECRET": "hook-Tt5signature-key",
    "REZONANS_COLLECTORS__VK__TOKEN": "vk1.a.Yy6tokenOfTheApplicationThatIsNobodys",
    "REZONANS_COLLECTORS__BOT__TOKEN": "987654321:AAF-token_Of_A_Bot_That_Is_Nobodys9",
}
"""Secrets of every kind of settings, by the variable that brings them."""
FEED = "https://reader:Uu7feedpass@news.example.kz/rss?key=Ii8keyOfTheFeed1"
HIDDEN = [
    *(value for name, value in PLANTED.items() if not name.endswith(("USERNAME", "PROTOCOL"))),
    *("AAE-token_Of_A_Bot_That_Is_Nobodys0", "Rr4hunter", "T0ps3cretPath"),
    *("p%40ss%20w0rd%2Fof%2Bkafka", "Uu7feedpass", "Ii8keyOfTheFeed1"),
]
FILE = f"""
[collectors.vk]
kind = "vk"
legal_basis = "ours"
walls = [{{ name = "club1" }}]
[collectors.bot]
kind = "telegram"
legal_basis = "ours"
chats = [{{ id = -1001234567890, consent = "ours" }}]
[collectors.news]
kind = "rss"
legal_basis = "ours"
feeds = [{{ name = "one", url = "{FEED}" }}]
"""


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "rezonans.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@contextmanager
def speaking() -> Iterator[None]:
    """Logs as a process has them; all of it is put back afterwards."""
    root, hook, of_threads = logging.getLogger(), sys.excepthook, threading.excepthook
    handlers, level = root.handlers, root.level
    logs.configure("test")
    try:
        yield
    finally:
        _as_before(root, handlers, level)
        sys.excepthook, threading.excepthook = hook, of_threads


def _as_before(root: logging.Logger, handlers: list[logging.Handler], level: int) -> None:
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def shown(text: str) -> list[str]:
    return [secret for secret in HIDDEN if secret in text]


def test_no_line_of_a_log_shows_one(planted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = read(planted)
    for name, table in settings.collectors.items():
        instance(name, table)
    with speaking():
        _say_all()
    said = capsys.readouterr().err
    assert shown(said) == []
    assert said.count("a fault") == 2 * len(HIDDEN)
    assert said.count("could not sign in as [secret]") == len(HIDDEN)
    assert said.count("RuntimeError: asking with") == 3 * len(HIDDEN)
    assert "ValueError: invalid literal" in said


def _say_all() -> None:
    """Each secret in a line, in the words of a library, in a fault that is logged, in one that
    ends the process and in one that ends a thread.
    """
    ours = structlog.get_logger("collectors")
    for number, secret in enumerate(HIDDEN):
        library = logging.getLogger(f"kafka.client{number}")  # one name repeats itself seldom
        ours.warning("said", reason=f"GET https://x.kz/?q={secret}", url=secret)
        library.warning("could not sign in as %s", secret)
        try:
            raise RuntimeError(f"asking with {secret}: refused")
        except RuntimeError:
            ours.exception("a fault")
            library.exception("a fault")
            sys.excepthook(*sys.exc_info())
    thread = threading.Thread(target=lambda: int(HIDDEN[0]))
    thread.start()
    thread.join()


def test_no_command_shows_one(planted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = (
        planted.read_text("utf-8") + f'[collectors.{PLANTED["REZONANS_DESK__KEY"]}]\nkind = "x"\n'
    )
    planted.write_text(table, encoding="utf-8")
    for arguments in (("check",), ("doctor",), ("collectors", "try", "news")):
        code, out, err = command(capsys, *arguments)
        assert code in (1, 2)
        assert shown(out + err) == []


def test_no_mistake_in_the_settings_shows_one(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REZONANS_DESK__PORT", "no number")
    monkeypatch.setenv("REZONANS_KAFKA__SECURITY__MECHANISM", "none")
    with pytest.raises(SettingsError) as caught:
        read(planted)
    assert shown(str(caught.value)) == []


def test_no_status_and_no_dead_letter_shows_one(planted: Path) -> None:
    read(planted)
    world, log = World([]), Log()
    world.errors = [RuntimeError(HIDDEN[0])]
    from rezonans.troubles import Busy, Invalid

    world.errors += [Busy(f"{secret} is refused", 1.0) for secret in HIDDEN[:2]]
    world.errors += [Invalid(f"{secret} came back") for secret in HIDDEN[2:4]]
    reported = run([configured(world)], log)
    assert len(log.letters) == 2
    said = " ".join([*(one.reason for one in reported), *(one.reason for one in log.letters)])
    assert shown(said) == []
    assert f"{GONE} came back" in said


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("GET /x?access_token=abc&v=1", "GET /x?access_token=[secret]&v=1"),
        ("https://a:b@x.kz/", "https://[secret]@x.kz/"),
        ("Authorization: Bearer abcdefghij", "Authorization: Bearer [secret]"),
        ('{"access_token": "abc"}', '{"access_token": "[secret]"}'),
        ('{"key":"access_token","value":"abc"}', '{"key":"access_token","value":"[secret]"}'),
        ("/bot123456789:" + "A" * 35 + "/getUpdates", "/[secret]/getUpdates"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_unlearned(text: str, redacted: str) -> None:
    assert Redactor()(text) == redacted
    assert Redactor()(redacted) == redacted


@pytest.mark.parametrize(
    "kept",
    [
        "source waiting collector=news target=one reason='news.example.kz answers 503'",
        "https://news.example.kz/rss?category=politics&page=2",
        "GET https://x.kz/?monkey=1 key=value token of the store",
        "2026-11-20 12:00:00 aigerim@example.kz",
    ],
)
def test_ordinary_lines_stay(kept: str) -> None:
    redactor = Redactor()
    redactor.learn(secrets_in({"feeds": [{"url": "https://x.kz/rss?category=politics"}]}))
    redactor.learn(["abc", "secret"])
    assert redactor(kept) == kept


@given(st.text(min_size=6, max_size=30), st.text(max_size=30))
def test_a_learned_secret_is_gone_and_stays_gone(secret: str, around: str) -> None:
    redactor = Redactor()
    redactor.learn([secret])
    once = redactor(f"{around}{secret}{around}")
    assert secret not in once.replace(GONE, "")
    assert redactor(once) == once


def test_the_address_of_a_machine_is_no_secret() -> None:
    learned = set(secrets_in(SecretStr("jsons://127.0.0.1:8080/tkn-4f9a-path")))
    assert "tkn-4f9a-path" in learned
    assert "127.0.0.1" not in learned
