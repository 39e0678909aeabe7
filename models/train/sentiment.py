"""Training of the two heads of attitude, Russian and Kazakh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from models import linear
from models import sentiment as head_module
from models.train import fit, plan, rows, synthetic
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row

_OWN_WEIGHT = 3.0
_APPEAL_WEIGHT, _NEWS_WEIGHT = 0.5, 0.3


def _own(language: str) -> list[Row]:
    found = (each for each in synthetic.examples() if each.language == language)
    return [each.row(each.sentiment, _OWN_WEIGHT) for each in found]


def _public(data: Path) -> list[Row]:
    """Public life in Russian: appeals taken as negative, posts of news channels as neutral."""
    news = (row for row in rows.telegram(data) if row.label in ("political", "moscow", "finances"))
    return [
        *rows.some(rows.kursk(data), 1500, label="negative", weight=_APPEAL_WEIGHT),
        *rows.some(news, 1000, label="neutral", weight=_NEWS_WEIGHT),
    ]


def judge(head: linear.Head, tested: Sequence[Row]) -> Judged:
    """The three classes that the product shows."""
    folded = head_module.fold(head, fit.probabilities(head, tested))
    return likeliest(folded, head_module.CLASSES)


def judge_plainly(head: linear.Head, tested: Sequence[Row]) -> Judged:
    """All classes of the head."""
    return likeliest(fit.probabilities(head, tested), head.classes)


def judge_polarity(head: linear.Head, tested: Sequence[Row]) -> Judged:
    """Negative or positive, the neutral share left out."""
    polar = head_module.fold(head, fit.probabilities(head, tested))[:, [0, 2]]
    return likeliest(polar / polar.sum(axis=1, keepdims=True), ("negative", "positive"))


def _domain(data: Path, language: str) -> Held:
    tested = [row for row in rows.domain(data, "sentiment") if row.language == language]
    note = "validation in the domain only"
    return Held(f"labels/tengri_dev, {language}", tested, judge, note, False)


def _split_russian(data: Path) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows to learn from, to tune on, and held out."""
    learn, test = rows.split(rows.rusentiment(data, "random_posts"), 1, 8)
    known = {rows.identity(row.text) for row in test}
    more = rows.rusentiment(data, "preselected_posts")
    learn += [row for row in more if rows.identity(row.text) not in known]
    return *rows.split(rows.distinct(learn), 1, 10), test


def held_russian(data: Path) -> list[Held]:
    """Held-out posts in five classes and in three, and comments of the domain."""
    _, _, test = _split_russian(data)
    three = [row for row in test if row.label in head_module.CLASSES]
    folded = [
        msgspec.structs.replace(row, label=head_module.FOLD.get(row.label, row.label))
        for row in test
    ]
    return [
        Held("held-out RuSentiment, five classes", test, judge_plainly),
        Held("held-out RuSentiment, rows of the three classes", three, judge),
        Held("held-out RuSentiment, five folded to three", folded, judge),
        _domain(data, "ru"),
    ]


def russian(data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
    """Five classes of RuSentiment; own rows carry three of them."""
    say("reading RuSentiment")
    learn, tune, _ = _split_russian(data)
    learn = [*learn, *_own("ru"), *_public(data), *more]
    say("training")
    model = fit.calibrated(learn, tune, strength=0.03, balanced=True)
    head = fit.as_head("sentiment_ru", model.whole)
    learned = [*learn, *tune]
    return plan.of_head(head, learned, purpose=_PURPOSE, data=_RU_DATA, failures=_RU_FAILS)


_POLARITY = {"0": "negative", "1": "positive"}


def _stars(data: Path, name: str) -> list[Row]:
    """Reviews of three stars, a noisy neutral."""
    found = (row for row in rows.kazsandra(data, name) if row.label == "2")
    return [msgspec.structs.replace(row, label="neutral") for row in found]


def _polar(data: Path, name: str) -> list[Row]:
    return [
        msgspec.structs.replace(row, label=_POLARITY[row.label])
        for row in rows.kazsandra(data, name)
    ]


def held_kazakh(data: Path) -> list[Held]:
    """Reviews of the validation part, and comments of the domain."""
    test = _polar(data, "04_pc_valid")
    three = [*test, *_stars(data, "09_sc_valid")]
    note = "neutral left out: the set has none"
    return [
        Held("KazSAnDRA valid, polarity", test, judge_polarity, note),
        Held("KazSAnDRA valid, polarity and three stars", three, judge),
        _domain(data, "kk"),
    ]


def kazakh(data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
    """Polarity of KazSAnDRA, three stars as neutral, and own rows."""
    say("reading KazSAnDRA")
    test, stars = _polar(data, "04_pc_valid"), _stars(data, "09_sc_valid")
    known = {rows.identity(row.text) for row in [*test, *stars]}
    learn = [*_polar(data, "03_pc_train_rus"), *_stars(data, "08_sc_train_rus")]
    learn = [row for row in rows.distinct(learn) if rows.identity(row.text) not in known]
    learn, tune = rows.split(learn, 1, 10)
    learn = [*learn, *_own("kk"), *more]
    say("training")
    model = fit.calibrated(learn, tune, strength=0.01)
    head = fit.as_head("sentiment_kk", model.whole)
    return plan.of_head(head, [*learn, *tune], purpose=_PURPOSE, data=_KK_DATA, failures=_KK_FAILS)


_PURPOSE = "The writer's attitude: negative, neutral, positive."
_RU_DATA = (
    "RuSentiment (Rogers et al., COLING 2018; CC BY-NC-SA 4.0, **non-commercial**): random and"
    " preselected posts of VK, equal texts once; one random post of eight is held out by the"
    " digest of its text, and none of the preselected, whose classes are shared out otherwise;"
    " these scores are not comparable with those on the official test set. Appeals of the Kursk"
    " region (no licence stated) taken as negative and posts of news channels (CC BY 4.0) as"
    " neutral, both at a low weight: public life is not in VK posts. Synthetic rows of the"
    " project in Russian. `speech` counts as positive and `skip` as neutral where three classes"
    " are shown."
)
_RU_FAILS = (
    "Sarcasm, irony and indignation of news comments read as neutral or positive: about three"
    " in four of the negative comments of `labels/tengri_dev` are missed.",
    "Posts of VK are private life; complaints to an authority in a dry tone read as neutral.",
)
_KK_DATA = (
    "KazSAnDRA (IS2AI, arXiv 2403.19335; the repository states no licence): balanced polarity"
    " train, and reviews of three stars as a noisy neutral; texts of the validation part are"
    " taken out. Synthetic rows of the project in Kazakh."
)
_KK_FAILS = (
    "Trained on reviews of applications, places and books: news and politics are far from it.",
    "Neutral is noisy: three stars often praise or complain.",
)
