"""A small made-up region: pages of mentions as they would leave `understand`."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from rezonans.records import Mention, Mentions, Place, Post, Sentiment
from streams.steps.resonate import Resonance, ResonanceSettings

START = datetime(2026, 3, 2, tzinfo=UTC)
TOPICS = ("water", "roads", "heating", "housing", "waste", "transport", "health", "prices")
BIG = "75"
SMALL = ("10", "11", "15", "19", "23", "27", "31", "33", "35", "39", "43", "47")
DISTRICTS = ("113200000", "113400000", "113600000", "114000000", "111000000")


def mention(
    item: str,
    at: datetime,
    topic: str | None = "water",
    district: str | None = "113200000",
    **more: object,
) -> Mention:
    """One understood post; `more` goes to the post, except what a mention holds itself."""
    fingerprint = more.pop("fingerprint", None)
    second = more.pop("second", None)
    topics = [(topic, 0.8)] if topic else []
    if second:
        topics.append((str(second), 0.4))
    fields: dict[str, object] = {
        "item": f"simulation:{item}",
        "kind": "post",
        "published_at": at,
        "observed_at": at,
        "legal_basis": "test",
        "author": f"author-{item}",
        "text": f"Нет воды, обращение {item}",
    }
    return Mention(
        post=Post(**{**fields, **more}),  # type: ignore[arg-type]
        topics=tuple(topics),
        sentiment=Sentiment(0.6, 0.3, 0.1),
        places=()
        if district is None
        else (Place(kato=district, level="district", name="район", how="name"),),
        fingerprint=fingerprint,  # type: ignore[arg-type]
        appeal="complaint",
    )


def page(
    at: datetime,
    mentions: Iterable[Mention] = (),
    target: str = "simulate/region",
    history: bool = False,
    looked: datetime | None = None,
    platform: str = "simulation",
) -> Mentions:
    """One look that ended at `at`."""
    return Mentions(
        platform=platform,
        container=target,
        target=target,
        looked_until=looked or at,
        observed_at=at,
        sequence=int(at.timestamp() * 1000),
        collector="simulate",
        collector_version="1",
        history=history,
        mentions=tuple(mentions),
    )


def rate(at: datetime, per_day: float) -> float:
    """Posts a second, with the rhythm of a day (UTC + 5) and of a week."""
    hour = (at.hour + at.minute / 60 + 5) % 24
    day = 1 + 0.8 * math.sin((hour - 9) / 24 * 2 * math.pi)
    return per_day / 86400 * day * (0.8 if at.weekday() >= 5 else 1.0)


def ordinary(
    chance: random.Random, start: datetime, seconds: float, per_day: float, name: str = "o"
) -> Iterator[Mention]:
    """Posts of ordinary days, in order of publication."""
    at, end, count = start, start + timedelta(seconds=seconds), 0
    while True:
        at += timedelta(seconds=chance.expovariate(per_day / 86400 * 2))
        if at >= end:
            return
        if chance.random() * per_day / 86400 * 2 > rate(at, per_day):
            continue
        count += 1
        topic = TOPICS[min(int(chance.expovariate(0.5)), len(TOPICS) - 1)]
        district = chance.choice(DISTRICTS)
        author = f"a{chance.randrange(3000)}"
        yield mention(f"{name}{at.timestamp():.3f}-{count}", at, topic, district, author=author)


def burst(start: datetime, count: int, per_second: float, name: str = "b") -> list[Mention]:
    """An incident: water in one district, by many people."""
    step = timedelta(seconds=1 / per_second)
    return [mention(f"{name}{i}", start + i * step) for i in range(count)]


def history_pages(mentions: Iterable[Mention], size: int = 200) -> Iterator[Mentions]:
    """History as a collector walks through it: old to new, at full speed."""
    batch: list[Mention] = []
    for found in mentions:
        batch.append(found)
        if len(batch) == size:
            yield page(batch[-1].post.published_at, batch, history=True)
            batch = []
    if batch:
        yield page(batch[-1].post.published_at, batch, history=True)


def live_pages(
    mentions: Iterable[Mention], start: datetime, seconds: float, every: float = 1.0
) -> Iterator[Mentions]:
    """Wall-clock looks every `every` seconds, each with what came since the last one."""
    waiting = sorted(mentions, key=lambda found: found.post.published_at)
    position, at = 0, start
    while at < start + timedelta(seconds=seconds):
        at += timedelta(seconds=every)
        first = position
        while position < len(waiting) and waiting[position].post.published_at <= at:
            position += 1
        yield page(at, waiting[first:position])


def country(
    start: datetime, days: float, seed: int, topics: Iterable[str] = ("water", "roads")
) -> list[Mention]:
    """One region with nearly all posts, twelve with two an hour and topic each."""
    chance = random.Random(seed)
    found = []
    for region, an_hour in ((BIG, 100.0), *((code, 2.0) for code in SMALL)):
        for topic in topics:
            at = 0.0
            while (at := at + chance.expovariate(an_hour / 3600)) < days * 86400:
                name = f"{seed}-{region}-{topic}-{at:.3f}"
                when = start + timedelta(seconds=at)
                found.append(mention(name, when, topic, f"{region}3200000"))
    return sorted(found, key=lambda one: one.post.published_at)


def rises(live: datetime, regions: Iterable[str], posts: int) -> list[Mention]:
    """So many posts on water in each region within forty minutes, the regions in their order."""
    return [
        mention(
            f"rise-{region}-{i}",
            live + timedelta(minutes=70 + place + 40 * i / posts),
            "water",
            f"{region}3200000",
        )
        for place, region in enumerate(regions)
        for i in range(posts)
    ]


def same_when_dumped(learned: bytes, pages: Sequence[Mentions], around: int) -> None:
    """A state that is dumped and loaded at each page near the first telling tells the same."""
    whole = Resonance.load(learned, ResonanceSettings())
    expected = whole.apply(pages)
    assert expected
    first = next(i for i, page in enumerate(pages) if page.observed_at >= expected[0].at)
    state, found = Resonance.load(learned, ResonanceSettings()), []
    for number, page in enumerate(pages):
        if abs(number - first) <= around:
            state = Resonance.load(state.dump(), ResonanceSettings())
        found += state.apply([page])
    assert found == expected
    assert state.dump() == whole.dump()
