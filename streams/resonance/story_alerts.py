"""A story that appears in several regions within hours while each of them is quiet.

It is told as an emergence that names the story and its regions in the order it came there. It
opens when a story is in rarely many regions (`journey`), in `emergence_regions` at least of those
where nothing is told yet, with the voices of any lane, and no region has half of its posts. What
another alert tells stays with it: a campaign of the text, a spike of its topic or of everything
that it brings half of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from statistics import median

import msgspec

from rezonans.reasons import Lane, Story
from rezonans.records import Change, Spike
from streams.resonance.campaign import GAP_SECONDS
from streams.resonance.emergence import ALONE_SHARE
from streams.resonance.entries import Entry
from streams.resonance.journey import KEPT_SECONDS, Journey, Journeys
from streams.resonance.life import ALARMS, OpenSpike
from streams.resonance.rare import once_in_days
from streams.resonance.settings import ResonanceSettings
from streams.resonance.telling import HOUR, Scene, Teller, moment, parts_of, scales
from streams.steps.explain import Case, Usually, explain

HABIT, HABIT_DAYS = 0.4, 14.0
"""Decades by which each opening raises the bar, and the days in which they fade."""
LANE_SHARE = 0.7
TOLD_SHARE = 0.5
"""Of the excess of an open spike: from there on it is the spike's own story."""


class OpenStory(msgspec.Struct, array_like=True):
    """What is remembered of an open story. Times are unix seconds of the log."""

    spike: str
    journey: Journey
    bar: float
    alarm: int
    told: float = 0.0
    told_posts: int = 0
    told_regions: int = 0
    revision: int = -1


class StoryState(msgspec.Struct, array_like=True):
    """What of it goes into a snapshot."""

    open: dict[str, OpenStory] = {}
    habit: float = 0.0
    habit_at: float = 0.0


