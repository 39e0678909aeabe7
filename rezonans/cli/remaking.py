"""Stored mentions through other models: what is read, what is said of it, what has changed.

Guarantee: a row is asked for only as long as other models have labelled it, so a command that was
stopped goes on where it stood, and one that is through finds nothing left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.texts import Text
from models.understanding import Labels as Understood
from rezonans.remade import Labels, Remade
from sinks.clickhouse.remade import HEADS, heads
from sinks.clickhouse.rows import labels_of

BATCH = 100
"""Items of one question: a parameter has a length, and names of items may be links."""
Query = Callable[[str, dict[str, Any]], list[Any]]
Model = Callable[[Sequence[Text]], Sequence[Understood]]

_RANGE = """
published_at >= {since:DateTime64(3)} AND observed_at < {until:DateTime64(3)}
"""
_DAYS = f"""
SELECT day, count() AS stored, countIf({HEADS} != {{heads:Array(String)}}) AS left
FROM mentions_public WHERE {_RANGE} GROUP BY day ORDER BY day LIMIT 100000
"""  # noqa: S608 nothing of it is input
_COLUMNS = """
item, revision, published_at, title, text, context, home, language, topic, appeal_guess,
sentiment, region, model
"""
_BATCH = f"""
SELECT {_COLUMNS} FROM mentions_public
WHERE day = {{day:Date}} AND item > {{after:String}} AND {HEADS} != {{heads:Array(String)}}
    AND {_RANGE}
ORDER BY item LIMIT {BATCH}
"""  # noqa: S608 nothing of it is input
# the bounds are in the key of the table, so that a day is not read for a hundred of its items
_AMONG = """
day = {day:Date} AND item >= {first:String} AND item <= {last:String}
    AND has({items:Array(String)}, item)
"""
_NAMED = f"""
SELECT {_COLUMNS} FROM mentions_public WHERE {_AMONG} LIMIT {BATCH}
"""  # noqa: S608 nothing of it is input
_LEFT = f"""
SELECT count() AS left FROM mentions_public WHERE {_AMONG} AND {HEADS} != {{heads:Array(String)}}
"""  # noqa: S608 nothing of it is input


@dataclass(frozen=True)
class Scope:
    """Which mentions, and the models they are to be of."""

    since: datetime
    """Published since then."""
    until: datetime
    """Collected before: what comes while this runs is the worker's."""
    model: dict[str, str]

    def params(self, **more: Any) -> dict[str, Any]:
        return {"since": self.since, "until": self.until, "heads": heads(self.model), **more}

    def has_labelled(self, row: dict[str, Any]) -> bool:
        """Whether a row is what these models say already."""
        return heads(row["model"]) == heads(self.model)


@dataclass
class Changes:
    """How many items got another label, by column."""

    understood: int = 0
    changed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Day:
    day: date
    stored: int
    left: int


def days(query: Query, scope: Scope) -> list[Day]:
    """The days with something in the range: rows, and those that other models have labelled."""
    rows = query(_DAYS, scope.params())
    return [Day(row["day"], int(row["stored"]), int(row["left"])) for row in rows]


def batches(query: Query, scope: Scope, day: date) -> Iterator[list[dict[str, Any]]]:
    """Rows of a day that other models have labelled, by item."""
    after = ""
    while rows := query(_BATCH, scope.params(day=day, after=after)):
        yield rows
        after = rows[-1]["item"]


def named(query: Query, day: date, items: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of items that are stored."""
    return query(_NAMED, _among(day, items)) if items else []


def left(query: Query, scope: Scope, day: date, items: Sequence[str]) -> int:
    """How many of the items have the labels of other models still."""
    if not items:
        return 0
    return int(query(_LEFT, {**_among(day, items), "heads": heads(scope.model)})[0]["left"])


def _among(day: date, items: Sequence[str]) -> dict[str, Any]:
    return {"day": day, "items": list(items), "first": min(items), "last": max(items)}


def remade(
    rows: Sequence[dict[str, Any]], day: date, scope: Scope, model: Model, changes: Changes
) -> Remade:
    """What the models say of rows; counts what is said otherwise than before."""
    texts = [
        Text(text=row["text"], title=row["title"], context=row["context"], home=row["home"])
        for row in rows
    ]
    found = [_labels(row, said) for row, said in zip(rows, model(texts), strict=True)]
    changes.understood += len(found)
    for row, said in zip(rows, found, strict=True):
        changes.changed.update(_changed(row, said))
    return Remade(day=day, model=scope.model, labels=tuple(found))


def _labels(row: dict[str, Any], said: Understood) -> Labels:
    return Labels(
        item=row["item"],
        revision=row["revision"],
        published_at=row["published_at"],
        language=said.language,
        script=said.script,
        topics=said.topics,
        appeal=said.appeal,
        appeal_probability=said.appeal_probability,
        sentiment=said.sentiment,
        urgent=said.urgent,
        places=said.places,
        fingerprint=said.fingerprint,
        languages=said.languages,
    )


def _changed(row: dict[str, Any], said: Labels) -> list[str]:
    new = labels_of(said)
    names = ("language", "topic", "appeal_guess", "sentiment", "region")
    return [name.removesuffix("_guess") for name in names if new[name] != row[name]]
