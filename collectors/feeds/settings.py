"""What can be set of the `rss` collector."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from collectors import HttpConfig, Target
from collectors.feeds.outlets import outlets
from collectors.feeds.selectors import CommentsConfig

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+")]


class FeedConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100)
    url: Url
    media: str | None = Field(default=None, min_length=1)
    """Name of the outlet: its items are signed with it."""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")
    sitemap: Url | None = None
    """The site's sitemap of news: what slipped past between two looks is read from it."""
    full_text_licence: str | None = Field(default=None, min_length=10)
    """Why articles may be read whole: the agreement with the owner, or the licence they are
    published under. Without one there is the excerpt of the feed."""
    comments: CommentsConfig | None = None
    """Where comments stand on the pages of articles; without it they are not read."""


class Config(HttpConfig):
    feeds: tuple[FeedConfig, ...] = ()
    outlets: tuple[str, ...] = ()
    """Names of the list of media that comes with the package (`rezonans collectors media`)."""
    text_chars: int = Field(default=2000, ge=0, le=50_000)
    """How much of an article is kept: an excerpt, not a copy."""
    full_text_chars: int = Field(default=20_000, ge=0, le=50_000)
    """The same where the licence is for the whole."""

    @field_validator("outlets")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = ", ".join(name for name in names if name not in outlets())
        if unknown:
            raise ValueError(f"{unknown}: not in the list; `rezonans collectors media` shows it")
        return names

    @model_validator(mode="after")
    def _some(self) -> Config:
        if not self.every:
            raise ValueError("name at least one of feeds, or one of outlets")
        return self

    @cached_property
    def every(self) -> tuple[FeedConfig, ...]:
        """The feeds that are named, then those of the list."""
        return (*self.feeds, *map(_listed, self.outlets))

    def feed(self, target: Target) -> FeedConfig:
        """The feed that a target is."""
        return next(feed for feed in self.every if feed.name == target.name)


def _listed(name: str) -> FeedConfig:
    one = outlets()[name]
    return FeedConfig(name=name, url=one.url, media=one.title, home=one.home, sitemap=one.sitemap)
