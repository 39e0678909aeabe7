"""YouTube by sweeps: hundreds of channels, their videos, comments and all answers, for few units.

Guarantee: a video or comment is told when it appears, again when its text changes or its figures
move; a video once when it is deleted. One unit says which of fifty channels published; comments are
asked for over a whole channel where the figures of its newest ten videos moved, and once a day;
answers beyond those that come with a thread are read too. Deletions of comments are not seen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import httpx
from pydantic import BaseModel, ConfigDict, Field

from collectors import Answer, Limit, Offers, Rejected, Target, TokenConfig
from collectors.lists.walking import where_moved
from collectors.runner.budget import ALL
from collectors.tube.asking import LIMITS, TOGETHER, Asker
from collectors.tube.pages import page_of, told
from collectors.tube.sweep import State, Sweep
from rezonans.records import Post

VERSION = "1"
OFFERS = Offers(
    comments=True,
    counters=True,
    edits=True,
    deletions=True,
    partly={"deletions": "of videos"},
    legal_note="Public by the Data API with a key of your own. Its developer policies want what is "
    "stored refreshed or deleted within 30 days, and an audit for more than 10,000 units a day.",
)
UNITS = 15.0
"""A sweep of fifty channels of which a few published or were answered."""


class ChannelConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^UC[A-Za-z0-9_-]{22}$")
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


class Config(TokenConfig):
    """The token is an API key of a project of your own."""

    channels: tuple[ChannelConfig, ...] = Field(min_length=1)
    every_seconds: float = Field(default=3600.0, ge=60, le=86_400)
    gap_seconds: float = Field(default=0.1, ge=0, le=3600)
    budgets: dict[str, Limit] = {}
    """Where Google granted more, or another part of the house uses the key too."""

    def limits(self) -> Mapping[str, Limit]:
        return {**LIMITS, **self.budgets}

    def looks_a_day(self, target: str) -> tuple[str, float] | None:
        units = self.limits()[ALL].a_day
        return (ALL, units / UNITS) if units else None


def _groups(config: Config) -> dict[str, Mapping[str, str | None]]:
    """Fifty channels a target, in the order of the settings."""
    starts = range(0, len(config.channels), TOGETHER)
    return {
        f"channels-{number}": {
            one.id: one.home or config.home for one in config.channels[start : start + TOGETHER]
        }
        for number, start in enumerate(starts, 1)
    }


def targets(config: Config) -> Sequence[Target]:
    return [Target(name=name, container=f"youtube:{name}") for name in _groups(config)]


def trial(target: str) -> dict[str, object]:
    return {"channels": [{"id": target}]}


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    asker = Asker(http, config.secret, now)
    sweep = Sweep(asker, State.recall(cursor), config.legal_basis, _groups(config)[target.name])
    async for answer in where_moved(sweep.look(), cursor):
        yield answer


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from told(page_of(answer.context["page"]), answer.body)


if TYPE_CHECKING:
    from collectors import Collector, youtube_sweep  # noqa: PLW0406 - checked here

    _: Collector = youtube_sweep
