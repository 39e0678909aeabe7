"""`rezonans evaluate --shadow` and `--drift`, `rezonans train --with-corrections`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.weights import ARTIFACTS
from tests.rezonans.test_cli import run


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "past.jsonl"
    texts = ["Третий день нет воды", "Су жоқ", "Спасибо за дорогу"]
    path.write_text(
        "\n".join(
            json.dumps({"text": text, "published_at": f"2026-11-{20 + n}T10:00:00Z"})
            for n, text in enumerate(texts)
        ),
        "utf-8",
    )
    return path


def test_the_same_weights_change_nothing(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "evaluate", "--shadow", str(ARTIFACTS), "--input", str(lines), "--json"
    )
    assert code == 0
    found = [json.loads(line) for line in out.splitlines()]
    assert {each["question"]: each["changed"] for each in found} == dict.fromkeys(
        ("any", "language", "topics", "appeal", "sentiment", "urgent", "places"), 0
    )


def test_two_versions_say_what_the_taxonomy_of_the_settings_names(
    lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rezonans.toml").write_text('[models]\ntaxonomy = "own.toml"\n')
    (tmp_path / "own.toml").write_text("[groups]\n")
    code, _, err = run(capsys, "evaluate", "--shadow", str(ARTIFACTS), "--input", str(lines))
    assert code == 2
    assert "own.toml: no topics; write tables like [topics.CODE]" in err


def test_weeks_of_a_file_are_told(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evaluate", "--drift", "--input", str(lines))
    assert code == 0
    assert "| 2026-11-16 | 3 | 3 | 100.0% | 0.0% |" in out
    assert "No text has a label: give lines that `rezonans understand` wrote." in out
    assert "- too little to judge: 3 texts in one week." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "topic", "--drift"], "take no heads"),
        (["evaluate", "--drift", "--input", "none.jsonl"], "--input none.jsonl: No such file"),
        (["evaluate", "--drift", "--input", "bad.jsonl"], "bad.jsonl:1: "),
        (["evaluate", "--drift", "--input", "empty.jsonl"], "no mentions in empty.jsonl"),
        (["evaluate", "--drift", "--days", "0"], "--days 0: 1 to"),
        (["evaluate", "--drift", "--most", "0"], "--most 0: 1 to"),
        (["evaluate", "--drift"], "holds no store yet"),
        (["evaluate", "--shadow", "none", "--input", "good.jsonl"], "none/topic/manifest.json"),
        (["train", "language", "--data", ".", "--with-corrections"], "language is never corrected"),
        (["train", "topic", "--data", ".", "--with-corrections"], "holds no store yet"),
        (["train", "topic", "--data", ".", "--voices", "0"], "--voices 0: at least 1"),
    ],
)
def test_mistakes_of_a_user_are_told(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.jsonl").write_text("{")
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "good.jsonl").write_text('{"text": "so"}')
    (tmp_path / "rezonans.toml").write_text("[store]\nport = 1\n")
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
