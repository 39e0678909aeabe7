"""The boards: each panel's SQL lives here once; Grafana's files are written from it.

The SQL uses the macros of Grafana's ClickHouse data source; `expand` does the same for whoever
runs a panel without Grafana: tests, the digest, a report.
"""

from __future__ import annotations

import re
from datetime import datetime
from importlib import resources
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "grafana"

_SQL = resources.files("sinks.boards")
_MACRO = re.compile(r"\$__\w+(?:\((?P<column>\w+)\))?")


def names() -> list[str]:
    """All panels that have SQL."""
    found = (entry.name for entry in _SQL.iterdir())
    return sorted(name.removesuffix(".sql") for name in found if name.endswith(".sql"))


def sql(name: str) -> str:
    """The SQL of one panel, with macros."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def expand(text: str, since: datetime, until: datetime, interval_seconds: int = 60) -> str:
    """The SQL with its macros replaced as Grafana does it. `ValueError`: an unknown macro."""
    bounds = (
        f"toDateTime({int(since.timestamp())})",
        f"toDateTime({int(until.timestamp())})",
    )

    def replacement(match: re.Match[str]) -> str:
        macro, column = match.group().split("(")[0], match["column"]
        if macro == "$__timeFilter" and column:
            return f"{column} >= {bounds[0]} AND {column} <= {bounds[1]}"
        plain = {
            "$__fromTime": bounds[0],
            "$__toTime": bounds[1],
            "$__interval_s": str(interval_seconds),
        }
        if column or macro not in plain:
            raise ValueError(f"{match.group()}: not a macro that the boards use")
        return plain[macro]

    return _MACRO.sub(replacement, text)
