"""What explains a spike: the parts of the record `Spike`. Same rules as `rezonans.records`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

SpikeKind: TypeAlias = Literal["spike", "campaign", "emergence", "data-quality"]
Axis: TypeAlias = Literal["posts", "swell", "resonance", "negatives", "regions"]
Refusal: TypeAlias = Literal["young", "thin", "gap", "rising"]
TroubleKind: TypeAlias = Literal["flood", "silence"]
Standing: TypeAlias = Literal["official", "media", "registered"]


class CopiedText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One text that came as near-identical copies within the window."""

    item: str
    """The earliest of them."""
    text: str
    posts: int
    organic: float
    """What they weigh together: 1 + log2(posts)."""
    accounts: int
    """Unique authors of the copies."""
    first: datetime
    last: datetime
    gap_seconds: float
    """Median time between one copy and the next."""
    evenness: float
    """Spread of these times over their mean: 0 like a clock, about 1 like people."""
    url: str | None = None
    fingerprint: int | None = None
    """SimHash of the earliest, 64 bits."""


class Leader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account of the public register that spoke before the spike rose."""

    name: str
    standing: Standing
    item: str
    at: datetime
    """When it spoke."""
    followed: int
    """Organic posts that answered or repeated it within the hour after."""
    text: str
    url: str | None = None
    reason: str | None = None
    """Why the desk registered it; `None` for officials and media."""


class Story(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Posts that hang together: a thread, a cascade of reposts, copies of one text."""

    key: str
    """Item of the root, or `other`."""
    observed: float
    expected: float
    text: str = ""
    url: str | None = None
    fingerprint: int | None = None
    """SimHash of its text, 64 bits; told of a story that rises in several regions."""


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word that is new in the window against the week before."""

    word: str
    posts: int
    """Posts of the window that have it."""
    before: int
    """Posts of the week before that have it."""
    score: float
    """Log-odds with a prior over their standard deviation: 2 is unlikely by chance."""


class HourAhead(msgspec.Struct, frozen=True, kw_only=True):
    """Organic posts of one hour that has not come yet, if nothing new happens."""

    start: datetime
    expected: float
    low: float
    high: float
    """The interval that holds four hours of five."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The next hours of a lane, with the record of the forecasts before."""

    hours: tuple[HourAhead, ...] = ()
    refused: Refusal | None = None
    """Why there is none: the lane is young, too thin, its last hours were not watched, or the rise
    is younger than an hour."""
    judged: int = 0
    """Past forecasts that the numbers below are of."""
    error: float | None = None
    """Their mean absolute error, posts an hour."""
    naive_error: float | None = None
    """That of saying the same hour of the day before, over the same hours."""
    covered: float | None = None
    """Share of the past hours that came inside their interval."""
    peak_passed: bool | None = None
    half_life_minutes: float | None = None
    """In which the excess halves, once the peak has passed."""


class Outlook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether one post will go viral, from what followed it so far."""

    minutes: int
    """Age at which it was judged: 15, 30 or 60."""
    reactions: int
    """Reposts, comments and copies of it until then."""
    probability: float
    """That it reaches `viral_from` within a day."""
    viral_from: int
    expected: float
    low: float
    high: float
    """Reactions within a day: median, and the interval that holds four of five."""
    judged: int = 0
    """Own posts whose day has passed since they were judged at this age."""
    brier: float | None = None
    """Mean squared error of their probabilities."""
    base: float | None = None
    """Share of them that did go viral."""


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A source that should have answered and did not."""

    target: str
    seconds: float
    """Since its last page."""


class Coverage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who was looking when the alert was written."""

    sources: int
    looking: int
    silent: tuple[Silence, ...] = ()


class Trouble(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with a source."""

    target: str
    kind: Literal["silent", "thin", "flood", "late"]
    """It does not answer; it answers and brings hardly anything; it brings a multiple of its
    usual; it brings at once what was waiting."""
    observed: float
    """Organic posts of the window."""
    expected: float
    """What it usually brings in such a window."""
    seconds: float | None = None
    """For how long it has not answered."""


class Quality(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why many series changed at once, and what became of the spikes of that time."""

    trouble: TroubleKind
    lanes: int
    """Series that could have changed."""
    affected: int
    """How many of them did, at worst."""
    sources: tuple[Trouble, ...] = ()
    """Who is the reason, the most first; empty: everybody alike."""
    held: int = 0
    """Spikes that were kept back."""
    released: int = 0
    """Of them those that were still loud when it was over: they are told then."""
    dropped: int = 0
    """Of them those that were not."""


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """How far a source had been counted: its newest `observed_at` in the window."""

    target: str
    until: datetime


class Yardstick(msgspec.Struct, frozen=True, kw_only=True):
    """What was usual on a platform: posts are weighed against it."""

    platform: str
    engagement: float
    followers: float
    """Doublings: log2(1 + followers)."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What makes the numbers repeatable from the store."""

    start: datetime
    end: datetime
    """Bins of the window, `start` included and `end` not."""
    cuts: tuple[Cut, ...] = ()
    yardsticks: tuple[Yardstick, ...] = ()
    scatter: float | None = None
    """Variance of whole hours over their expectation: low and high follow from it."""
    counted: float | None = None
    """Posts as the detector counted them: copies before the window included, a conversation in a
    district once."""
    first_topic: float | None = None
    second_topic: float | None = None
    """Probabilities from which a mention counted for its best topic, and for its second."""


class Lane(msgspec.Struct, frozen=True, omit_defaults=True):
    """A series that is watched: topic x district, topic x region, topic, region, or the whole."""

    topic: str | None = None
    region: str | None = None
    """Two-digit KATO code."""
    district: str | None = None
    """Nine-digit KATO code, inside the region."""


class Rise(msgspec.Struct, frozen=True, kw_only=True):
    """A region in which a topic rises together with others."""

    region: str
    """Two-digit KATO code."""
    since: datetime
    """When it first was up: the order of these is the way it spread."""
    observed: float
    """Organic posts of the window."""
    expected: float
    """Posts that the region's own lane of the topic expected."""
    voices: int
    """Unique authors."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a spike: what it brought and what it usually brings."""

    key: str
    observed: float
    expected: float


class TopPost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post that carries a spike."""

    item: str
    text: str
    """First 200 characters."""
    platform: str
    published_at: datetime
    weight: float
    url: str | None = None
    copies: int = 1
    sentiment: str | None = None
    appeal: str | None = None
    outlook: Outlook | None = None
    """Whether it will go viral; `None` where its reactions can not be seen."""
