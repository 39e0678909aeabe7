"""What is kept of a post while its bin is open: enough to explain a spike, no more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from rezonans.reasons import Lane, Standing
from rezonans.records import Mention, Mentions, Post
from streams.resonance.lanes import lanes_of
from streams.resonance.register import Register
from streams.resonance.seen import digest
from streams.resonance.settings import ResonanceSettings

TEXT_LENGTH = 200
UNKNOWN = "unknown"
NORM_POSTS = 1000
NORM_KNOWN, MOST_HEARD = 50, 10.0
"""After so many posts one teaches at most so many times the usual: what all react to today is
not usual at once."""
MOST_REACH = 8.0


class Speaker(NamedTuple):
    """An account of the public register."""

    name: str
    standing: Standing
    reason: str | None


class Entry(msgspec.Struct, array_like=True, gc=False):
    """A counted post. Texts are public and already masked."""

    item: str
    published: float
    """Unix seconds."""
    lanes: tuple[int, ...]
    organic: float
    """Its share of its text's voice: 1, or less for a copy."""
    reach: float
    """Factor of reach, 0 to 8, in doublings over the platform's usual."""
    engagement: float
    """Likes, comments, reposts ... as last told."""
    norm: float
    """The platform's usual engagement when the post came."""
    voice: int
    platform: str
    topic: str | None
    region: str | None
    district: str | None
    sentiment: str | None
    appeal: str | None
    text: str
    url: str | None
    cluster: int
    """Number of its text's cluster of copies, 0 for texts that are not compared."""
    history: bool
    revision: int
    fingerprint: int = 0
    """0 for texts that are not compared."""
    target: str = ""
    observed: float = 0.0
    """When we saw it, unix seconds."""
    followers: int | None = None
    story: str = ""
    """Item of its thread's root or of the post that it repeats, its own where it is first."""
    title: str = ""
    """What it answers, as a reader sees it."""
    repost: bool = False
    speaker: Speaker | None = None
    """Who speaks, when that is an account of the public register."""
    told: tuple[int, ...] = ()
    """Districts' lanes that have counted its conversation already."""

    def counts(self, lane: int) -> float:
        """What it adds to the count of one of its lanes."""
        return 0.0 if lane in self.told else self.organic

    def weight(self, engagement_weight: float, reach_weight: float) -> float:
        """Resonance in organic post equivalents."""
        heard = engagement_weight * self.heard(self.engagement, self.norm)
        return self.organic * (1 + heard + reach_weight * self.reach)

    @staticmethod
    def heard(engagement: float, norm: float) -> float:
        """Doublings of engagement, measured by what is usual on the platform."""
        return math.log2(1 + engagement / max(1.0, norm))


class Norm(msgspec.Struct, array_like=True):
    """What is usual on a platform."""

    posts: int = 0
    engagement: float = 0.0
    doublings: float = 0.0
    """log2 of followers."""


class Norms:
    """Usual engagement and reach by platform, learned from the last thousand posts."""

    def __init__(self) -> None:
        self.platforms: dict[str, Norm] = {}

    def learn(self, platform: str, post: Post) -> Norm:
        """What was usual before this post; then learn from it."""
        norm = self.platforms.setdefault(platform, Norm())
        before = Norm(norm.posts, norm.engagement, norm.doublings)
        norm.posts = min(norm.posts + 1, NORM_POSTS)
        heard = engagement(post.counters)
        if norm.posts > NORM_KNOWN:
            heard = min(heard, MOST_HEARD * max(1.0, norm.engagement))
        norm.engagement += (heard - norm.engagement) / norm.posts
        if post.author_followers is not None:
            followers = math.log2(1 + post.author_followers)
            norm.doublings += (followers - norm.doublings) / norm.posts
        return before


def engagement(counters: Mapping[str, int] | None) -> float:
    """What people did with a post. Views are not deeds."""
    return float(sum(n for name, n in (counters or {}).items() if name != "views"))


