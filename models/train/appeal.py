"""Training of the appeal head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from models import appeal as head_module
from models import linear
from models.train import comments, fit, folds, plan, rows, synthetic
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row

_ASKING = "Я хочу задать вопрос о вакцинации"
_APPEAL_WEIGHT, _CHATTER_WEIGHT, _OWN_WEIGHT = 0.3, 0.3, 0.5
_STRENGTH = 0.1
_LEAST = 0.5
"""An appeal is shown when it is likelier than all else together. On our comments, out of fold,
its precision is the same from 0.3 to 0.6, so a finer choice would be one of chance."""
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
    said = head_module.decide(head, found)
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
    read = comments.Comments(data).rows(lambda label: label.appeal)
    real, _, _ = _split(data)
    own = [each.row(each.appeal, _OWN_WEIGHT) for each in synthetic.examples()]
    learned = [*read, *real, *more, *own]
    # Labels of the others follow from where they stand, so they say little of calibration.
    judged = [number < len(read) or rows.held(row, 1, 20) for number, row in enumerate(learned)]
    say("training")
    fitted = folds.fitted(learned, judged, strength=_STRENGTH, balanced=True)
    head = fit.as_head("appeal", fitted.model, {"least": _LEAST})
    return plan.of_head(head, learned, purpose=_PURPOSE, data=_DATA, failures=_FAILS)


_PURPOSE = (
    "What a text is as an appeal: complaint, incident, question, suggestion, gratitude, none."
)
_DATA = (
    "Comments of tengrinews (no licence stated) labelled by us, none under an article that"
    " `labels/tengri_dev` has a comment of; synthetic rows of the project in Kazakh and Russian"
    " for all classes; Kursk appeals (no"
    " licence stated) as complaints, those of the theme that asks about vaccination as questions;"
    " random posts of RuSentiment (CC BY-NC-SA 4.0, **non-commercial**) and of news channels"
    " (CC BY 4.0) without a question mark, thanks or a request as none."
)
_FAILS = (
    "Incidents are learned from synthetic rows alone, suggestions nearly so.",
    "A complaint told as a joke reads as none.",
)
