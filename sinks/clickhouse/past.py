"""Stored mentions as the models see them again: an even sample of days, and corrections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from models.past import Past
from models.texts import Text

Query = Callable[[str, dict[str, Any]], list[dict[str, Any]]]

# The same items every time; cityHash64 spreads them evenly over sources and days.
_SAMPLE = """
SELECT item, title, text, context, home, published_at, language, topic, appeal_guess, sentiment,
    urgent
FROM mentions_public
WHERE published_at >= {since:DateTime64(3)} AND text != ''
ORDER BY cityHash64(item), item
LIMIT {most:UInt32}
"""

MOST_OF_ONE = 2_000
"""Corrections of one name that are read, the latest: a flood of one takes no room from others."""
_RELABELS = """
SELECT subject, at, `by`, value FROM (
    SELECT subject, at, `by`, value, action FROM (
        SELECT subject, at, `by`, value, action FROM actions
        WHERE verb = 'relabel' AND isNotNull(value)
        ORDER BY at DESC, action DESC
        LIMIT {most:UInt32} BY `by`
    )
    ORDER BY at DESC, action DESC
    LIMIT 100000
)
ORDER BY at, action
"""

_TEXTS = """
SELECT item, title, text, context, language
FROM mentions_public
WHERE has(splitByChar('\\n', {items:String}), item) AND text != ''
  AND NOT simulation
LIMIT 100000
"""
_TOGETHER = 500
"""Items of one question: a parameter has a length."""


def sample(query: Query, since: datetime, most: int) -> list[Past]:
    """At most so many mentions published since then, with what is stored of them."""
    rows = query(_SAMPLE, {"since": since, "most": most})
    return [
        Past(
            item=row["item"],
            text=Text(
                text=row["text"], title=row["title"], context=row["context"], home=row["home"]
            ),
            at=row["published_at"],
            language=row["language"],
            topic=row["topic"],
            appeal=row["appeal_guess"],
            sentiment=row["sentiment"],
            urgent=row["urgent"],
        )
        for row in rows
    ]


def relabels(query: Query) -> list[dict[str, Any]]:
    """Corrections in the order they were made: `subject`, `at`, `by`, `value`."""
    return query(_RELABELS, {"most": MOST_OF_ONE})


def texts(query: Query, items: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Title, text, context and language of items that are stored and that a person wrote."""
    plain = sorted({item for item in items if "\n" not in item})
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(plain), _TOGETHER):
        part = "\n".join(plain[start : start + _TOGETHER])
        found |= {row["item"]: row for row in query(_TEXTS, {"items": part})}
    return found
