"""The two opinions of a head of attitude, and what training adds to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from models import features, language, linear, sentiment
from models.texts import Text
from models.train import contrast, fit, lexicon, public, sentiment_kk, synthetic
from models.train.rows import Row
from models.understanding import HEADS, Understanding
from tests.models import small_data
from tests.models.conftest import Nowhere


def _head(width: int = 2, **settings: float) -> linear.Head:
    """Five classes and `width` scores more, all columns zero."""
    classes = ("negative", "neutral", "positive", "skip", "speech")
    count = len(classes) + width
    zeros = np.zeros((features.width(), count), np.float32)
    return linear.Head("sentiment_ru", "test", classes, zeros, zeros[0], settings)


WEIGHTS = {"posts": 0.0, "public": 1.0, "negative": 0.0, "neutral": 0.0, "positive": 0.0}


def test_five_classes_fold_into_three() -> None:
    found = sentiment.fold(_head(0), np.array([[0.1, 0.2, 0.3, 0.25, 0.15]], np.float32))
    assert found[0] == pytest.approx([0.1, 0.45, 0.45])


def test_a_head_without_a_second_opinion_shows_its_own() -> None:
    scores = np.array([[3.0, 0, 0, 0, 0]], np.float32)
    own = sentiment.fold(_head(0), linear.normalise(scores))
    assert sentiment.shown(_head(0), scores) == pytest.approx(own)


def test_the_second_opinion_is_shown_by_its_weight() -> None:
    scores = np.array([[3.0, 0, 0, 0, 0, 0, 0, 5.0]], np.float32)
    only_public = sentiment.shown(_head(3, **WEIGHTS), scores)
    assert only_public[0].argmax() == 2
    only_posts = sentiment.shown(_head(3, **WEIGHTS | {"posts": 1.0, "public": 0.0}), scores)
    assert only_posts == pytest.approx(sentiment.shown(_head(0), scores[:, :5]), abs=1e-3)


def test_a_shift_moves_what_is_shown_but_not_the_classes_of_the_head() -> None:
    scores = np.zeros((1, 8), np.float32)
    moved = sentiment.shown(_head(3, **WEIGHTS | {"negative": 2.0}), scores)
    assert moved[0] == pytest.approx(linear.normalise(np.array([[2.0, 0, 0]]))[0])
    assert linear.normalise(scores[:, :5])[0] == pytest.approx([0.2] * 5)


def test_a_page_shows_what_the_plain_form_shows(
    heads: dict[str, linear.Head], model: language.Model
) -> None:
    texts = [each.text for each in synthetic.examples()[-60:]]
    russian = heads["sentiment_ru"]
    both = Understanding(
        {**heads, "sentiment_kk": replace(russian, name="sentiment_kk")}, model, Nowhere()
    )
    expected = sentiment.shown(russian, russian.scores(features.matrix(texts)))
    assert russian.coefficients.shape[1] == russian.width + len(sentiment.CLASSES)
    for found, row in zip(both([Text(text=text) for text in texts]), expected, strict=True):
        assert found.sentiment == pytest.approx(tuple(row.tolist()), abs=1e-3)


def test_every_packaged_head_has_what_is_read_of_it(heads: dict[str, linear.Head]) -> None:
    for name in HEADS:
        extra = len(sentiment.CLASSES) if name.startswith("sentiment") else 0
        assert heads[name].coefficients.shape[1] == heads[name].width + extra
        assert len(heads[name].intercept) == heads[name].coefficients.shape[1]


def test_what_a_list_says_ends_in_the_coefficients_of_its_lemmas(tmp_path: Path) -> None:
    known = lexicon.russian(small_data.make(tmp_path))
    assert known[lexicon.column("вода"), 1] == pytest.approx(0.5)
    assert known[lexicon.column("ужасный"), 3] == 1
    assert known[lexicon.column("потоп"), 4] == 1
    rows = [each.row(each.sentiment) for each in synthetic.examples()[::40]]
    matrix = fit.matrix(rows)
    told = fit.estimate(matrix, rows, strength=0.1, knowledge=known)
    plain = fit.estimate(matrix, rows, strength=0.1)
    never_seen = features.matrix(["потоп"])
    assert not np.allclose(fit.scores(told, never_seen), fit.scores(plain, never_seen))
    assert told.coef_.shape == plain.coef_.shape


def test_the_mixture_prefers_the_opinion_that_is_right() -> None:
    rng = np.random.default_rng(1)
    places = rng.integers(0, 3, 300)
    right = np.log(np.eye(3, dtype=np.float32)[places] * 0.8 + 0.1)
    noise = np.log(rng.dirichlet(np.ones(3), 300).astype(np.float32) + 1e-3)
    found = public.mixture(noise, right, places, np.full(300, 1 / 300))
    assert found["public"] > 5 * abs(found["posts"])


def test_the_threshold_of_reviews_rises_with_the_share_of_positive_ones() -> None:
    rng = np.random.default_rng(2)
    truth = ["negative", "positive"] * 400
    centre = np.where(np.array(truth) == "negative", 0.65, 0.35)
    negative = np.clip(rng.normal(centre, 0.2), 0, 1).astype(np.float32)
    assert sentiment_kk.reviews_threshold(negative, truth) > 0.52


def test_a_column_that_one_class_has_tells_it_apart() -> None:
    rows = csr_matrix(
        np.array([[1, 1, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 1, 1]], np.float32)
    )
    inside = np.array([1.0, 1.0, 0.0, 0.0])
    every, good, bad, once = contrast.ratios(rows, inside, np.ones(4)).tolist()
    assert good > 0.8
    assert bad < -0.8
    assert abs(every) < 0.2
    assert once == 0
    assert contrast.ratios(rows, inside, np.array([1, 1, 0.5, 0.5]))[2] > bad


def test_a_machine_of_contrasts_is_calibrated_as_any_other() -> None:
    rows = [each.row(each.sentiment) for each in synthetic.examples() if each.language == "kk"]
    labels = [row.label for row in rows]

    def machine(built: csr_matrix, learned: Sequence[Row]) -> Any:
        names = [row.label for row in learned]
        return contrast.estimate(built, names, np.ones(len(names)), 0.3)

    found = fit.calibrated_by(machine, rows[::2], rows[1::2])
    matrix = fit.matrix(rows)
    assert (found.whole.predict(matrix) == np.array(labels)).mean() > 0.9
    unseen = matrix[1::2]
    said = found.partial.predict(unseen)
    assert (said == np.array(labels[1::2])).mean() > 0.6
    sure = found.partial.predict_proba(unseen).max(axis=1)
    assert abs(sure.mean() - (said == np.array(labels[1::2])).mean()) < 0.1


def test_rows_that_weigh_more_move_the_calibration() -> None:
    scores = np.array([[1.0], [1.0], [-1.0], [-1.0]])
    places = np.array([1, 0, 1, 0])
    _, even = fit.calibration(scores, places)
    _, positive = fit.calibration(scores, places, np.array([3.0, 1.0, 3.0, 1.0]))
    assert positive[0] > even[0] + 0.1


@pytest.mark.parametrize(
    ("text", "attitude"),
    [
        ("Опять разворовали, стыд и позор", "negative"),
        ("Молодцы ребята, так держать", "positive"),
        ("Қашан тоқтайды екен, ұят", "negative"),
        ("Рахмет, Алла разы болсын", "positive"),
        ("А в каком районе это было?", "neutral"),
    ],
)
def test_answers_to_the_news_are_read_by_their_attitude(
    understand: Understanding, text: str, attitude: str
) -> None:
    found = understand([Text(text=text)])[0].sentiment
    assert found is not None
    assert max(sentiment.CLASSES, key=lambda name: getattr(found, name)) == attitude
