"""A head judged on every part of its rows, and the tables of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest

from models import features
from models.train import compare, draws, draws_table, evaluate, rows, sentiment
from models.train.draws_table import OURS, Answers, Drawn
from rezonans.troubles import Invalid
from tests.models.small_data import make


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("data"))


def _digests(found: list[rows.Row]) -> set[str]:
    return {rows.identity(row.text) for row in found}


def test_every_random_post_is_judged_once_and_never_by_who_learned_it(data: Path) -> None:
    judged: Counter[str] = Counter()
    for eighth in range(sentiment.EIGHTHS):
        learn, tune, test = sentiment.split(data, eighth)
        assert _digests(test).isdisjoint(_digests([*learn, *tune]))
        assert {row.source for row in test} <= {"rusentiment/random_posts"}
        judged.update(_digests(test))
    assert set(judged.values()) == {1}
    assert set(judged) == _digests(rows.rusentiment(data, "random_posts"))


def test_the_first_draw_is_what_is_held_out_of_the_packaged_weights(data: Path) -> None:
    (five, *_) = sentiment.held_russian(data)
    assert five.rows == sentiment.split(data)[2]
    assert all(rows.held(row, 1, sentiment.EIGHTHS) for row in five.rows)


def test_a_draw_answers_each_question_beside_what_a_user_could_run(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--data", str(data), "--keep", str(tmp_path), "--draw", "0"]
    assert draws.main(asked) == 0
    shown = capsys.readouterr().out
    five, among, folded = draws.run("sentiment_ru", data, [0], tmp_path)[0].answers
    test = sentiment.split(data)[2]
    assert five.truth == [row.label for row in test]
    assert len(folded.truth) == len(test)
    assert set(folded.truth) == {"negative", "neutral", "positive"}
    assert Counter(folded.truth)["positive"] == sum(
        label in ("positive", "speech") for label in five.truth
    )
    assert set(among.truth) <= set(folded.truth)
    for answers in (five, among, folded):
        assert next(iter(answers.said)) == OURS
        assert len(answers.said) == 3
        assert {len(guess) for guess in answers.said.values()} == {len(answers.truth)}
    score = evaluate.intervals(np.array(five.truth), np.array(five.said[OURS]))["macro F1"]
    assert f"| draw 0 | {len(test)} | {score}" in shown


def test_kept_answers_are_read_and_those_of_other_features_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {OURS: ["a", "b"], "plain": ["a", "a"]}
    kept = Drawn(
        draw=3,
        features=features.full_version(),
        answers=[Answers(question="five", truth=["a", "b"], said=said)],
    )
    path = tmp_path / "sentiment_ru-3.json"
    path.write_bytes(msgspec.json.encode(kept))
    assert draws.run("sentiment_ru", data, [3], tmp_path) == [kept]
    path.write_bytes(path.read_bytes().replace(kept.features.encode(), b"older"))
    assert draws.main(["--data", str(data), "--keep", str(tmp_path), "--draw", "3"]) == 2
    assert "made with other features; give --keep an empty folder" in capsys.readouterr().err
    path.write_text("{")
    with pytest.raises(Invalid, match=r"sentiment_ru-3.json.*remove it"):
        draws.run("sentiment_ru", data, [3], tmp_path)


def test_a_draw_that_is_not_there_is_told(data: Path) -> None:
    with pytest.raises(Invalid, match="no draw 8 of sentiment_ru; there are 0 to 7"):
        draws.run("sentiment_ru", data, [8])


def _drawn(draw: int, ours: str, plain: str, truth: str) -> Drawn:
    said = {OURS: list(ours), "plain": list(plain)}
    answers = Answers(question="letters", truth=list(truth), said=said)
    return Drawn(draw=draw, features="", answers=[answers])


def test_all_rows_are_told_together_and_without_the_first_draw() -> None:
    found = [
        _drawn(0, "aabb", "abab", "aabb"),
        _drawn(1, "aaab", "abab", "aabb"),
        _drawn(2, "aabb", "aaaa", "aabb"),
    ]
    accuracy = draws_table.of(found).split("\n\n")[2].splitlines()
    assert accuracy[0].startswith("| letters, accuracy | rows | ours | plain | more than plain |")
    told = {line.split(" | ")[0].strip("| "): line.split(" | ")[1:] for line in accuracy[2:]}
    assert list(told) == ["draw 0", "draw 1", "draw 2", "all but draw 0", "all"]
    assert [cell.split()[0] for cell in told["draw 0"]] == ["4", "1.000", "0.500", "0.500"]
    assert [cell.split()[0] for cell in told["all but draw 0"]][:2] == ["8", "0.875"]
    assert [cell.split()[0] for cell in told["all"]] == ["12", "0.917", "0.500", "0.417"]


def test_differences_are_those_of_the_measures() -> None:
    truth, old, new = (list(letters) for letters in ("aabbbc" * 9, "aabbca" * 9, "abbbbc" * 9))
    found = compare.differences(truth, old, new)
    for said, place in ((old, 0), (new, 1)):
        scores = evaluate.intervals(np.array(truth), np.array(said))
        for name, score in scores.items():
            assert found[name][place] == pytest.approx(score.value)
    for before, after, by in found.values():
        assert by.value == pytest.approx(after - before)
        assert by.low <= by.value <= by.high
