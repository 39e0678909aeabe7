"""The records that cross topics; `reasons` are the parts of a spike, `handling` is what people and
desks did about it, `troubles` are the errors of what can not be a record.

Records are frozen msgspec structs tagged with a version. Within a version fields are
only added, with a default. Absent is `None`: never `""`, `0` or a guess. Times are aware
UTC and say whose they are. Golden files in `tests/fixtures/records` pin every version.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, NamedTuple, TypeAlias

import msgspec

from rezonans.reasons import (
    Axis,
    CopiedText,
    Coverage,
    Evidence,
    Forecast,
    Lane,
    Leader,
    Quality,
    Rise,
    Share,
    SpikeKind,
    Story,
    TopPost,
    Word,
)

Event: TypeAlias = Literal["created", "edited", "deleted", "counters"]
Kind: TypeAlias = Literal["post", "comment", "reply", "article", "video", "appeal"]
AuthorKind: TypeAlias = Literal["person", "page", "official", "media", "anonymous", "unknown"]
Appeal: TypeAlias = Literal["complaint", "incident", "question", "suggestion", "gratitude", "none"]
Level: TypeAlias = Literal["country", "region", "district", "settlement"]
Change: TypeAlias = Literal["opened", "updated", "level", "closed"]
Alarm: TypeAlias = Literal["yellow", "orange", "red"]

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
Small: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=2**32)]


class Geo(msgspec.Struct, frozen=True, kw_only=True):
    """A point that the platform itself gave. Degrees, WGS 84."""

    lat: float
    lon: float


class Post(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="schema",
    tag="post.v1",
):
    """One fact about one public item: it appeared, was edited, was deleted, was counted."""

    item: str
    """Stable identity, `platform:native id`."""
    kind: Kind
    published_at: datetime
    """The author's time, never later than `observed_at`."""
    observed_at: datetime
    """When a collector of ours saw this fact."""
    legal_basis: str
    event: Event = "created"
    revision: Annotated[int, msgspec.Meta(ge=0, lt=2**42)] = 0
    """Grows with every edit of the item: unix milliseconds of the edit, 0 when never edited."""
    channel: str | None = None
    """How it reached us: vk, rss, 109 call, WhatsApp, mobile application. Not what it is."""
    stated_appeal: Appeal | None = None
    """What the sender's own system says it is."""
    parent: str | None = None
    root: str | None = None
    context: str | None = None
    """Title of the root, on more lines how its text begins; else its first 200 characters."""
    author: str | None = None
    """Keyed pseudonym."""
    author_kind: AuthorKind = "unknown"
    author_name: str | None = None
    """Only of official pages, media and registered public accounts."""
    author_followers: Count | None = None
    """For private persons the lower bound of a bucket."""
    text: str = ""
    title: str | None = None
    url: str | None = None
    published_precision: Literal["second", "minute", "day"] = "second"
    published_origin: Literal["platform", "feed", "first_seen"] = "platform"
    edited_at: datetime | None = None
    counters: dict[str, Count] | None = None
    """Totals by name; a name that is absent is not offered by the platform."""
    geo: Geo | None = None
    home: str | None = None
    """KATO code of the container's home, or of the place the sender's own system states."""
    repost_of: str | None = None
    flags: tuple[str, ...] = ()


class _Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a page carries beside its posts, before and after understanding."""

    platform: str
    container: str
    """The page, channel, group, feed or file that was looked at; the Kafka key."""
    target: str
    """The configured thing that the cursor belongs to, `instance/target`."""
    looked_until: datetime
    """Everything published until then that the source was going to show has been seen."""
    observed_at: datetime
    """When the look ended."""
    sequence: Count
    """Grows with every page of a target; the newest cursor wins by it."""
    collector: str
    collector_version: str
    cursor: str | None = None
    """Where to go on after this page; `None` on all but the last page of an answer."""
    history: bool = False


class Page(_Envelope, frozen=True, kw_only=True, tag_field="schema", tag="page.v1"):
    """What one look at one container brought. Without posts it is a heartbeat."""

    posts: tuple[Post, ...] = ()


class RawPage(_Envelope, frozen=True, kw_only=True, tag_field="schema", tag="page.v1"):
    """A page whose posts are still bytes, so that one bad post spoils no other."""

    posts: tuple[msgspec.Raw, ...] = ()


class Sentiment(NamedTuple):
    """Probabilities of the three classes; they sum to 1."""

    negative: float
    neutral: float
    positive: float


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place that a text is about, with the evidence."""

    kato: str
    """Nine-digit KATO code."""
    level: Level
    name: str
    """Official name in Russian."""
    how: str
    """How it was decided: name, adjective, old-name, co-mention, home, population ..."""
    span: tuple[int, int] | None = None
    """Characters of the text, `None` when the evidence is outside of it."""


