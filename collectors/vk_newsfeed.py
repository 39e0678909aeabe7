"""VK's feed: the posts of hundreds of communities in one question, within seconds.

An account of the body, openly named as such, follows the communities and its feed is read with
its own token. Guarantee: a post that the feed shows is told once; each wall is compared once a
day, and a post that the feed left out is told then, with the flag `feed_missed`; edits, figures
and deletions are those of the daily comparison, of the newest 600 posts. Comments are read by
`vk`, where the wall is named there; visitors' posts are not in a feed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx
from pydantic import BaseModel, ConfigDict, Field

from collectors import Answer, Limit, Offers, Rejected, Target, TokenConfig
from collectors.lists.walking import where_moved
from collectors.runner.budget import ALL
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.feedpages import page_of, told
from collectors.vkontakte.newsfeed import Look, State
from collectors.vkontakte.reading import Frame
from rezonans.records import Post

VERSION = "1"
OFFERS = Offers(
    counters=True,
    edits=True,
    deletions=True,
    partly={name: "once a day" for name in ("counters", "edits", "deletions")},
    legal_note="The feed of an account of the body that is openly named as such and follows open "
    "communities; its token stays with the body. Nothing of persons is read. VK may leave posts "
    "out of a feed: how many is measured.",
)
LIMITS = {ALL: Limit(per_second=3), "wall.get": Limit(a_day=5_000)}


class CommunityConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int = Field(gt=0)
    """The number of a community that the account follows: 123 of vk.com/club123."""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


class Config(TokenConfig):
    """The token is that of the account, with the right to read walls."""

    host: str = Field(default="api.vk.com", pattern=r"^api\.vk\.(com|ru)$")
    account: str = Field(pattern=r"^[A-Za-z0-9_.]{2,64}$")
    """Its name at VK: whose feed this is must be open to see."""
    communities: tuple[CommunityConfig, ...] = Field(min_length=1)
    first_days: float = Field(default=1.0, gt=0, le=30)
    every_seconds: float = Field(default=20.0, ge=1, le=86_400)
    gap_seconds: float = Field(default=0.0, ge=0, le=3600)
    budgets: dict[str, Limit] = {}
    """Where VK granted more, or another part of the house uses the token too."""

    def limits(self) -> Mapping[str, Limit]:
        return {**LIMITS, **self.budgets}


def targets(config: Config) -> Sequence[Target]:
    return [Target(name=config.account, container=f"vk:feed/{config.account}")]


def trial(target: str) -> dict[str, object]:
    number = target.rstrip("/").rpartition("/")[2].removeprefix("club").removeprefix("public")
    community = int(number[:15]) if number.isdecimal() else 0
    return {"account": "trial", "communities": [{"id": community}]}


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    asker = Asker(http, config.host, config.secret, now)
    frame = Frame(observed_at=now, legal_basis=config.legal_basis, home=config.home)
    homes = {one.id: one.home for one in config.communities}
    look = Look(asker, State.recall(cursor), frame, homes, now - timedelta(days=config.first_days))
    async for answer in where_moved(look.answers(), cursor):
        yield answer


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from told(page_of(answer.context["page"]), answer.body)


if TYPE_CHECKING:
    from collectors import Collector, vk_newsfeed  # noqa: PLW0406 - checked here

    _: Collector = vk_newsfeed
