"""Training of the appeal head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from models import appeal as head_module
from models import linear, texts
from models.train import comments, fit, folds, plan, rows, synthetic, vectors
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row

_ASKING = "Я хочу задать вопрос о вакцинации"
_APPEAL_WEIGHT, _CHATTER_WEIGHT, _OWN_WEIGHT = 0.5, 1.5, 0.5
_READ_WEIGHT = 0.7
"""Of comments: out of fold .655 of them are right without those read last, .660 with them at this
and .666 at 1; but at 1 posts and news are told worse than by the head before."""
_STRENGTH = 0.05
_KINDS = ("complaint", "suggestion", "question", "gratitude")
_PRECISION = 0.7
"""What is shown as one of them is surely right so often on our comments, out of fold. Incidents,
of which these have next to none, are shown when they are likelier than all else together."""
_LEAST = 0.5
_UNCLEAR = ("?", "спасиб", "благодар", "прошу", "просьба")


def _appeals(data: Path) -> list[Row]:
    listed = rows.kursk_themes(data)
    asking = [row for row in listed if row.label == _ASKING]
    found = [row for row in listed if row.label != _ASKING]
    return [
        *rows.some(asking, len(asking), label="question", weight=_APPEAL_WEIGHT),
        *rows.some(found, len(found), label="complaint", weight=_APPEAL_WEIGHT),
    ]


def _chatter(data: Path) -> list[Row]:
    posts = (
        row
        for row in rows.rusentiment(data, "random_posts")
        if row.label in ("neutral", "negative", "positive")
    )
    clear = _clear(posts)
    return [
        *rows.some(_clear(rows.telegram(data)), 1500, label="none", weight=_CHATTER_WEIGHT),
        *rows.some(clear, 2500, label="none", weight=_CHATTER_WEIGHT),
    ]


def _clear(found: Iterable[Row]) -> list[Row]:
    """Rows without the cues of an appeal: what has one is left out, not labelled."""
    return [row for row in found if not any(cue in row.text.lower() for cue in _UNCLEAR)]


def judge(head: linear.Head, tested: Sequence[Row]) -> Judged:
    """The kind of each row; shown is what the product says to be an appeal."""
    found = fit.probabilities(head, tested)
    said = head_module.decide(head, found, [texts.tokens(row.text) for row in tested])
    shown = np.array([kind not in (None, "none") for kind, _ in said])
    return likeliest(found, head.classes, shown)


def _split(data: Path) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows to learn from; appeals and posts that are held out."""
    appeals, appeals_test = rows.split(_appeals(data), 1, 5)
    chatter, chatter_test = rows.split(_chatter(data), 1, 5)
    return [*appeals, *chatter], appeals_test, chatter_test


def held(data: Path) -> list[Held]:
    """Appeals; posts and news; comments of the domain."""
    _, appeals, chatter = _split(data)
    domain = rows.domain(data, "appeal")
    return [
        Held("held-out Kursk appeals", appeals, judge, "by theme: nearly all complaints"),
        Held(
            "held-out posts and news",
            chatter,
            judge,
            "all taken as none: whatever is shown here is wrong",
        ),
        Held("labels/tengri_dev", domain, judge, "validation only", False),
    ]


def train(data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
    """Comments that we labelled, own rows, appeals as complaints, posts and news as none."""
    say("reading comments, appeals and posts")
    read = comments.Comments(data).rows(lambda label: label.appeal, _READ_WEIGHT)
    real, _, _ = _split(data)
    own = [each.row(each.appeal, _OWN_WEIGHT) for each in synthetic.examples()]
    learned = [*read, *real, *more, *own]
    # Labels of the others follow from where they stand, so they say little of calibration.
    judged = [number < len(read) or rows.held(row, 1, 20) for number, row in enumerate(learned)]
    say("training")
    fitted = folds.fitted(
        learned, judged, strength=_STRENGTH, balanced=True, knowledge=vectors.russian()
    )
    head = fit.as_head("appeal", fitted.model)
    head = replace(head, settings=settings(head.classes, fitted, say))
    return plan.of_head(head, learned, purpose=_PURPOSE, data=_DATA, failures=_FAILS)


def settings(classes: tuple[str, ...], fitted: folds.Fitted, say: plan.Say) -> dict[str, float]:
    """From where on each kind is shown, by comments that the machine did not see; a kind that it
    took none of them for is left to `least`."""
    labels = np.array([row.label for row in fitted.judged])
    read = np.array([row.source == comments.SOURCE for row in fitted.judged])
    best, found = fitted.probabilities.argmax(axis=1), {"least": _LEAST}
    for kind in sorted(set(_KINDS) & set(classes)):
        of = read & (best == classes.index(kind))
        if not of.any():
            continue
        sure, right = fitted.probabilities[of].max(axis=1), fitted.right[of]
        found[kind] = folds.threshold(sure, right, _PRECISION)
        shown = right[sure >= found[kind]]
        there = int((read & (labels == kind)).sum())
        say(f"{kind}: shown from {found[kind]}, right {shown.sum()} of {len(shown)}, of {there}")
    return found


_PURPOSE = (
    "What a text is as an appeal: complaint, incident, question, suggestion, gratitude, none."
)
_DATA = (
    "Comments of tengrinews (no licence stated) labelled by us, all that are under articles of"
    " which `labels/tengri_dev` has no comment; synthetic rows of the project in Kazakh and Russian"
    " for all classes; Kursk appeals (no"
    " licence stated) as complaints, those of the theme that asks about vaccination as questions;"
    " random posts of RuSentiment (CC BY-NC-SA 4.0, **non-commercial**) and of news channels"
    " (CC BY 4.0) without a question mark, thanks or a request as none; folded in, vectors of"
    " 51,904 lemmas (Navec, news; MIT). From where on a kind is shown is chosen on our comments"
    " out of fold, by article: surely 0.7 of what is shown is right."
)
_FAILS = (
    "Incidents are learned from synthetic rows alone.",
    "A complaint told as a joke reads as none.",
    "A question that blames and one that asks look alike, so questions are hardly ever shown.",
)
