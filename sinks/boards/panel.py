"""What a board is made of, before it has a language or a drawing: panels, columns, places.

Titles are message ids: `mark` tells the extraction, the drawing translates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

Steps: TypeAlias = tuple[tuple[float, str], ...]
"""From which value on which colour, ascending; below the first there is none."""
Look: TypeAlias = Literal["", "gauge", "heat", "hidden", "wrapped", "link"]
Kind: TypeAlias = Literal["numbers", "table", "course", "bars", "series", "map"]
Link: TypeAlias = tuple[str, Mapping[str, str]]
"""The board that a number leads to, and which column of its row fills which variable."""

BAD: Steps = ((0.35, "#e0a100"), (0.5, "#d1442f"))
"""Of a share that should be small: negative posts, abstention."""
GOOD: Steps = ((0.0, "#d1442f"), (0.7, "#e0a100"), (0.9, "#3f8f4f"))
"""Of a share that should be large: answered, on time, watched."""
DANGER: Steps = ((1.0, "#d1442f"),)


@dataclass(frozen=True)
class Column:
    """How one column is called and looks. `codes`: the vocabulary that gives names to its values;
    `unit`: Grafana's."""

    title: str
    unit: str = "locale"
    codes: str = ""
    look: Look = ""
    steps: Steps = ()
    decimals: int | None = None
    width: int | None = None
    colour: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    """Variables that a click on this column sets, to fixed values."""
    named: tuple[str, str] | None = None
    """Vocabulary and code that give the title where it is a name."""


def code(title: str, codes: str, width: int | None = None) -> Column:
    """A column of codes, shown by their names."""
    return Column(title, unit="", codes=codes, width=width)


def share(title: str, steps: Steps = ()) -> Column:
    return Column(title, unit="percentunit", decimals=0, steps=steps, width=110)


def counted(title: str, steps: Steps = (), width: int | None = None, **sets: str) -> Column:
    """A number whose posts are some of those of its row: a link sets these variables."""
    return Column(title, steps=steps, width=width, sets=sets)


def part(title: str, steps: Steps = (), **sets: str) -> Column:
    """A share whose posts are some of those of its row."""
    return replace(share(title, steps), sets=sets)


def seconds(title: str, steps: Steps = ()) -> Column:
    return Column(title, unit="s", decimals=0, steps=steps, width=130)


def moment(title: str) -> Column:
    return Column(title, unit="dateTimeFromNow", width=140)


HIDDEN = Column("", unit="", look="hidden")


@dataclass(frozen=True)
class Panel:
    """One question with its answer. `sql` are names of files, usually one; `about` says in one
    sentence what the reader learns. `leads`: what a click on a number opens; empty where a
    number is not about posts."""

    title: str
    kind: Kind
    sql: tuple[str, ...]
    size: tuple[int, int]
    """Width of 24, height."""
    columns: Mapping[str, Column] = field(default_factory=dict)
    about: str = ""
    leads: Link | None = None
    window: tuple[str, str] | None = None
    """Columns with the milliseconds between which the posts of a row lie, where it is not the
    range of the board."""
    metrics: tuple[tuple[str, str], ...] = ()
    """PromQL with the message id of its legend, for a panel that asks Prometheus."""
    codes: str = ""
    """Vocabulary of the series of a `series`."""


@dataclass(frozen=True)
class Board:
    """A page of panels, laid out in rows from left to right."""

    name: str
    title: str
    about: str
    panels: tuple[Panel, ...]
    variables: tuple[str, ...]
    since: str = "now-24h"
    refresh: str = "1m"
    marks: bool = False
    """Whether spikes stand as marks on its courses."""
