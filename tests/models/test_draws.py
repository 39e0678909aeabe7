"""A head judged on every part of its rows, and the tables of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest
from sklearn.metrics import f1_score

from models import features
from models.train import compare, draws, draws_table, resampling, rows, sentiment, topic
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
    score = resampling.intervals(resampling.said(five.truth, five.said[OURS]))["macro F1"]
    assert f"| draw 0 | {len(test)} | {score}" in shown


def test_a_draw_of_appeals_is_a_fifth_of_them_and_tells_frequent_codes_apart(data: Path) -> None:
    every = rows.kursk(data)
    (found,) = draws.run("topic", data, [4])
    asked, often, more_often = found.answers
    test = [row for row in every if rows.place(row, topic.FIFTHS) == 4]
    assert asked.truth == [row.label for row in test]
    counts = Counter(row.label for row in every)
    for answers, least in ((often, 20), (more_often, 100)):
        assert answers.truth == [label for label in asked.truth if counts[label] >= least]
        assert len(answers.said[OURS]) == len(answers.truth)
    assert len(more_often.truth) < len(test)
    hits = [guess == label for guess, label in zip(asked.said[OURS], asked.truth, strict=True)]
    assert sum(hits) > len(hits) / 2


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
        scores = resampling.intervals(resampling.said(truth, said))
        for name, score in scores.items():
            assert found[name][place] == pytest.approx(score.value)
    for before, after, by in found.values():
        assert by.value == pytest.approx(after - before)
        assert by.low <= by.value <= by.high


def test_a_question_without_rows_has_no_table() -> None:
    assert draws_table.of([_drawn(0, "", "", "")]) == ""


def test_rows_weigh_so_that_classes_are_in_the_share_that_is_asked() -> None:
    truth, old, new = (list(letters) for letters in ("aabbbb" * 9, "abbbaa" * 9, "aabbba" * 9))
    share = {"a": 300.0, "b": 100.0}
    found = compare.differences(truth, old, new, share)
    assert found["accuracy"][:2] == pytest.approx((0.75 / 2 + 0.25 / 2, 0.75 + 0.25 * 3 / 4))
    weights = [{"a": 3.0, "b": 0.5}[label] for label in truth]
    for said, place in ((old, 0), (new, 1)):
        for average in ("weighted", "macro"):
            expected = f1_score(truth, said, average=average, sample_weight=weights)
            assert found[f"{average} F1"][place] == pytest.approx(expected)
    _, _, by = found["accuracy"]
    assert by.low < by.value < by.high
    table = draws_table.of([_drawn(0, "aab", "bab", "aab")], {"letters": {"a": 3, "b": 1}})
    assert "| letters in the share of the official test, accuracy |" in table
    assert "| draw 0 | 3 | 1.000 | 0.625 | 0.375 (" in table
