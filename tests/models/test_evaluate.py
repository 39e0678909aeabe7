"""Measuring: writing forms, parts, pairs of models, and the command."""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import understanding
from models.train import (
    Worse,
    again,
    card,
    compare,
    corrections,
    evaluate,
    measure,
    parts,
    resampling,
    run,
)
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row
from models.weights import ARTIFACTS
from rezonans.cli import main
from rezonans.troubles import Invalid
from tests.models.small_data import make
from tests.rezonans.test_cli import run as command

OPEN = "Отсутствие люков на коммуникационных колодцах"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    run("urgent", data, folder, progress=False)
    return folder


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Суды қашан бересіздер, үш күн болды", parts.CYRILLIC),
        ("Бул кызык екен, жаксы болды гой", parts.RUSSIAN_LETTERS),
        ("Bul ne degen masqara, su jok", parts.LATIN),
        ("Керемет!", parts.CYRILLIC),  # both spellings are the same here
        ("Kaspi қолданбасы істемейді бүгін", parts.CYRILLIC),
        ("", parts.CYRILLIC),
    ],
)
def test_how_kazakh_is_written(text: str, form: str) -> None:
    assert parts.form(text) == form


def _row(text: str, label: str, language: str = "ru") -> Row:
    return Row(text=text, label=label, source="own", language=language)


ROWS = [
    *(_row(f"нет воды {n}", "a") for n in range(30)),
    *(_row(f"су жоқ, бұл қалай {n}", "a" if n % 2 else "b", "kk") for n in range(20)),
    *(_row(f"Bizdin auylda su jok {n}", "b", "kk") for n in range(10)),
]


def _saying(*said: Sequence[str]) -> list[Judged]:
    return [Judged(list(each)) for each in said]


def _judge(model: Any, rows: Sequence[Row]) -> Judged:
    return Judged([model(row.text) for row in rows])


HELD = Held("own rows", ROWS, _judge)


def test_parts_are_scored_by_themselves() -> None:
    (judged,) = measure.judged(lambda text: "a", [HELD])
    (test,) = evaluate.of_held(HELD, judged)
    found = {f"{part.of}: {part.name}": part for part in test.parts}
    assert {name: part.rows for name, part in found.items()} == {
        "language: kk": 30,
        "language: ru": 30,
        f"writing form: {parts.CYRILLIC}": 20,
        f"writing form: {parts.LATIN}": 10,
    }
    assert found["language: ru"].scores["accuracy"].value == 1
    assert found["language: kk"].scores["accuracy"].value == pytest.approx(1 / 3)
    latin = found[f"writing form: {parts.LATIN}"]
    assert latin.scores["accuracy"].value == 0


def test_rows_of_one_language_have_no_parts() -> None:
    held = Held("russian", ROWS[:30], _judge)
    (test,) = evaluate.of_held(held, *measure.judged(lambda text: "a", [held]))
    assert test.parts == []


def test_what_is_shown_is_scored_by_itself() -> None:
    sure = np.array([[0.9, 0.1]] * 30 + [[0.4, 0.6]] * 30, np.float32)
    judged = likeliest(sure, ("a", "b"), sure.max(axis=1) > 0.8)
    whole, shown = evaluate.of_held(HELD, judged)
    assert whole.rows == 60
    assert shown.rows == 30
    assert shown.scores["precision"].value == 1
    assert shown.scores["coverage"].value == 0.5
    assert shown.scores["coverage"].low < 0.5 < shown.scores["coverage"].high


def test_a_model_is_worse_when_chance_does_not_explain_it() -> None:
    truth = [row.label for row in ROWS]
    wrong = ["b" if n % 3 == 0 else label for n, label in enumerate(truth)]
    nearly = ["b", *truth[1:]]
    old, bad, good = _saying(truth, wrong, nearly)
    assert all(change.worse for change in compare.paired(HELD, old, bad))
    assert not any(change.worse for change in compare.paired(HELD, old, good))
    assert not any(change.worse for change in compare.paired(HELD, bad, old))
    accuracy, macro = compare.paired(HELD, old, bad)
    assert (accuracy.old, macro.old) == (1, 1)
    report = evaluate.of_said("own rows", resampling.said(truth, wrong))
    assert accuracy.new == pytest.approx(report.scores["accuracy"].value)
    assert macro.new == pytest.approx(report.scores["macro F1"].value)
    assert "own rows, accuracy: 1.000 -> 0." in str(accuracy)
    same, _ = compare.paired(HELD, old, old)
    assert str(same) == "own rows, accuracy: 1.000 -> 1.000, no difference"


