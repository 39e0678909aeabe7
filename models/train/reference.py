"""What a user could run instead: TF-IDF and a linear machine of scikit-learn, as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from models.train.held import Judge, Judged
from models.train.rows import Row


def judge(learn: Sequence[Row]) -> Judge:
    """A judge that asks a linear machine over words and n-grams of these rows, not the head."""

    def plain() -> Any:
        words = TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2))
        grams = TfidfVectorizer(sublinear_tf=True, min_df=2, analyzer="char_wb", ngram_range=(2, 5))
        machine = LinearSVC(C=0.3, class_weight="balanced", random_state=0)
        return make_pipeline(make_union(words, grams), machine)

    return _asking(plain, learn)


def logistic(learn: Sequence[Row]) -> Judge:
    """A judge that asks logistic regression over TF-IDF of words and pairs, not the head."""

    def plain() -> Any:
        words = TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2))
        return make_pipeline(words, LogisticRegression(C=4, max_iter=300))

    return _asking(plain, learn)


def _asking(plain: Callable[[], Any], learn: Sequence[Row]) -> Judge:
    """Trained when first asked."""

    @cache
    def machine() -> Any:
        return plain().fit([row.text for row in learn], [row.label for row in learn])

    def said(_: Any, tested: Sequence[Row]) -> Judged:
        return Judged(list(map(str, machine().predict([row.text for row in tested]))))

    return said


PLAIN: dict[str, Callable[[Sequence[Row]], Judge]] = {
    "TF-IDF and logistic regression": logistic,
    "linear machine over words and n-grams": judge,
}
"""What a user could run instead, by name."""
