"""VK: walls of communities with comments and answers, and searches over public posts.

Guarantee: a post or comment is told when it appears, again when its text changes or its
figures move, and once when it is deleted. The newest hundred posts of a wall and the newest
hundred comments of a post are compared at every look, the rest of what is remembered once a
day. Comments are read when the post's own figure says that there are any. More posts than
VK shows between two looks are flagged `gap_suspected`. Pages of private persons are no targets.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from collectors import Answer, Limit, Offers, Rejected, Target, TokenConfig
from collectors.lists.walking import where_moved
from collectors.runner.abilities import Past
from collectors.runner.budget import ALL
from collectors.vkontakte import history as backwards
from collectors.vkontakte import searches
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.pages import page_of, told
from collectors.vkontakte.reading import Frame
from collectors.vkontakte.state import State
from collectors.vkontakte.walls import Wall
from rezonans.records import Post
from rezonans.troubles import Invalid

VERSION = "1"
OFFERS = Offers(
    comments=True,
    counters=True,
    edits=True,
    deletions=True,
    partly={"deletions": "not of answers in threads of more than ten"},
    legal_note="Public walls by the API with a service token of an application of your own; "
    "5,000 wall.get a day and token, more by agreement with VK. Closed communities and pages "
    "of private persons are not read.",
)
LIMITS = {
    ALL: Limit(per_second=3),
    "wall.get": Limit(a_day=5_000),
    "newsfeed.search": Limit(a_day=1_000),
}
_HOME = r"^\d{2}(\d{7})?$"


class WallConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_.]{1,63}$")
    """Of a community, as in its address: `akimat_example` or `club123`."""
    home: str | None = Field(default=None, pattern=_HOME)

    @field_validator("name")
    @classmethod
    def _no_person(cls, name: str) -> str:
        if re.fullmatch(r"id\d+", name):
            raise ValueError("the page of a private person is no target; name a community")
        return name


class SearchConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    words: str = Field(min_length=2, max_length=200)
    """As VK's own search takes them."""
    home: str | None = Field(default=None, pattern=_HOME)


class Config(TokenConfig):
    """The token is a service token."""

    host: str = Field(default="api.vk.com", pattern=r"^api\.vk\.(com|ru)$")
    gap_seconds: float = Field(default=0.0, ge=0, le=3600)
    walls: tuple[WallConfig, ...] = ()
    searches: tuple[SearchConfig, ...] = ()
    first_days: float = Field(default=7.0, gt=0, le=365)
    """How far the first look goes back."""
    budgets: dict[str, Limit] = {}
    """Where VK granted more, or another part of the house uses the token too."""

    def limits(self) -> Mapping[str, Limit]:
        return {**LIMITS, **self.budgets}

    def looks_a_day(self, target: str) -> tuple[str, float] | None:
        search = target.startswith("search/")
        method, questions = ("newsfeed.search", 2) if search else ("wall.get", 1)
        looks = self.limits()[method].a_day
        return (method, looks / questions) if looks else None

    @model_validator(mode="after")
    def _something(self) -> Config:
        if not (self.walls or self.searches):
            raise ValueError("nothing to read; name walls or searches")
        return self


def targets(config: Config) -> Sequence[Target]:
    walls = [Target(name=one.name, container=f"vk:{one.name}") for one in config.walls]
    found = [
        Target(name=f"search/{one.name}", container=f"vk:search/{one.name}")
        for one in config.searches
    ]
    return walls + found


def trial(target: str) -> dict[str, object]:
    if target.startswith("search:"):
        words = target.removeprefix("search:")
        return {"walls": [], "searches": [{"name": "trial", "words": words}], "first_days": 1}
    name = target.rstrip("/").rpartition("/")[2]
    return {"walls": [{"name": name}], "searches": [], "first_days": 1}


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    asker = Asker(http, config.host, config.secret, now)
    since = now - timedelta(days=config.first_days)
    async for answer in where_moved(_answers(config, target, asker, cursor, since), cursor):
        yield answer


def _answers(
    config: Config, target: Target, asker: Asker, cursor: str | None, since: datetime
) -> AsyncIterator[Answer]:
    state = State.recall(cursor)
    frame = Frame(observed_at=asker.now, legal_basis=config.legal_basis, home=config.home)
    for search in config.searches:
        if target.name == f"search/{search.name}":
            frame = msgspec.structs.replace(frame, home=search.home or config.home)
            return searches.look(asker, state, frame, search.words, since)
    wall = next(one for one in config.walls if one.name == target.name)
    frame = msgspec.structs.replace(frame, home=wall.home or config.home)
    return Wall(asker, state, frame, since).look(wall.name)


async def history(
    config: Config, target: Target, http: httpx.AsyncClient, past: Past
) -> AsyncIterator[Answer]:
    """The posts of a wall, backwards."""
    wall = next((one for one in config.walls if one.name == target.name), None)
    if wall is None:
        raise Invalid(f"{target.name}: only walls have a history, searches have none")
    home = wall.home or config.home
    frame = Frame(observed_at=past.now, legal_basis=config.legal_basis, home=home)
    asker = Asker(http, config.host, config.secret, past.now)
    async for answer in backwards.wall(asker, frame, wall.name, past.since, past.cursor):
        yield answer


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from told(page_of(answer))


if TYPE_CHECKING:
    from collectors import Collector, vk  # noqa: PLW0406 - checked against the protocol here

    _: Collector = vk
