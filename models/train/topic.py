"""Training of the topic head."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models import linear
from models import topic as head_module
from models.features import Floats
from models.train import evaluate, fit, plan, rows, synthetic
from models.train.evaluate import Test
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


def _tested(name: str, head: linear.Head, tested: list[Row], note: str = "") -> list[Test]:
    found = fit.probabilities(head, tested, head_module.CONTEXT)
    truth = [row.label for row in tested]
    whole = evaluate.of_probabilities(name, truth, found, head.classes, note)
    codes = head_module.decide(head, found)
    shown = [place for place, said in enumerate(codes) if said]
    if not shown:
        return [whole]
    share = f"{len(shown)} of {len(tested)} rows have a topic shown"
    said = [codes[place][0][0] for place in shown]
    only = evaluate.of_guesses(f"{name}, shown only", [truth[p] for p in shown], said, share)
    return [whole, only]


def train(data: Path, say: plan.Say) -> plan.Trained:
    """Kursk appeals, own rows in both languages, news and reviews as what is not an appeal."""
    say("reading appeals and news")
    learn, test = rows.split(rows.kursk(data), 1, 5)
    news, news_test = rows.split([*_news(data), *_reviews(data)], 1, 8)
    learn, tune = rows.split([*learn, *news], 1, 8)
    own = [each.row(each.topic, _OWN_WEIGHT) for each in synthetic.examples()]
    say("training")
    model = fit.calibrated([*learn, *own], tune, strength=0.15)
    partial = fit.as_head("topic", model.partial)
    found = fit.probabilities(partial, tune)
    truth = np.array([row.label for row in tune])
    right = np.array(partial.classes)[found.argmax(axis=1)] == truth
    settings = {"first": threshold(found, right.astype(np.float32)), "second": 0.25}
    head = fit.as_head("topic", model.whole, settings)
    say("evaluating")
    other = [row for row in news_test if row.label == "other"]
    tests = [
        *_tested("held-out Kursk appeals", head, test),
        *_tested("held-out news and reviews, other", head, other, "not about a public matter"),
        *_tested("labels/tengri_dev", head, rows.domain(data, "topic"), "validation only"),
    ]
    learned = [*learn, *tune, *own]
    return plan.of_head(head, learned, tests, purpose=_PURPOSE, data=_DATA, failures=_FAILS)


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
