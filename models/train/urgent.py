"""Training of the urgency head."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models import linear
from models import urgent as head_module
from models.train import comments, fit, plan, rows, synthetic
from models.train.held import Held, Judged, likeliest
from models.train.rows import Row

_THREATS = ("Отсутствие люков на коммуникационных колодцах", "Аварийные деревья")
_UNCLEAR = ("Безнадзорные животные", "Аварийное жильё", "Неприятные запахи")
_REAL_WEIGHT, _THREAT_WEIGHT, _OWN_WEIGHT = 0.3, 0.1, 2.0


def _appeals(data: Path) -> list[Row]:
    found = [row for row in rows.kursk_themes(data) if row.label not in _UNCLEAR]
    threats = [row for row in found if row.label in _THREATS]
    calm = [row for row in found if row.label not in _THREATS]
    return [
        *rows.some(threats, len(threats), label="urgent", weight=_THREAT_WEIGHT),
        *rows.some(calm, len(calm), label="calm", weight=_REAL_WEIGHT),
    ]


def _calm(data: Path) -> list[Row]:
    return [
        *rows.some(rows.telegram(data), 1500, label="calm", weight=_REAL_WEIGHT),
        *rows.some(rows.rusentiment(data, "random_posts"), 1500, label="calm", weight=_REAL_WEIGHT),
        *rows.some(
            rows.kazsandra(data, "03_pc_train_rus"), 1000, label="calm", weight=_REAL_WEIGHT
        ),
    ]


def judge(head: linear.Head, tested: Sequence[Row]) -> Judged:
    """Calm or urgent, whichever is likelier: the threshold of the boards is 0.5."""
    return likeliest(fit.probabilities(head, tested), head.classes)


def _domain(data: Path) -> list[Row]:
    names = {"0": "calm", "1": "urgent"}
    found = rows.domain(data, "urgent")
    return [row for old in found for row in rows.some([old], 1, label=names[old.label])]


def _split(data: Path) -> tuple[list[Row], list[Row]]:
    return rows.split([*_appeals(data), *_calm(data)], 1, 5)


def held(data: Path) -> list[Held]:
    """Appeals and posts; comments of the domain."""
    _, test = _split(data)
    note = "validation only, one urgent row"
    return [
        Held("held-out appeals and posts", test, judge, "urgent by theme only: weak labels"),
        Held("labels/tengri_dev", _domain(data), judge, note, False),
    ]


def train(data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
    """Own rows, appeals of themes that threaten life, and what is certainly calm."""
    say("reading appeals and posts")
    names, written = head_module.CLASSES, [*synthetic.examples(), *synthetic.dangers()]
    own = [each.row(names[each.urgent], _OWN_WEIGHT) for each in written]
    own, own_tune = rows.split(own, 1, 5)
    read = comments.Comments(data).rows(lambda _: "calm", _REAL_WEIGHT)
    real, real_tune = rows.split([*_split(data)[0], *read], 1, 10)
    learn = [*own, *real, *more]
    say("training")
    tune = [*own_tune, *real_tune]
    head = fit.as_head("urgent", fit.calibrated(learn, tune, strength=0.08).whole)
    return plan.of_head(head, [*learn, *tune], purpose=_PURPOSE, data=_DATA, failures=_FAILS)


_PURPOSE = "Whether life, health or harm to many is at stake now."
_DATA = (
    "Synthetic rows of the project in Kazakh and Russian; Kursk appeals (no licence stated):"
    f" themes {', '.join(f'«{name}»' for name in _THREATS)} as urgent at weight {_THREAT_WEIGHT},"
    " unclear themes left out, the others calm; posts of news channels (CC BY 4.0), RuSentiment"
    " (CC BY-NC-SA 4.0, **non-commercial**) and KazSAnDRA (no licence stated) and comments of"
    " tengrinews that we have read (no licence stated) as calm."
)
_FAILS = (
    "No real urgent appeals were at hand: recall is not known.",
    "Figures of speech («умираю») may raise it; an understated plea may not.",
    "Danger without a plea is learned from rows of our own alone.",
)