class Mention(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="schema",
    tag="mention.v1",
):
    """A post that is understood. Facts without a text of their own carry no labels."""

    post: Post
    language: str | None = None
    script: str | None = None
    topics: tuple[tuple[str, float], ...] = ()
    """Codes of the taxonomy with probability, best first; empty when the model abstains."""
    appeal: Appeal | None = None
    appeal_probability: float | None = None
    sentiment: Sentiment | None = None
    urgent: float | None = None
    places: tuple[Place, ...] = ()
    fingerprint: int | None = None
    """SimHash of the normalised text, 64 bits; `None` for texts too short to compare."""
    official: str | None = None
    model: dict[str, str] = {}
    """Head to version of its weights."""
    languages: dict[str, float] = {}
    """Share of each language among the words of the text, largest first; they sum to one."""


class Mentions(_Envelope, frozen=True, kw_only=True, tag_field="schema", tag="mentions.v1"):
    """A page, understood, with the same cursor."""

    mentions: tuple[Mention, ...] = ()


class RawMentions(_Envelope, frozen=True, kw_only=True, tag_field="schema", tag="mentions.v1"):
    """The same with mentions still bytes."""

    mentions: tuple[msgspec.Raw, ...] = ()


class Spike(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="schema",
    tag="spike.v1",
):
    """One change in the life of a spike, with everything that explains it."""

    spike: str
    """Hash of the lane and the bin it started in: a replay gives the same."""
    revision: Small
    """0 when opened, then 1, 2 ..."""
    change: Change
    alarm: Alarm
    lane: Lane
    at: datetime
    """Time of the posts, not of the worker's clock."""
    since: datetime
    score: float
    """Decades of weeks between openings like this where nothing happens: 1 is once in ten."""
    threshold: float
    observed: float
    """Organic posts in the window."""
    expected: float
    low: float
    high: float
    """The interval that holds four windows of five."""
    window_seconds: Small
    posts: Count
    """All posts of the window, copies included."""
    voices: Count
    """Unique authors in the window."""
    peak: float = 0.0
    """Largest observed / expected since it opened."""
    trigger: Literal["spread", "leader"] = "spread"
    places: tuple[Share, ...] = ()
    """By region (lanes without one) or by district."""
    sentiments: tuple[Share, ...] = ()
    platforms: tuple[Share, ...] = ()
    topics: tuple[Share, ...] = ()
    top: tuple[TopPost, ...] = ()
    simulation: bool = False
    """The series holds posts of the simulation."""
    kind: SpikeKind = "spike"
    """A campaign: what copies bring beyond their voices; an emergence: a topic or a story in many
    regions, none enough alone; data quality: what many series at once say of our sources."""
    fired: tuple[Axis, ...] = ()
    """What of the lane is over the bar."""
    once_in_days: float | None = None
    """How rarely a lane is this loud by chance."""
    stories: tuple[Story, ...] = ()
    reposts: int = 0
    """Posts of the window that repeat another: its cascade, not copies."""
    copied: tuple[CopiedText, ...] = ()
    leaders: tuple[Leader, ...] = ()
    words: tuple[Word, ...] = ()
    forecast: Forecast | None = None
    coverage: Coverage | None = None
    models: dict[str, str] = {}
    evidence: Evidence | None = None
    resonance: float | None = None
    """Organic posts of the window with what they were heard, in post equivalents."""
    usual_resonance: float | None = None
    """The same for such a window as usual; lanes above the floor only."""
    risen: tuple[Rise, ...] = ()
    """Of an emergence: the regions that rise, in the order they rose."""
    quality: Quality | None = None
    """Of data quality: which sources, and what became of the spikes."""
    story: Story | None = None
    """Of an emergence of one story: which, with all its posts since it began."""
    loud_until: datetime | None = None
    """Of what is over: when it was loud last; `at` is when that had been long enough ago."""


class DeadLetter(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="schema",
    tag="dead-letter.v1",
):
    """What could not be processed, where and why. Never an unmasked row."""

    at: datetime
    stage: str
    kind: Literal["invalid", "crashed", "rejected"]
    reason: str
    place: str
    """`topic/partition/offset[/index]`, or `file:line:column` for a collector."""
    digest: str
    """SHA-256 of the bytes that are wrong."""
    payload: str | None = None
    """The message as text where it is already masked; of a bad entry, a page of it alone."""


def encode(record: msgspec.Struct) -> bytes:
    """A record as it goes on the wire."""
    return msgspec.json.encode(record)