class StoryAlerts:
    """The open stories by the post they are known by. Depends on what it is shown and the clock
    of the log."""

    def __init__(self, settings: ResonanceSettings, scene: Scene, journeys: Journeys) -> None:
        self._settings = settings
        self._scene = scene
        self._journeys = journeys
        self._teller = Teller(settings, scene)
        self.state = StoryState()

    def tick(
        self, now: float, spikes: Mapping[int, OpenSpike], campaigns: Collection[int], held: bool
    ) -> list[Spike]:
        """Once a bin: what changed. `spikes`: the open ones by lane; `campaigns`: fingerprints
        of texts that are told as such; `held`: a flood, in which nothing opens."""
        self._journeys.tick(now)
        told = [spike for item in list(self.state.open) if (spike := self._go_on(item, now))]
        lanes = self._scene.intake.lanes.lanes
        told_lanes = {lanes[number]: spike for number, spike in spikes.items()}
        for item, journey in self._journeys.state.under_way.items():
            journey.campaign = journey.campaign or self._copied(journey, campaigns)
            if held or item in self.state.open or not self._may_be(journey, now):
                continue
            if self._rises(journey, told_lanes, now) and not self._seconds_apart(journey):
                told.append(self._open(journey, now))
        return told

    def restore(self, state: StoryState) -> None:
        """Go on from there; an open story and its journey are one again."""
        self.state = state
        for item, story in state.open.items():
            story.journey = self._journeys.state.under_way.get(item, story.journey)

    # -- what is one -------------------------------------------------------------------

    def _may_be(self, journey: Journey, now: float) -> bool:
        return (
            len(journey.regions) >= self._settings.emergence_regions
            and len(journey.voices) >= self._settings.floor_voices
            and now - journey.last < HOUR
            and not journey.campaign
        )

    def _copied(self, journey: Journey, campaigns: Collection[int]) -> bool:
        distance = self._settings.copy_distance
        mark = journey.fingerprint
        return bool(mark) and any((mark ^ one).bit_count() <= distance for one in campaigns)

    def _seconds_apart(self, journey: Journey) -> bool:
        """Whether its posts come seconds apart, which is for campaigns to judge."""
        times = sorted(entry.published for entry in self._entries(journey))
        return median([b - a for a, b in pairwise(times)] or [HOUR]) <= GAP_SECONDS

    def _rises(self, journey: Journey, told: Mapping[Lane, OpenSpike], now: float) -> bool:
        quiet = {
            region: stay
            for region, stay in journey.here(now).items()
            if not any(_loud(region, journey.topic, lane, told[lane]) for lane in told)
        }
        most = max((stay.posts for stay in quiet.values()), default=0)
        together = sum(stay.posts for stay in quiet.values())
        if len(quiet) < self._settings.emergence_regions or most >= ALONE_SHARE * together:
            return False
        if self._journeys.score(len(quiet)) < self._bar(now):
            return False
        wide = [told[lane] for lane in (Lane(), Lane(journey.topic)) if lane in told]
        return not any(together >= TOLD_SHARE * spike.excess for spike in wide)

    def _bar(self, now: float) -> float:
        fades: float = 2 ** (-(now - self.state.habit_at) / 86400 / HABIT_DAYS)
        return self._settings.threshold + self.state.habit * fades

    # -- its life ----------------------------------------------------------------------

    def _open(self, journey: Journey, now: float) -> Spike:
        bar = self._bar(now)
        width = self._settings.bin_seconds
        name = f"story/{journey.item}/{int(journey.began // width)}"
        story = OpenStory(
            spike=hashlib.blake2b(name.encode(), digest_size=8).hexdigest(),
            journey=journey,
            bar=bar,
            alarm=self._alarm(journey, bar, now),
        )
        self.state.habit, self.state.habit_at = bar - self._settings.threshold + HABIT, now
        self.state.open[journey.item] = story
        return self._tell(story, "opened", now)

    def _go_on(self, item: str, now: float) -> Spike | None:
        story = self.state.open[item]
        story.journey = journey = self._journeys.state.under_way.get(item, story.journey)
        if now - journey.last > KEPT_SECONDS:
            del self.state.open[item]
            return self._tell(story, "closed", now)
        alarm = self._alarm(journey, story.bar, now)
        change = self._change(story, alarm, now)
        story.alarm = max(alarm, story.alarm)
        return self._tell(story, change, now) if change else None

    def _alarm(self, journey: Journey, bar: float, now: float) -> int:
        """Several regions at once are no yellow; what is a hundred times rarer, and of many, is
        red."""
        many = len(journey.voices) >= self._settings.red_voices
        return 2 if many and self._journeys.score(len(journey.here(now))) >= bar + 2 else 1

    def _change(self, story: OpenStory, alarm: int, now: float) -> Change | None:
        if alarm > story.alarm:
            return "level"
        if len(story.journey.regions) >= 2 * story.told_regions:
            return "updated"
        hourly = now - story.told >= self._settings.update_minutes * 60
        return "updated" if hourly and story.journey.posts > story.told_posts else None

    # -- telling -----------------------------------------------------------------------

    def _tell(self, story: OpenStory, change: Change, now: float) -> Spike:
        journey = story.journey
        story.revision += 1
        story.told, story.told_posts = now, journey.posts
        story.told_regions = len(journey.regions)
        entries = self._entries(journey)
        regions = journey.regions if change == "closed" else journey.here(now)
        lane = _lane(journey)
        usual = {region: Usually(stay.first, 0.0) for region, stay in regions.items()}
        case = Case(lane, entries, 0.0, {}, journey.began, usual)
        parts = explain(case, scales(self._settings, self._scene.intake.norms))
        score = self._journeys.score(len(regions))
        return Spike(
            spike=story.spike,
            revision=story.revision,
            change=change,
            kind="emergence",
            alarm=ALARMS[story.alarm],
            lane=lane,
            since=moment(journey.began),
            score=round(score, 3),
            threshold=round(story.bar, 3),
            expected=0.0,
            low=0.0,
            high=0.0,
            fired=("regions",),
            once_in_days=once_in_days(score),
            story=_story(journey, entries),
            loud_until=moment(journey.last) if change == "closed" else None,
            **parts_of(parts),
            **self._teller.background(entries, now, float(len(entries))),
        )

    def _entries(self, journey: Journey) -> Sequence[Entry]:
        """Its posts within the hour."""
        whole = self._scene.intake.lanes.find(Lane())
        found = self._scene.bins.hour(whole) if whole is not None else iter(())
        return [entry for entry in found if journey.holds(entry, self._settings.copy_distance)]


def _loud(region: str, topic: str | None, lane: Lane, spike: OpenSpike) -> bool:
    """Whether an open spike tells of this region already."""
    if lane.topic not in (None, topic):
        return False
    return lane.region == region or region in spike.risen


def _lane(journey: Journey) -> Lane:
    """Its topic, where most of its posts have one."""
    topic = journey.topic
    if topic is None or journey.topics[topic] < LANE_SHARE * journey.posts:
        return Lane()
    return Lane(topic)


def _story(journey: Journey, entries: Sequence[Entry]) -> Story:
    """The story as such; its text is that of its earliest post within the hour."""
    shown = min(entries, key=lambda entry: (entry.published, entry.item), default=None)
    return Story(
        key=journey.item,
        observed=float(journey.posts),
        expected=0.0,
        text=shown.text if shown else "",
        url=shown.url if shown else None,
        fingerprint=journey.fingerprint or None,
    )
