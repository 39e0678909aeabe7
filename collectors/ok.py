"""Odnoklassniki: topics of open groups with their comments and answers.

Guarantee: a topic or comment is told when it appears, again when its text changes or its figures
move, and once when it is deleted. The newest hundred topics of a group and the newest hundred
comments of a topic are compared at every look, the rest of the topics that are remembered once a
day. Comments are read when the topic's own figure has changed. More than a look can bring is
flagged `gap_suspected`. Pages of private persons and closed groups are no targets.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from collectors import Answer, Limit, Offers, Rejected, Target, TokenConfig
from collectors.lists.walking import where_moved
from collectors.odnoklassniki.asking import Asker, Keys
from collectors.odnoklassniki.groups import Walk
from collectors.odnoklassniki.pages import page_of, told
from collectors.odnoklassniki.reading import Frame, Group
from collectors.odnoklassniki.state import State
from collectors.runner.budget import ALL
from rezonans.records import Post

VERSION = "1"
OFFERS = Offers(
    comments=True,
    counters=True,
    edits=True,
    deletions=True,
    legal_note="Open groups by the API with keys of an application of your own and a session of an "
    "account of the body; the right to read groups is granted by api-support@ok.ru on request. "
    "Closed groups and pages of private persons are not read.",
)
LIMITS = {ALL: Limit(per_second=1)}
"""OK publishes no figure; what it refuses is waited out."""


class GroupConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^\d{5,20}$")
    """The number of the group, as in ok.ru/group/55348644610059."""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


class Config(TokenConfig):
    """The token is the access token of a session; secrets come from the environment."""

    application: str = Field(min_length=8)
    """The application's public key (application_key)."""
    secret_key: SecretStr = Field(min_length=8)
    """Its secret one: `REZONANS_COLLECTORS__NAME__SECRET_KEY`."""
    groups: tuple[GroupConfig, ...] = Field(min_length=1)
    first_days: float = Field(default=7.0, gt=0, le=365)
    """How far the first look goes back."""
    gap_seconds: float = Field(default=0.0, ge=0, le=3600)
    budgets: dict[str, Limit] = {}
    """Where OK granted more or less."""

    def limits(self) -> Mapping[str, Limit]:
        return {**LIMITS, **self.budgets}

    def looks_a_day(self, target: str) -> tuple[str, float] | None:
        for method in ("mediatopic.getTopics", ALL):
            limit = self.limits().get(method)
            if limit and limit.a_day:
                return method, limit.a_day / (1 if method != ALL else 2)
        return None


def targets(config: Config) -> Sequence[Target]:
    return [Target(name=one.id, container=f"ok:{one.id}") for one in config.groups]


def trial(target: str) -> dict[str, object]:
    return {"groups": [{"id": target.rstrip("/").rpartition("/")[2]}], "first_days": 1}


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    keys = Keys(config.application, config.secret_key.get_secret_value(), config.secret)
    home = next(one.home for one in config.groups if one.id == target.name)
    frame = Frame(
        observed_at=now,
        legal_basis=config.legal_basis,
        group=Group(id=target.name),
        home=home or config.home,
    )
    since = now - timedelta(days=config.first_days)
    walk = Walk(Asker(http, keys, now), State.recall(cursor), frame, since)
    async for answer in where_moved(walk.look(), cursor):
        yield answer


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from told(page_of(answer), answer.body)


if TYPE_CHECKING:
    from collectors import Collector, ok  # noqa: PLW0406 - checked against the protocol here

    _: Collector = ok
