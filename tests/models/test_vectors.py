"""Word vectors: what heads learn of them, and the columns that carry it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models import adding, features, language, linear, vocabulary, weights
from models.table import Table
from models.train import fit, plan, vectors
from models.train.rows import Row
from models.train.vectors import Word
from models.weights import WeightsError
from models.wordbank import WordBank

GOOD = "замечательный прекрасный отличный чудесный радость счастье"
BAD = "ужасный отвратительный мерзкий гадкий горе беда"


def _vector(word: str) -> features.Floats:
    row = features.DIMENSION + features.describe(word).known
    found: features.Floats = np.asarray(vectors.russian()[[row]].todense(), np.float32)[0]
    return found


def test_a_lemma_of_the_vocabulary_has_a_column_whatever_its_form() -> None:
    places = {features.describe(form).known for form in ("вода", "водой", "воды")}
    assert len(places) == 1
    assert vocabulary.keys()[places.pop()] == features.key("вода")
    assert {features.describe(word).known for word in ("гыгыкало", "!!!", "жатырмын")} == {-1}
    tokens = ["вода", "!!!", "водой", "гыгыкало", "суға", "хорошо", "нееет"]
    one_by_one = [features.describe(token).known for token in tokens]
    assert features.described(tokens).known.tolist() == one_by_one


def test_the_column_of_a_lemma_does_not_count_in_the_length() -> None:
    built, squares = features.sums(["вода!", "гыгыкало!"])
    hashed = built[:, : features.DIMENSION]
    assert squares == pytest.approx(np.asarray(hashed.power(2).sum(axis=1)).ravel())
    assert built[0, features.DIMENSION : features.measured()].sum() == features.KNOWN_VALUE
    assert built[1, features.DIMENSION : features.measured()].nnz == 0


def test_kept_scores_hold_what_the_column_of_a_lemma_says(model: language.Model) -> None:
    rng = np.random.default_rng(0)
    coefficients = rng.normal(size=(features.width(), 3)).astype(np.float32)
    table = Table.of([coefficients])
    bank = WordBank(table, model, capacity=100)
    texts = ["вода водой кончилась, гыгыкало", "!!!"]
    tokens = [["вода", "водой", "кончилась", ",", "гыгыкало"], ["!!!"]]
    built, squares = features.sums(texts)
    found = adding.add(bank, table, tokens)
    assert found.scores == pytest.approx(built @ coefficients, rel=1e-4, abs=1e-3)
    assert found.squares == pytest.approx(squares)


def test_vectors_are_near_where_words_are() -> None:
    good, near, far = (_vector(word) for word in ("хороший", "прекрасный", "трактор"))
    length = float(np.linalg.norm(good))
    assert good @ near > good @ far + 0.1 * length**2


def test_a_head_knows_words_that_no_row_of_its_training_has() -> None:
    rows = [
        Row(text=word, label=label, source="s", language="ru")
        for label, words in (("good", GOOD), ("bad", BAD))
        for word in words.split()
    ]
    known = vectors.russian()
    told = fit.estimate(fit.matrix(rows), rows, strength=0.1, knowledge=known)
    unseen = features.matrix(["великолепный", "жуткий"])
    order = list(told.classes_)
    said = [order[int(score > 0)] for score in fit.scores(told, unseen).ravel()]
    assert said == ["good", "bad"]
    head = fit.as_head("any", told)
    saved = plan.of_head(head, rows, purpose="", data="", failures=())
    assert saved.features == features.full_version()
    assert len(saved.arrays["coefficients"]) == features.width()


def test_a_lemma_is_told_by_itself_or_by_its_most_frequent_form() -> None:
    words = {
        "стол": Word(0, 5),
        "стола": Word(1, 900),
        "снегами": Word(2, 3),
        "снегом": Word(3, 7),
        "гыгыкало": Word(4, 10),
        "гугл": Word(5, 5000),
        "table": Word(6, 9000),
    }
    found = vectors.lemmas(words)
    wanted = {"стол": 0, "снег": 3, "гугл": 5}
    assert found == {features.key(word): row for word, row in wanted.items()}


def test_what_is_taken_from_a_source_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    monkeypatch.setattr(vocabulary, "PATH", tmp_path / "vocabulary.npy")
    monkeypatch.setattr(vectors, "PATH", tmp_path / "vectors.npz")
    vocabulary.keys.cache_clear()
    vectors.russian.cache_clear()
    codes = np.arange(1, 13, dtype=np.float32).reshape(2, 2, 3)
    vectors.write({9: 1, 4: 0}, np.array([[0, 1], [1, 0]], np.uint8), codes)
    assert vocabulary.keys().tolist() == [4, 9]
    found = np.asarray(vectors.russian()[features.DIMENSION : features.measured()].todense())
    wanted = np.array([[1, 2, 3, 10, 11, 12], [4, 5, 6, 7, 8, 9]], np.float32)
    wanted *= vectors.SCALE / np.linalg.norm(wanted, axis=1, keepdims=True)
    assert found == pytest.approx(wanted, rel=1e-3)


def test_weights_for_another_vocabulary_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    arrays: weights.Arrays = {
        "coefficients": np.ones((features.width(), 3), np.float16),
        "intercept": np.zeros(3, np.float32),
    }
    weights.save(tmp_path / "any", arrays, features=features.full_version(), classes=tuple("abc"))
    assert linear.load(tmp_path / "any").coefficients.shape == (features.width(), 3)
    monkeypatch.setattr(vocabulary, "PATH", tmp_path / "vocabulary.npy")
    vocabulary.keys.cache_clear()
    vocabulary.version.cache_clear()
    with pytest.raises(WeightsError, match=r"vocabulary\.npy: not an array.*restore it"):
        linear.load(tmp_path / "any")
    np.save(vocabulary.PATH, np.array([4, 9], np.uint32))
    with pytest.raises(WeightsError, match="rezonans train any"):
        linear.load(tmp_path / "any")


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing of the vocabulary is kept from a test for the next."""
    kept = (vocabulary.keys, vocabulary.version, vocabulary.places, vectors.russian)
    yield
    for each in kept:
        each.cache_clear()
