"""Training from a folder of data to weights with card and report."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import accuracy_score, f1_score

from models import forms, language, linear
from models.train import HEADS, evaluate, fit, resampling, rows, run, synthetic
from models.train.card import Report
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row
from rezonans.troubles import Invalid
from tests.models.small_data import make


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("head", HEADS)
def test_a_head_is_trained_with_card_and_report(head: str, data: Path, tmp_path: Path) -> None:
    report, changes = run(head, data, tmp_path, progress=False)
    assert isinstance(report, Report)
    assert changes == []
    card = (tmp_path / head / "card.md").read_text("utf-8")
    assert report.sha256 in card
    assert "licence" in card
    assert sum(report.sources.values()) > 100
    assert any("tengri_dev" in test.name for test in report.tests)
    assert {"language: kk", "language: ru"} <= _parts(report) or head.startswith("sentiment")
    assert report.inputs
    assert all(name in card for name in report.inputs)
    load = language.load if head == "language" else linear.load
    found = load(tmp_path / head)(["Третий день нет воды", "Су жоқ"])
    assert len(found) == 2
    if head != "language":
        picture = (tmp_path / head / "calibration.svg").read_text("utf-8")
        assert picture.startswith("<svg")
        assert "<circle" in picture


def _parts(report: Report) -> set[str]:
    return {f"{part.of}: {part.name}" for test in report.tests for part in test.parts}


def test_training_twice_gives_the_same_weights(data: Path, tmp_path: Path) -> None:
    first = run("urgent", data, tmp_path / "one", progress=False)
    assert run("urgent", data, tmp_path / "two", progress=False) == first
    again = run("urgent", data, tmp_path / "one", progress=False)
    assert again.report == first.report
    assert {change.difference.value for change in again.changes} == {0}


def test_missing_data_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"rusentiment_random_posts.csv.*--data"):
        run("sentiment_ru", tmp_path, tmp_path / "out", progress=False)
    with pytest.raises(Invalid, match=r"not a folder.*--data"):
        run("topic", tmp_path / "nowhere", tmp_path / "out", progress=False)


def test_an_unknown_head_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no head 'weather'; there are: language, topic"):
        run("weather", tmp_path, tmp_path, progress=False)


def test_held_out_rows_are_never_trained_on() -> None:
    listed = [Row(text=f"текст {n}", label="a", source="s", language="ru") for n in range(400)]
    learn, test = rows.split(listed, 1, 5)
    assert len(learn) + len(test) == 400
    assert 50 < len(test) < 110
    assert not {rows.identity(row.text) for row in learn} & {
        rows.identity(row.text) for row in test
    }
    assert rows.split(reversed(listed), 1, 5)[1] == test[::-1]


def test_equal_texts_are_kept_once() -> None:
    texts = ("Нет  воды", "нет воды", " ", "Есть вода")
    listed = [Row(text=text, label="a", source="s", language="ru") for text in texts]
    assert [row.text for row in rows.distinct(listed)] == ["Нет  воды", "Есть вода"]


def test_own_rows_cover_every_topic_in_both_languages() -> None:
    manifest_topics = {(each.language, each.topic) for each in synthetic.examples()}
    assert len(manifest_topics) == 2 * 23
    assert len({rows.identity(each.text) for each in synthetic.examples()}) > 700


def test_readers_in_kazakh_cover_every_topic_in_every_spelling_and_repeat_nothing() -> None:
    found = synthetic.readers()
    assert {each.topic for each in found} == {each.topic for each in synthetic.examples()}
    assert {each.language for each in found} == {"kk"}
    spelled = Counter(forms.form(each.text) for each in found)
    assert min(spelled[forms.LATIN], spelled[forms.RUSSIAN_LETTERS]) >= 20
    others = [*synthetic.examples(), *synthetic.answers()]
    known = {rows.identity(each.text) for each in others}
    assert known.isdisjoint(rows.identity(each.text) for each in found)


@pytest.mark.parametrize(
    "text", ["c- строка без раздела", "[kk water]\nx- белгісіз", "[kk water]\nc-  "]
)
def test_a_bad_own_row_is_told_with_its_line(text: str) -> None:
    with pytest.raises(Invalid, match=r"own.txt:\d: expected"):
        synthetic.parse(text, "own.txt")


def test_columns_of_few_texts_weigh_more_and_of_one_nothing() -> None:
    held = csr_matrix(np.array([[1, 1, 0, 1], [1, 1, 0, 0], [1, 0, 0, 0]], np.float32))
    every, two, none, one = fit.importance(held)
    assert every == pytest.approx(1.0)
    assert two > every
    assert (none, one) == (0, 0)


def test_the_importance_of_columns_is_inside_the_coefficients() -> None:
    texts = ["нет воды", "нет света", "есть вода", "есть свет"] * 3
    labels = ["bad", "bad", "good", "good"] * 3
    listed = [
        Row(text=text, label=label, source="s", language="ru")
        for text, label in zip(texts, labels, strict=True)
    ]
    matrix = fit.matrix(listed)
    model = fit.estimate(matrix, listed, strength=1.0)
    assert (model.coef_[:, fit.importance(matrix) == 0] == 0).all()
    assert list(model.predict(matrix)) == labels


def test_scores_are_those_of_scikit_learn_with_an_interval_around() -> None:
    truth = ["a"] * 60 + ["b"] * 40
    guess = ["a"] * 50 + ["b"] * 50
    test = evaluate.of_said("t", resampling.said(truth, guess))
    accuracy = test.scores["accuracy"]
    assert accuracy.value == pytest.approx(accuracy_score(truth, guess))
    for average in ("macro", "weighted"):
        expected = f1_score(truth, guess, average=average)
        assert test.scores[f"{average} F1"].value == pytest.approx(expected)
    assert accuracy.low < 0.9 < accuracy.high
    assert [each.rows for each in test.classes] == [60, 40]
    assert test.classes[0].recall == pytest.approx(50 / 60)


def test_calibration_error_of_honest_and_boastful_heads() -> None:
    truth = ["a"] * 70 + ["b"] * 30
    found = [
        Row(text=str(n), label=name, source="s", language="ru") for n, name in enumerate(truth)
    ]
    held = Held("t", found, lambda *_: Judged([]))
    honest = np.tile(np.array([[0.7, 0.3]], np.float32), (100, 1))
    boastful = np.tile(np.array([[1.0, 0.0]], np.float32), (100, 1))
    errors = [
        evaluate.of_held(held, likeliest(each, ("a", "b")))[0].calibration_error
        for each in (honest, boastful)
    ]
    assert errors == pytest.approx([0.0, 0.3], abs=1e-3)
