"""Macros and variables of Grafana's ClickHouse data source, replaced as the plugin does it: for
whoever runs a panel without Grafana (the desk, tests, reports).

Two steps, as there: the page puts variables in (`$__conditionalAll` first), the plugin's server
puts times in. Anything that neither would understand is an error here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

VARIABLES = ("topic", "region", "district", "platform", "language", "sentiment", "appeal")
"""What a board can be narrowed by. There is none by author, and there will be none."""

SINGLE = ("settlement", "channel", "page", "target", "generation")
DRILLS = ("which", *SINGLE)
"""What links narrow the posts behind a number by (drill.py); `SINGLE` hold one value each."""

Values = Mapping[str, Sequence[str]]
"""What is chosen, by variable; nothing is all."""

_ALL = "$__conditionalAll("
_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(?!__)(\w+)")
_MACRO = re.compile(r"\$__(\w+)")


def expand(
    text: str,
    since: datetime,
    until: datetime,
    interval_seconds: int = 60,
    chosen: Values | None = None,
) -> str:
    """The SQL that the store gets. `ValueError`: an unknown macro, variable or format."""
    with_variables = _variables(_conditions(text, chosen or {}), chosen or {})
    return _times(with_variables, since, until, interval_seconds)


def _conditions(text: str, chosen: Values) -> str:
    """`$__conditionalAll(condition, $variable)` is the condition, or `1=1` for all."""
    while (at := text.rfind(_ALL)) >= 0:
        arguments, end = _arguments(text, at + len(_ALL) - 1)
        if len(arguments) != 2:
            raise ValueError(f"{_ALL}...) takes a condition and a variable")
        named = _VARIABLE.search(arguments[1])
        if named is None:
            raise ValueError(f"{arguments[1].strip()}: not a variable")
        some = chosen.get(named[1] or named[3])
        text = text[:at] + (arguments[0] if some else "1=1") + text[end:]
    return text


def _variables(text: str, chosen: Values) -> str:
    def replacement(match: re.Match[str]) -> str:
        name, style = match[1] or match[3], match[2]
        if name not in (*VARIABLES, *DRILLS):
            raise ValueError(f"{match.group()}: no such variable here")
        if style != "percentencode":
            raise ValueError(f"{match.group()}: a value goes into SQL as :percentencode only")
        some = chosen.get(name, ())
        return _quoted("".join(some)) if name in SINGLE else _encoded(some)

    return _VARIABLE.sub(replacement, text)


def _encoded(values: Sequence[str]) -> str:
    """Grafana's `percentencode` of a choice of several."""
    return _quoted("{" + ",".join(values) + "}")


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _times(text: str, since: datetime, until: datetime, interval_seconds: int) -> str:
    start, end = (f"toDateTime({int(at.timestamp())})" for at in (since, until))
    first, last = (f"toDate('{at:%Y-%m-%d}')" for at in (since, until))
    step = max(interval_seconds, 1)
    plain = {"fromTime": start, "toTime": end, "interval_s": str(step)}
    calls: dict[str, Callable[[str], str]] = {
        "timeFilter": lambda column: f"{column} >= {start} AND {column} <= {end}",
        "dateFilter": lambda column: f"{column} >= {first} AND {column} <= {last}",
        "timeInterval": lambda column: (
            f"toStartOfInterval(toDateTime({column}), INTERVAL {step} second)"
        ),
    }
    while match := _MACRO.search(text):
        name = match[1]
        if name in plain:
            text = text[: match.start()] + plain[name] + text[match.end() :]
            continue
        if name not in calls or text[match.end() : match.end() + 1] != "(":
            raise ValueError(f"{match.group()}: not a macro that the boards use")
        arguments, stop = _arguments(text, match.end())
        if len(arguments) != 1:
            raise ValueError(f"{match.group()} takes one column")
        text = text[: match.start()] + calls[name](arguments[0].strip()) + text[stop:]
    return text


def _arguments(text: str, opening: int) -> tuple[list[str], int]:
    """What stands between a bracket and its partner, by commas; and where that ends."""
    found, depth, start = [], 0, opening + 1
    for at in range(opening, len(text)):
        if text[at] == "(":
            depth += 1
        elif text[at] == "," and depth == 1:
            found.append(text[start:at])
            start = at + 1
        elif text[at] == ")":
            depth -= 1
            if depth == 0:
                return [*found, text[start:at]], at + 1
    raise ValueError(f"{text[max(0, opening - 20) : opening + 1]}: a bracket is not closed")
