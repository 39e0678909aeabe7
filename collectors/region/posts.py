"""Records of planned posts, as a platform would have shown them at a moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from collectors.region import places
from collectors.region.arrivals import CHANNEL_NAMES, NOBODY, Plan
from collectors.region.templates import Dice
from collectors.region.words import Text, is_repost, written
from collectors.region.world import World
from rezonans.records import Appeal, AuthorKind, Kind, Post

PLATFORM = "simulation"
MEDIA = ("Жамбыл жаңалықтары", "Тараз сегодня", "Вести Жамбыла", "Әулие-Ата хабар")
OFFICIALS = ("Акимат, единый центр обращений", "Әкімдік, қоғамдық қабылдау", "Служба 109")
FOLLOWERS = (0, 0, 0, 100, 100, 100, 500, 500, 1_000, 1_000, 5_000, 10_000)
"""Lower bounds of buckets, as often as people have them."""
_OFFERED = {
    "vk": ("likes", "comments", "reposts", "views"),
    "instagram": ("likes", "comments"),
    "telegram": ("views", "reposts"),
    "facebook": ("likes", "comments", "reposts"),
    "news": ("views", "comments"),
}
_SCALE = {"likes": 14, "comments": 3, "reposts": 2, "views": 420}


@dataclass(frozen=True)
class Look:
    """Where and when the posts are looked at."""

    world: World
    observed_ms: int
    legal_basis: str
    home: str


@dataclass(frozen=True)
class Author:
    key: str | None
    kind: AuthorKind
    name: str | None = None
    followers: int | None = None


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def identity(plan: Plan, n: int) -> str:
    return f"{PLATFORM}:{plan.prefix}-{n}"


def post(plan: Plan, n: int, look: Look) -> Post:
    """One planned post as a record, seen at `look.observed_ms`."""
    text, channel = written(plan, n, look.world.region), CHANNEL_NAMES[plan.channel[n]]
    answers, root = plan.parent[n] != NOBODY, plan.root[n]
    author = _author(plan, n, look.world, text)
    return Post(
        item=identity(plan, n),
        kind=_kind(plan, n, channel),
        published_at=moment(plan.at[n]),
        observed_at=moment(look.observed_ms),
        legal_basis=look.legal_basis,
        channel=channel,
        stated_appeal=cast("Appeal | None", text.appeal if channel == "109" else None),
        parent=identity(plan, plan.parent[n]) if answers else None,
        root=identity(plan, root) if answers else None,
        context=_context(plan, root, look) if answers else None,
        author=author.key,
        author_kind=author.kind,
        author_name=author.name,
        author_followers=author.followers,
        text=text.text,
        title=text.title,
        counters=_counters(plan, n, channel, look),
        home=_home(plan, n, channel, look),
        repost_of=identity(plan, plan.copy[n]) if is_repost(plan, n) else None,
    )


def _kind(plan: Plan, n: int, channel: str) -> Kind:
    if plan.parent[n] != NOBODY:
        return "comment" if plan.parent[n] == plan.root[n] else "reply"
    return {"news": "article", "109": "appeal"}.get(channel, "post")  # type: ignore[return-value]


def _context(plan: Plan, root: int, look: Look) -> str:
    thread = written(plan, root, look.world.region)
    return thread.title or thread.text[:200]


def _home(plan: Plan, n: int, channel: str, look: Look) -> str:
    """An appeal to 109 states where it comes from; a public page belongs to the region."""
    return places.of(look.world.region)[plan.place[n]].kato if channel == "109" else look.home


def _author(plan: Plan, n: int, world: World, text: Text) -> Author:
    """A few write much and most write little; an incident makes everybody write."""
    dice, channel = Dice(plan.dice[n] ^ 0x5DEECE66D), CHANNEL_NAMES[plan.channel[n]]
    if text.official:
        return Author("office-1", "official", dice.one(OFFICIALS))
    if channel == "news" and plan.parent[n] == NOBODY:
        number = dice.roll(len(MEDIA))
        return Author(f"media-{number}", "media", MEDIA[number], 20_000)
    if channel == "109" and dice.chance(35):
        return Author(None, "anonymous")
    share = dice.fraction() if plan.incident else dice.fraction() ** 3
    number = int(world.authors * share)
    followers = None if channel == "109" else FOLLOWERS[Dice(number + 1).roll(len(FOLLOWERS))]
    return Author(f"resident-{number}", "person", followers=followers)


def _counters(plan: Plan, n: int, channel: str, look: Look) -> dict[str, int] | None:
    """Totals at the moment of the look: they grow for hours and end anywhere."""
    if channel not in _OFFERED:
        return None
    dice, age = Dice(plan.dice[n] ^ 0x2545F491), (look.observed_ms - plan.at[n]) / 10_800_000
    grown = (1 - math.exp(-age)) / max(dice.fraction(), 0.002)
    if plan.parent[n] != NOBODY:
        return {"likes": int(grown * 2 * dice.fraction())}
    return {name: int(grown * _SCALE[name] * dice.fraction() * 0.5) for name in _OFFERED[channel]}
