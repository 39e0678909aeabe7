"""What is kept of a post while its bin is open: enough to explain a spike, no more."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from rezonans.records import Mention, Mentions, Post
from streams.resonance.seen import digest
from streams.resonance.settings import ResonanceSettings

TEXT_LENGTH = 200
UNKNOWN = "unknown"
NORM_POSTS = 1000
MOST_REACH = 8.0


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

    def weight(self, engagement_weight: float, reach_weight: float) -> float:
        """Resonance in organic post equivalents."""
        heard = engagement_weight * math.log2(1 + self.engagement / max(1.0, self.norm))
        return self.organic * (1 + heard + reach_weight * self.reach)


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
        norm.engagement += (engagement(post.counters) - norm.engagement) / norm.posts
        if post.author_followers is not None:
            followers = math.log2(1 + post.author_followers)
            norm.doublings += (followers - norm.doublings) / norm.posts
        return before


def engagement(counters: Mapping[str, int] | None) -> float:
    """What people did with a post. Views are not deeds."""
    return float(sum(n for name, n in (counters or {}).items() if name != "views"))


def reach(post: Post, norm: Norm) -> float:
    """Doublings of followers over the platform's usual, 0 to 8."""
    if not post.author_followers:
        return 0.0
    over = math.log2(1 + post.author_followers) - norm.doublings
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
