"""Training of the topic head."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models import linear
from models import topic as head_module
from models.features import Floats
from models.train import fit, plan, rows, synthetic
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row

_NEWS_WEIGHT = 0.3
_OTHER = ("it", "gaming", "science", "personal", "stuff", "advertisement")
_OWN_WEIGHT = 2.0
_REVIEWS = 300
_PRECISION = 0.85
"""What the threshold of the first topic must reach on rows kept for tuning."""


def _news(data: Path) -> list[Row]:
    found = rows.telegram(data)
    chatter = [row for row in found if row.label in _OTHER]
    politics = [row for row in found if row.label == "political"]
    return [
        *rows.some(chatter, 600, label="other", weight=_NEWS_WEIGHT),
        *rows.some(politics, 400, label="politics", weight=_NEWS_WEIGHT),
    ]


def _reviews(data: Path) -> list[Row]:
    found = rows.kazsandra(data, "03_pc_train_rus")
    return list(rows.some(found, _REVIEWS, label="other", weight=_NEWS_WEIGHT))


def threshold(probabilities: Floats, right: Floats) -> float:
    """The lowest of the tried thresholds from which on shown topics are precise enough."""
    best = probabilities.max(axis=1)
    for tried in np.arange(0.3, 0.8, 0.02):
        shown = best >= tried
        if shown.any() and right[shown].mean() >= _PRECISION:
            return round(float(tried), 2)
    return 0.8


def judge(head: linear.Head, tested: Sequence[Row]) -> Judged:
    """Topics as the product decides them, contexts read as well."""
    found = fit.probabilities(head, tested, head_module.CONTEXT)
    shown = np.array([bool(codes) for codes in head_module.decide(head, found)])
    return likeliest(found, head.classes, shown)


def _split(data: Path) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows to learn from, rows to tune on, and appeals and news that are held out."""
    learn, test = rows.split(rows.kursk(data), 1, 5)
    news, news_test = rows.split([*_news(data), *_reviews(data)], 1, 8)
    learn, tune = rows.split([*learn, *news], 1, 8)
    return learn, tune, [*test, *news_test]


def held(data: Path) -> list[Held]:
    """Appeals; posts about nothing public; comments of the domain."""
    _, _, test = _split(data)
    appeals = [row for row in test if row.source == "kursk"]
    other = [row for row in test if row.source != "kursk" and row.label == "other"]
    return [
        Held("held-out Kursk appeals", appeals, judge),
        Held("held-out news and reviews, other", other, judge, "not about a public matter"),
        Held("labels/tengri_dev", rows.domain(data, "topic"), judge, "validation only", False),
    ]


def train(data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
    """Kursk appeals, own rows in both languages, news and reviews as what is not an appeal."""
    say("reading appeals and news")
    learn, tune, _ = _split(data)
    own = [each.row(each.topic, _OWN_WEIGHT) for each in synthetic.examples()]
    own += more
    say("training")
    model = fit.calibrated([*learn, *own], tune, strength=0.15)
    partial = fit.as_head("topic", model.partial)
    found = fit.probabilities(partial, tune)
    truth = np.array([row.label for row in tune])
    right = np.array(partial.classes)[found.argmax(axis=1)] == truth
    settings = {"first": threshold(found, right.astype(np.float32)), "second": 0.25}
    head = fit.as_head("topic", model.whole, settings)
    learned = [*learn, *tune, *own]
    return plan.of_head(head, learned, purpose=_PURPOSE, data=_DATA, failures=_FAILS)


_PURPOSE = "What a text is about: one of the codes of the taxonomy, or nothing when unsure."
_DATA = (
    "Appeals of citizens of the Kursk region (no licence stated), themes mapped to codes by"
    " hand, equal texts once, one of five held out by digest; posts of Russian news channels"
    " (CC BY 4.0): machine-made categories `political` as politics and"
    f" {', '.join(_OTHER)} as other, at weight {_NEWS_WEIGHT}; reviews of KazSAnDRA (no licence"
    " stated) as other in Kazakh; synthetic rows of the project in Kazakh and Russian, the only"
    " source of jobs, prices, order, emergency, corruption and of all Kazakh topics."
)
_FAILS = (
    "Replies that can not be read without the thread.",
    "Politics, order and corruption of news comments run into each other.",
    "Open manholes are water by the mapping; readers would often say roads.",
)