def reach(followers: int | None, norm: Norm) -> float:
    """Doublings of followers over the platform's usual, 0 to 8."""
    if not followers:
        return 0.0
    over = math.log2(1 + followers) - norm.doublings
    return min(max(over, 0.0), MOST_REACH)


def voice(post: Post, page: Mentions) -> int:
    """Who speaks. A page that names no author is one voice, an anonymous person a voice each."""
    if post.author is not None:
        return digest(post.author)
    if post.author_kind in ("page", "official", "media"):
        return digest(f"{page.platform}:{page.container}")
    return digest(post.item)


def topics(mention: Mention, settings: ResonanceSettings) -> list[str]:
    """Topics that the mention counts for: the best one, and the second if it is likely too."""
    least = (settings.topic_probability, settings.second_topic_probability)
    likely = zip(mention.topics[:2], least, strict=False)
    return [
        code
        for (code, probability), needed in likely
        if probability >= needed and code not in settings.no_story_topics
    ]


def place(mention: Mention) -> tuple[str | None, str | None]:
    """Region (two digits) and district (nine digits) of the best place."""
    for found in mention.places:
        if found.level != "country":
            district = None if found.level == "region" else f"{found.kato[:4]}00000"
            return found.kato[:2], district
    return None, None


def sentiment(mention: Mention) -> str | None:
    """The likeliest class."""
    if mention.sentiment is None:
        return None
    return max(zip(mention.sentiment, mention.sentiment._fields, strict=True))[1]


def text(post: Post) -> str:
    """What to show: the text, or the title of a post without one."""
    return (post.text or post.title or "")[:TEXT_LENGTH]


def entry(
    page: Mentions, mention: Mention, published: float, norm: Norm, settings: ResonanceSettings
) -> Entry:
    """What is kept of a new post, before its lanes and its copies are known.

    `published`: unix seconds, never later than the clock of the log.
    """
    post, found = mention.post, topics(mention, settings)
    region, district = place(mention)
    return Entry(
        item=post.item,
        published=published,
        lanes=(),
        organic=1.0,
        reach=reach(post.author_followers, norm),
        engagement=engagement(post.counters),
        norm=norm.engagement,
        voice=voice(post, page),
        platform=page.platform,
        topic=found[0] if found else None,
        region=region,
        district=district,
        sentiment=sentiment(mention),
        appeal=post.stated_appeal or mention.appeal,
        text=text(post),
        url=post.url,
        cluster=0,
        history=page.history,
        revision=post.revision,
        fingerprint=mention.fingerprint or 0,
        target=page.target,
        observed=post.observed_at.timestamp(),
        followers=post.author_followers,
        story=post.repost_of or post.root or post.parent or post.item,
        title=(post.context or "")[:TEXT_LENGTH],
        repost=post.repost_of is not None,
        speaker=speaker(post, page, settings.leaders),
    )


def lanes(mention: Mention, settings: ResonanceSettings) -> Iterable[Lane]:
    """The lanes that a mention counts in, widest first."""
    return lanes_of(topics(mention, settings), *place(mention))


def speaker(post: Post, page: Mentions, register: Register) -> Speaker | None:
    """The account of the public register that speaks. Never a private person, registered or
    not: officials and media speak as such, others where the desk has registered them."""
    if post.author_kind not in ("official", "media", "page"):
        return None
    name = post.author_name or page.container
    account = register.find(name) or register.find(page.container)
    if account is not None:
        return Speaker(post.author_name or account.title or name, "registered", account.reason)
    if post.author_kind == "page" or post.author_name is None:
        return None
    return Speaker(post.author_name, post.author_kind, None)


def axes(
    entries: list[Entry], worth: float, settings: ResonanceSettings
) -> tuple[float, float, float]:
    """Organic posts, their resonance and the negatives of a bin, cut like its count."""
    weight = sum(e.weight(settings.engagement_weight, settings.reach_weight) for e in entries)
    negative = sum(e.organic for e in entries if e.sentiment == "negative")
    return worth * sum(e.organic for e in entries), worth * weight, worth * negative
