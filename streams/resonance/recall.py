"""From rows of the store back to the entries that an alert was explained from. Pure.

Authors never leave the store, so a recalled entry knows no more of them than that a named
account spoke; unique voices are counted by the store itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rezonans.reasons import Evidence, Share
from rezonans.records import Mention, Mentions, Place, Post, Sentiment, Spike
from streams.resonance import entries
from streams.resonance.entries import Entry, Norm
from streams.resonance.journey import tells
from streams.resonance.settings import ResonanceSettings
from streams.resonance.usual import Parts
from streams.steps.explain import Case, Scales, Usually

Row = Mapping[str, Any]

DIMENSIONS = ("places", "sentiments", "platforms", "topics")


def recall(
    rows: Iterable[Row], engagement: Mapping[str, float], spike: Spike, settings: ResonanceSettings
) -> list[Entry]:
    """The entries of a spike's window.

    `rows`: of `mentions_public`, published in the window, seen within the cuts, not history;
    `engagement`: what people had done with each item when the alert was written.
    """
    assert spike.evidence is not None
    chosen = _as_told(settings, spike.evidence)
    found = []
    for row in rows:
        page, mention = _page(row), _mention(row)
        at = mention.post.published_at.timestamp()
        entry = entries.entry(page, mention, at, Norm(), chosen)
        if spike.kind == "campaign":
            belongs = _same_text(row, spike, settings.copy_distance)
        elif (story := spike.story) is not None:
            belongs = tells(entry, story.key, story.fingerprint or 0, settings.copy_distance)
        else:
            belongs = spike.lane in entries.lanes(mention, chosen)
        if belongs:
            entry.engagement = engagement.get(entry.item, 0.0)
            found.append(entry)
    return found


def case(spike: Spike, found: Sequence[Entry]) -> Case:
    """What the explanation is made from: posts from the store, expectations as told."""
    places = "regions" if spike.lane.region is None else "districts"
    usual = {
        places if name == "places" else name: _parts(getattr(spike, name)) for name in DIMENSIONS
    }
    risen = {one.region: Usually(one.since.timestamp(), one.expected) for one in spike.risen}
    return Case(spike.lane, found, spike.expected, usual, spike.since.timestamp(), risen)


def scales(spike: Spike, settings: ResonanceSettings) -> Scales:
    """How posts were weighed when the alert was written."""
    assert spike.evidence is not None
    return Scales(
        copy_distance=settings.copy_distance,
        engagement_weight=settings.engagement_weight,
        reach_weight=settings.reach_weight,
        top_posts=settings.top_posts,
        yardsticks={
            one.platform: Norm(engagement=one.engagement, doublings=one.followers)
            for one in spike.evidence.yardsticks
        },
    )


def _as_told(settings: ResonanceSettings, evidence: Evidence) -> ResonanceSettings:
    if evidence.first_topic is None or evidence.second_topic is None:
        return settings
    return settings.model_copy(
        update={
            "topic_probability": evidence.first_topic,
            "second_topic_probability": evidence.second_topic,
        }
    )


def _parts(shares: Sequence[Share]) -> Parts:
    return {share.key: share.expected for share in shares}


def _same_text(row: Row, spike: Spike, distance: int) -> bool:
    if row["fingerprint"] is None or row["repost_of"] is not None:
        return False
    return any(
        (text.fingerprint ^ row["fingerprint"]).bit_count() <= distance
        for text in spike.copied
        if text.fingerprint is not None
    )


def _page(row: Row) -> Mentions:
    at: datetime = row["observed_at"]
    return Mentions(
        platform=row["platform"],
        container=row["container"],
        target=row["target"],
        looked_until=at,
        observed_at=at,
        sequence=0,
        collector="store",
        collector_version="1",
    )


def _mention(row: Row) -> Mention:
    moods = (row["negative"], row["neutral"], row["positive"])
    return Mention(
        post=Post(
            item=row["item"],
            kind=row["kind"],
            published_at=row["published_at"],
            observed_at=row["observed_at"],
            legal_basis=row["legal_basis"],
            root=row["root"],
            parent=row["parent"],
            context=row["context"],
            author=row["author_name"],
            author_kind=row["author_kind"],
            author_name=row["author_name"],
            author_followers=row["author_followers"],
            text=row["text"],
            title=row["title"],
            url=row["url"],
            repost_of=row["repost_of"],
        ),
        topics=tuple((code, float(probability)) for code, probability in row["topics"]),
        appeal=row["appeal"],
        sentiment=None if None in moods else Sentiment(*moods),
        places=tuple(
            Place(kato=one["kato"], level=one["level"], name=one["name"], how=one["how"])
            for one in row["places"]
        ),
        fingerprint=row["fingerprint"],
        model=row["model"],
    )