def test_what_a_user_could_run_instead_says_how_much_better_the_head_is() -> None:
    tested = [Row(text=str(n), label="ab"[n % 2], source="s", language="ru") for n in range(200)]
    right = [row.label for row in tested]
    held = [
        Held("posts", tested, lambda *_: Judged(right)),
        Held("posts: plain", tested, lambda *_: Judged([]), "not ours", False, beside="posts"),
    ]
    plain = ["a" if n % 10 == 1 else label for n, label in enumerate(right)]
    head, reference = measure.tests(held, [Judged(right), Judged(plain)])
    assert head.note == ""
    assert reference.note.startswith("not ours; the head is better by accuracy 0.100 (0.0")
    (alone,) = measure.tests(held[1:], [Judged(plain)])
    assert alone.note == "not ours"


def test_rows_that_decide_nothing_refuse_nothing() -> None:
    truth = [row.label for row in ROWS]
    weak = Held("weak", ROWS, _judge, decisive=False)
    assert compare.all_paired([weak], _saying(truth), _saying(["b"] * 60)) == []


def test_reports_are_compared_where_the_old_model_does_not_fit() -> None:
    truth = [row.label for row in ROWS]
    old = [evaluate.of_said("own rows", resampling.said(truth, truth))]
    new = [evaluate.of_said("own rows", resampling.said(truth, ["b"] * 60))]
    assert all(change.worse for change in compare.reported([HELD], old, new))
    assert not any(change.worse for change in compare.reported([HELD], new, old))


def test_worse_weights_are_not_written(data: Path, trained: Path, tmp_path: Path) -> None:
    """The same data with the labels of urgent rows spoilt by corrections."""
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    before = (tmp_path / "urgent/weights.npz").read_bytes()
    (held, _) = measure.TRAINERS["urgent"].tests(data)
    upside_down = {"calm": "urgent", "urgent": "calm"}
    held_out = [
        Row(text=row.text, label=upside_down[row.label], source="x", language="ru", weight=50)
        for row in held.rows
    ]
    run("urgent", data, tmp_path, more=held_out, progress=False)  # left out: nothing is worse
    assert (tmp_path / "urgent/weights.npz").read_bytes() == before
    spoilt = [
        Row(
            text=f"{row.text} ах",
            label=upside_down[row.label],
            source="x",
            language="ru",
            weight=50,
        )
        for row in held.rows
    ]
    with pytest.raises(Worse, match=r"urgent is not written.*accuracy: .*--force"):
        run("urgent", data, tmp_path, more=spoilt, progress=False)
    assert (tmp_path / "urgent/weights.npz").read_bytes() == before
    fresh = tmp_path / "fresh"  # where nothing is there yet, it is compared with what is in use
    with pytest.raises(Worse, match=rf"worse than the weights in {tmp_path}/urgent"):
        run("urgent", data, fresh, more=spoilt, against=tmp_path, progress=False)
    assert not (fresh / "urgent").exists()
    outcome = run("urgent", data, tmp_path, more=spoilt, force=True, progress=False)
    assert outcome.report.data.endswith(f" And {len(spoilt)} corrections of the desk.")
    assert outcome.report.inputs["corrections"] == corrections.digest(spoilt[::-1])
    assert any(change.worse for change in outcome.changes)
    assert (tmp_path / "urgent/weights.npz").read_bytes() != before


