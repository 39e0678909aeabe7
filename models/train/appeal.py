"""Training of the appeal head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from models import linear
from models.train import fit, plan, rows, synthetic
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row

_ASKING = "Я хочу задать вопрос о вакцинации"
_APPEAL_WEIGHT, _CHATTER_WEIGHT = 0.3, 0.3
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
    """The kind of each row."""
    return likeliest(fit.probabilities(head, tested), head.classes)


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
        Held("held-out posts and news", chatter, judge, "all taken as none"),
        Held("labels/tengri_dev", domain, judge, "validation only", False),
    ]


def train(data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
    """Own rows for all classes, real appeals as complaints, posts and news as none."""
    say("reading appeals and posts")
    real, _, _ = _split(data)
    own = [each.row(each.appeal, 2.0) for each in synthetic.examples()]
    own, own_tune = rows.split(own, 1, 6)
    real, real_tune = rows.split(real, 1, 20)
    learn = [*own, *real, *more]
    say("training")
    tune = [*own_tune, *real_tune]
    head = fit.as_head("appeal", fit.calibrated(learn, tune, strength=0.05).whole)
    return plan.of_head(head, [*learn, *tune], purpose=_PURPOSE, data=_DATA, failures=_FAILS)


_PURPOSE = (
    "What a text is as an appeal: complaint, incident, question, suggestion, gratitude, none."
)
_DATA = (
    "Synthetic rows of the project in Kazakh and Russian for all classes; Kursk appeals (no"
    " licence stated) as complaints, those of the theme that asks about vaccination as questions;"
    " random posts of RuSentiment (CC BY-NC-SA 4.0, **non-commercial**) and of news channels"
    " (CC BY 4.0) without a question mark, thanks or a request as none."
)
_FAILS = (
    "Suggestions and incidents are learned from synthetic rows alone.",
    "A complaint told as a joke reads as none.",
)
