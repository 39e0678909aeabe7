"""What newer models say of mentions that are stored: a record of its own topic, for the store.

Rules of all records: `rezonans.records`. It carries labels and no posts: what a person wrote, and
who, does not leave the store for this.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from rezonans.records import Appeal, Place, Sentiment


class Labels(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is understood of one item; the labels have the names and units of a `Mention`."""

    item: str
    revision: Annotated[int, msgspec.Meta(ge=0, lt=2**42)]
    """Of the text that was read; another revision keeps its own labels."""
    published_at: datetime
    language: str | None = None
    script: str | None = None
    topics: tuple[tuple[str, float], ...] = ()
    appeal: Appeal | None = None
    appeal_probability: float | None = None
    sentiment: Sentiment | None = None
    urgent: float | None = None
    places: tuple[Place, ...] = ()
    fingerprint: Annotated[int, msgspec.Meta(ge=0)] | None = None
    languages: dict[str, float] = {}


class Remade(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="schema",
    tag="remade.v1",
):
    """Labels of some mentions of one day of the store."""

    day: date
    """As in the key of the store: 1970-01-01 for items whose platform gave no date."""
    model: dict[str, str]
    """Head to version of its weights; rows that these weights have labelled stay."""
    labels: tuple[Labels, ...] = ()
