"""A small year of a country, for panels to be asked about: every label, platform and place occurs,
also none of them. Most of it lies in the last days; the rest is an hour of every fortieth day.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from models import regions
from rezonans.handling import Action
from rezonans.reasons import Forecast, HourAhead, Lane, Share
from rezonans.records import DeadLetter, Mention, Mentions, Place, Post, Sentiment, Spike

UNTIL = datetime(2026, 11, 22, 12, 7, tzinfo=UTC)
TOPICS = ("water", "heating", "roads", "health", "education", "prices", "transport")
PLACES = (
    ("310000000", "region", "Жамбылская область"),
    ("314000000", "district", "Жамбылский район"),
    ("311010000", "settlement", "г.Тараз"),
    ("710000000", "region", "г.Астана"),
    ("711210000", "district", "район Есиль"),
    ("750000000", "region", "г.Алматы"),
    ("352810000", "settlement", "г.Сарань"),
)
PLATFORMS = ("vk", "telegram", "instagram", "rss")
APPEALS = ("complaint", "incident", "question", "suggestion", "gratitude", "none")
OFFICES = {"vk": "Акимат города", "telegram": "Қала әкімдігі"}
"""Platforms where an authority has a page, with its name."""
REGIONS = tuple(sorted({code[:2] for code, _, _ in PLACES}))
CHOSEN = {
    "topic": ("water", "heating", "roads"),
    "region": REGIONS,
    "district": tuple(
        sorted({found for code, _, _ in PLACES if (found := regions.district(code)) is not None})
    ),
    "platform": PLATFORMS,
    "language": ("ru", "kk"),
    "sentiment": ("negative", "neutral"),
    "appeal": APPEALS[:4],
}
"""A choice in every variable that still leaves something in each panel."""


def hours() -> Iterator[datetime]:
    """Hours in which something is said, the oldest first."""
    newest = UNTIL.replace(minute=0)
    for days in range(360, 3, -40):
        yield newest - timedelta(days=days)
    for before in (*range(72, 24, -8), *range(24, -1, -2), 1):
        yield newest - timedelta(hours=before)


def mentions(dice: random.Random) -> Iterator[Mention]:
    """What is said, with an answer of an authority to every second question on its page."""
    for hour in hours():
        for n in range(60):
            found = mention(dice, f"{hour:%y%m%d%H}-{n}", hour + timedelta(minutes=n))
            if found.post.published_at > UNTIL:
                continue
            yield found
            platform = found.post.item.split(":")[0]
            if platform in OFFICES and n % 2:
                yield answer(found, OFFICES[platform], dice)


def mention(dice: random.Random, name: str, at: datetime) -> Mention:
    kato, level, place = dice.choice(PLACES)
    platform, topic = dice.choice(PLATFORMS), dice.choice((*TOPICS, None))
    feelings = (Sentiment(0.8, 0.1, 0.1), Sentiment(0.1, 0.8, 0.1), Sentiment(0.1, 0.1, 0.8), None)
    post = Post(
        item=f"{platform}:{name}",
        kind="appeal" if dice.random() < 0.2 else "comment",
        published_at=at,
        observed_at=at + timedelta(seconds=dice.randint(5, 300)),
        legal_basis="public source",
        channel=dice.choice(("109", "WhatsApp", "vk")),
        author=f"a1:{dice.randint(1, 200)}",
        author_kind="person",
        text=f"Пост {name}: нет воды / су жоқ",
        url=f"https://example.org/{name}",
        repost_of="vk:1" if dice.random() < 0.1 else None,
    )
    return Mention(
        post=post,
        language=dice.choice(("ru", "kk", "other", None)),
        topics=((topic, dice.uniform(0.4, 1)),) if topic else (),
        appeal=dice.choice(APPEALS),  # type: ignore[arg-type]
        appeal_probability=0.7,
        sentiment=dice.choice(feelings),
        urgent=dice.choice((0.1, 0.9, None)),
        places=(Place(kato=kato, level=level, name=place, how="name"),)  # type: ignore[arg-type]
        if dice.random() < 0.8
        else (),
        model={"topics": "3" if at.month > 6 else "2"},
    )


def answer(to: Mention, name: str, dice: random.Random) -> Mention:
    at = min(to.post.published_at + timedelta(hours=dice.choice((1, 5, 30))), UNTIL)
    post = msgspec.structs.replace(
        to.post,
        item=f"{to.post.item}-answer",
        kind="reply",
        parent=to.post.item,
        published_at=at,
        observed_at=at + timedelta(seconds=10),
        author=None,
        author_kind="official",
        author_name=name,
        repost_of=None,
        text="Рахмет, жұмыс жүріп жатыр",
    )
    return msgspec.structs.replace(to, post=post, appeal="none", sentiment=Sentiment(0.1, 0.8, 0.1))


def pages(dice: random.Random) -> list[Mentions]:
    """A page a platform and fortnight, as looks at one container each."""
    found: dict[tuple[str, int], list[Mention]] = {}
    for one in mentions(dice):
        platform = one.post.item.split(":")[0]
        age = int((UNTIL - one.post.published_at) / timedelta(days=14))
        found.setdefault((platform, age), []).append(one)
    return [page(platform, -age, said) for (platform, age), said in sorted(found.items())]


def page(platform: str, sequence: int, said: list[Mention]) -> Mentions:
    until = max(one.post.observed_at for one in said)
    return Mentions(
        platform=platform,
        container=f"{platform}:page",
        target=f"{platform}/1",
        looked_until=until,
        observed_at=until,
        collector=platform,
        collector_version="1",
        sequence=1000 + sequence,
        cursor=f"c{sequence}",
        mentions=tuple(said),
    )


def spikes() -> list[Spike]:
    """Open ones with and without a forecast, and one that is over."""
    ahead = tuple(
        HourAhead(start=UNTIL + timedelta(hours=n), expected=9.0, low=4.0, high=15.0)
        for n in range(6)
    )
    told = Forecast(hours=ahead, judged=40, error=2.0, naive_error=3.0, peak_passed=False)
    return [
        spike("s1", "red", Lane("water", "31", "314000000"), forecast=told),
        spike(
            "s2", "orange", Lane(topic="heating", region="71"), forecast=Forecast(refused="thin")
        ),
        spike("s3", "orange", Lane(topic="roads", region="75"), revision=1, change="closed"),
    ]


def spike(name: str, alarm: str, lane: Lane, **changes: Any) -> Spike:
    given: dict[str, Any] = {
        "change": "opened", "alarm": alarm, "at": UNTIL - timedelta(minutes=20),
        "since": UNTIL - timedelta(minutes=50), "score": 4.2, "threshold": 3.5, "observed": 48.0,
        "expected": 6.5, "low": 3.0, "high": 11.0, "window_seconds": 3600, "posts": 55,
        "voices": 41, "places": (Share(key="316200000", observed=9.0, expected=1.0),),
        "sentiments": (Share(key="negative", observed=30.0, expected=3.0),),
    }  # fmt: skip
    return Spike(spike=name, revision=changes.pop("revision", 0), lane=lane, **{**given, **changes})


def actions() -> list[Action]:
    return [
        _action("acknowledge", "spike:s1", 12), _action("mark", "spike:s1", 11, value="useful"),
        _action("mute", "spike:s2", 9), _action("answered", f"item:vk:{UNTIL:%y%m%d%H}-0", 3),
    ]  # fmt: skip


def _action(verb: Any, subject: str, minutes: int, value: str | None = None) -> Action:
    at = UNTIL - timedelta(minutes=minutes)
    return Action(action=f"{verb}{minutes}", at=at, subject=subject, verb=verb, by="w", value=value)


def letters() -> list[DeadLetter]:
    common: dict[str, Any] = {
        "at": UNTIL - timedelta(minutes=30),
        "stage": "understand",
        "place": "posts/0/1",
    }
    return [
        DeadLetter(kind="invalid", reason="Expected `str`, got `int`", digest=f"{n}", **common)
        for n in range(3)
    ]