def test_a_new_folder_gets_the_heads_that_it_has_not(trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained / "urgent", tmp_path / "urgent")
    own = (tmp_path / "urgent/manifest.json").read_bytes()
    others = [head for head in measure.HEADS if head != "urgent"]
    assert again.complete(tmp_path, ARTIFACTS) == others
    assert (tmp_path / "urgent/manifest.json").read_bytes() == own
    assert set(understanding.load(tmp_path).digests) == {*measure.HEADS, "places"}
    assert again.complete(tmp_path, ARTIFACTS) == []


def test_what_is_learned_and_measured_of_spoilt_labels_is_not_written(
    data: Path, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are wrong there, so the pair says nothing; the report of the older one does."""
    shutil.copytree(trained, tmp_path / "weights")
    data = shutil.copytree(data, tmp_path / "data")
    before = {path: path.read_bytes() for path in (tmp_path / "weights").rglob("*.*")}
    spoil(data / "kursk_appeals/train_clean.csv")
    arguments = ["train", "urgent", "--data", str(data), "--out", str(tmp_path / "weights")]
    code, _, said = command(capsys, *arguments)
    assert code == 1
    assert "urgent is not written: neither it nor the weights in" in said
    assert "held-out appeals and posts, macro F1: 0." in said
    assert "other than those it names: kursk_appeals/train_clean.csv; " in said
    assert {path: path.read_bytes() for path in before} == before
    assert command(capsys, *arguments, "--force")[0] == 0
    assert (tmp_path / "weights/urgent/weights.npz").read_bytes() not in before.values()


def spoil(path: Path) -> None:
    """Say of appeals, whatever is in them, that a manhole is open: each with a chance of a half."""
    with path.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    dice = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, listed[0])
        table.writeheader()
        table.writerows(row | ({"theme": OPEN} if dice.random() < 0.5 else {}) for row in listed)


def test_measuring_again_gives_what_training_gave(data: Path, trained: Path) -> None:
    (report,) = again.run(["urgent"], data, trained)
    assert report == card.read(trained / "urgent")
    again.write(trained, [report])
    table = (trained / again.SUMMARY).read_text("utf-8")
    assert "| urgent | labels/tengri_dev | language: kk |" in table
    assert "![" in (trained / "urgent/card.md").read_text("utf-8")


def test_a_report_of_other_weights_is_told(data: Path, trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "urgent/report.json"
    path.write_text(path.read_text("utf-8").replace('"version": "', '"version": "0'), "utf-8")
    with pytest.raises(Invalid, match=r"is of version 0\w+, not \w+; run `rezonans train urgent"):
        again.run(["urgent"], data, tmp_path)


def _command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[Any, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    out, err = capsys.readouterr()
    return left.value.code, out, err


def test_the_command_prints_scores(
    data: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--data", str(data), "--weights", str(trained))
    code, out, _ = _command(capsys, "evaluate", "urgent", *at)
    assert code == 0
    assert "held-out appeals and posts" in out
    code, out, _ = _command(capsys, "evaluate", "urgent", *at, "--json")
    assert json.loads(out)["head"] == "urgent"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["topic"], "no data folder; give it with --data, or set models.data"),
        (["topic", "--data", "nowhere"], "nowhere is not a folder; give the data folder"),
        (["weather", "--data", "."], "no head 'weather'; there are: language, topic"),
        (["topic", "--data", ".", "--weights", "."], "report.json"),
        (["topic", "--data", "."], "training data: kursk_appeals/kursk_theme_to_topic.csv"),
    ],
)
def test_mistakes_of_a_user_are_told(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = _command(capsys, "evaluate", *arguments)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_packaged_reports_are_of_the_packaged_weights() -> None:
    for head in measure.HEADS:
        assert card.read(ARTIFACTS / head).version == measure.load(head, ARTIFACTS).version


def test_the_packaged_table_is_of_the_packaged_reports(tmp_path: Path) -> None:
    """Training a head and `rezonans evaluate --write` both renew it."""
    shutil.copytree(ARTIFACTS, tmp_path, dirs_exist_ok=True)
    again.write(tmp_path, [])
    assert (tmp_path / again.SUMMARY).read_text("utf-8") == (ARTIFACTS / again.SUMMARY).read_text(
        "utf-8"
    )
