"""Campaigns: one text, sent again and again. What voices do not count is watched here.

An organic spike counts m copies of a text as 1 + log2(m) voices; the rest is not dropped, it is
judged by its own marks. A text is a campaign when it comes often within an hour and
- few accounts repeat it, or
- it comes seconds apart, or
- it comes as evenly as from a clock.
The same announcement taken over by many pages in their own time is none of these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from rezonans.reasons import CopiedText, Lane
from rezonans.records import Change, Spike
from streams.resonance import voices
from streams.resonance.entries import Entry
from streams.resonance.life import ALARMS
from streams.resonance.settings import ResonanceSettings
from streams.resonance.telling import Scene, Teller, moment, parts_of, scales
from streams.resonance.voices import Text
from streams.steps.explain import Case, explain

POSTS_PER_ACCOUNT = 2.0
GAP_SECONDS = 10.0
EVENNESS = 0.35
LANE_SHARE = 0.7
LEVEL_FACTOR = 5
"""Orange from so many times the least number of copies on, red from its square on."""
HABIT_DAYS = 14.0
"""A text that was told has to be twice as loud to be told again; this fades by half."""
MOST_HABITS = 1000


class OpenCampaign(msgspec.Struct, array_like=True):
    """What is remembered of an open campaign. Times are unix seconds of the log."""

    spike: str
    since: float
    fingerprint: int
    last: float
    """The newest copy."""
    told: float
    told_posts: int
    lane: Lane
    largest: CopiedText
    revision: int = 0
    alarm: int = 0


class CampaignState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    open: dict[int, OpenCampaign] = {}
    habits: dict[int, tuple[float, int]] = {}


class Campaigns:
    """The open campaigns by cluster of copies. Depends on the scene and the clock of the log."""

    def __init__(self, settings: ResonanceSettings, scene: Scene) -> None:
        self._settings = settings
        self._scene = scene
        self._teller = Teller(settings, scene)
        self.state = CampaignState()

    @property
    def fingerprints(self) -> list[int]:
        """Of the texts that are told as campaigns now."""
        return [campaign.fingerprint for campaign in self.state.open.values()]

    def tick(self, now: float) -> list[Spike]:
        """Once a bin: what changed, in the order of the clusters."""
        often = self._scene.intake.copies.often(self._settings.campaign_posts)
        watched = {*often, *self.state.open}
        whole = self._scene.intake.lanes.find(Lane())
        if not watched or whole is None:
            return []
        copies: dict[int, list[Entry]] = {number: [] for number in sorted(watched)}
        for entry in self._scene.bins.hour(whole):
            if entry.cluster in copies:
                copies[entry.cluster].append(entry)
        return [
            spike
            for number, found in copies.items()
            if (spike := self._one(number, found, now)) is not None
        ]

    def _one(self, number: int, found: list[Entry], now: float) -> Spike | None:
        text = Text(tuple(sorted(found, key=lambda entry: (entry.published, entry.item))))
        campaign = self.state.open.get(number)
        if campaign is None:
            fits = bool(found) and self._is_campaign(text, now)
            return self._open(number, text, now) if fits else None
        if not found:
            return self._close(number, campaign, now)
        campaign.last = max(campaign.last, text.entries[-1].published)
        if len(found) >= campaign.largest.posts:
            campaign.largest = voices.evidence(text)
        alarm = self._alarm(len(found))
        change = self._change(campaign, alarm, len(found), now)
        if change is None:
            return None
        campaign.alarm = max(alarm, campaign.alarm)
        campaign.revision += 1
        return self._tell(campaign, text, change, now)

    def _is_campaign(self, text: Text, now: float) -> bool:
        if len(text.entries) < max(self._settings.campaign_posts, self._habit(text, now)):
            return False
        marks = voices.evidence(text)
        return (
            marks.posts >= POSTS_PER_ACCOUNT * marks.accounts
            or marks.gap_seconds <= GAP_SECONDS
            or marks.evenness <= EVENNESS
        )

    def _habit(self, text: Text, now: float) -> float:
        told, posts = self.state.habits.get(text.entries[0].fingerprint, (now, 0))
        fresh: float = 2 ** (-(now - told) / 86400 / HABIT_DAYS)
        return 2 * posts * fresh

    def _open(self, number: int, text: Text, now: float) -> Spike:
        first = text.entries[0]
        since = int(first.published // self._settings.bin_seconds)
        name = f"campaign/{first.fingerprint}/{since}"
        campaign = OpenCampaign(
            spike=hashlib.blake2b(name.encode(), digest_size=8).hexdigest(),
            since=float(since * self._settings.bin_seconds),
            fingerprint=first.fingerprint,
            last=text.entries[-1].published,
            told=now,
            told_posts=0,
            lane=_lane(text.entries),
            largest=voices.evidence(text),
            alarm=self._alarm(len(text.entries)),
        )
        self.state.open[number] = campaign
        return self._tell(campaign, text, "opened", now)

    def _close(self, number: int, campaign: OpenCampaign, now: float) -> Spike:
        del self.state.open[number]
        self.state.habits.pop(campaign.fingerprint, None)
        self.state.habits[campaign.fingerprint] = (now, campaign.largest.posts)
        if len(self.state.habits) > MOST_HABITS:
            del self.state.habits[next(iter(self.state.habits))]
        campaign.revision += 1
        return self._tell(campaign, Text(()), "closed", now)

    def _alarm(self, posts: int) -> int:
        least = self._settings.campaign_posts
        return (posts >= least * LEVEL_FACTOR) + (posts >= least * LEVEL_FACTOR**2)

    def _change(self, campaign: OpenCampaign, alarm: int, posts: int, now: float) -> Change | None:
        if alarm > campaign.alarm:
            return "level"
        hourly = now - campaign.told >= self._settings.update_minutes * 60
        return "updated" if hourly or posts >= 2 * campaign.told_posts else None

    def _tell(self, campaign: OpenCampaign, text: Text, change: Change, now: float) -> Spike:
        campaign.told, campaign.told_posts = now, len(text.entries)
        case = Case(campaign.lane, text.entries, 0.0, {}, campaign.since)
        parts = explain(case, scales(self._settings, self._scene.intake.norms))
        told = parts_of(parts) | {"copied": parts.copied or (campaign.largest,)}
        return Spike(
            spike=campaign.spike,
            revision=campaign.revision,
            change=change,
            kind="campaign",
            alarm=ALARMS[campaign.alarm],
            lane=campaign.lane,
            since=moment(campaign.since),
            score=0.0,
            threshold=0.0,
            expected=0.0,
            low=0.0,
            high=0.0,
            peak=float(campaign.largest.posts),
            loud_until=moment(campaign.last) if change == "closed" else None,
            **told,
            **self._teller.background(text.entries, now, float(len(text.entries))),
        )


def _lane(entries: Sequence[Entry]) -> Lane:
    """The narrowest lane that holds most of the copies."""
    for lane_of in (_topic_and_region, _topic, _region):
        lanes = [lane_of(entry) for entry in entries]
        best = max(sorted(set(lanes), key=repr), key=lanes.count)
        known = best != Lane() and (lane_of is not _topic_and_region or None not in _ends(best))
        if known and lanes.count(best) >= LANE_SHARE * len(lanes):
            return best
    return Lane()


def _ends(lane: Lane) -> tuple[str | None, str | None]:
    return lane.topic, lane.region


def _topic_and_region(entry: Entry) -> Lane:
    return Lane(topic=entry.topic, region=entry.region)


def _topic(entry: Entry) -> Lane:
    return Lane(topic=entry.topic)


def _region(entry: Entry) -> Lane:
    return Lane(region=entry.region)
