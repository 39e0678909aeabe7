"""`explain` and `backtest`: a mistake of the user is one sentence, without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from rezonans.cli import main


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REZONANS_STORE__PORT", "1")  # nobody answers there


TIMES = ("--since", "2026-04-01", "--until", "2026-04-08")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "'; DROP"), "not the id of an alert"),
        (("explain", "00ff"), "holds no store yet"),
        (("backtest", "--since", "x", "--until", "2026-04-08"), "--since x: write it like"),
        (("backtest", "--since", "2026-04-08", "--until", "2026-04-01"), "is not after --since"),
        (("backtest", *TIMES, "--warmup-days", "-1"), "--warmup-days: a number from 0"),
        (
            ("backtest", *TIMES, "--incidents", "none.csv"),
            "none.csv: can not be read (No such file",
        ),
        (("backtest", *TIMES, "--desk", "none.toml"), "none.toml: no such settings file"),
        (("backtest", *TIMES), "holds no store yet"),
    ],
)
def test_a_mistake_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    told = capsys.readouterr().err.strip()
    assert left.value.code == 2
    assert said in told
    assert len(told.splitlines()) == 1
