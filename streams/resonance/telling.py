"""From an open spike to the record that tells it: everything an alert carries is put in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from rezonans.reasons import (
    Coverage,
    Cut,
    Evidence,
    Forecast,
    Lane,
    Leader,
    Share,
    Silence,
    TopPost,
    Word,
    Yardstick,
)
from rezonans.records import Change, Spike
from streams.resonance import axes, emergence, leaders, life, voices
from streams.resonance.bank import Bank
from streams.resonance.bins import OpenBins
from streams.resonance.cascade import Cascades
from streams.resonance.emergence import Breadth, Up
from streams.resonance.entries import Entry, Norms
from streams.resonance.forecast import PAST_PEAK, Forecaster, peak_passed, scaled
from streams.resonance.intake import Intake
from streams.resonance.life import OpenSpike, Reading
from streams.resonance.rare import once_in_days
from streams.resonance.settings import ResonanceSettings
from streams.resonance.usual import DIMENSIONS, Usual
from streams.resonance.watermark import Watermark
from streams.resonance.windows import Windows
from streams.resonance.words import Words, fresh
from streams.steps.explain import Case, Explanation, Scales, Usually, explain

MOST_SILENT = 10
HOUR, STILL_COMING_SECONDS = 3600.0, 600.0


@dataclass(frozen=True)
class Scene:
    """What a tick looks at."""

    bank: Bank
    bins: OpenBins
    intake: Intake
    usual: Usual
    watermark: Watermark
    forecaster: Forecaster
    words: Words
    cascades: Cascades
    breadth: Breadth
    windows: Windows

    def usual_of(self, lane: int, expected: float) -> axes.Usual:
        """What is usual in a lane beside its posts, of which so many are expected in the hour."""
        scatter = float(self.bank.scatter(np.array([lane], np.intp))[0])
        return axes.Usual(*self.bank.learned(lane), expected=expected, scatter=scatter)


class Teller:
    """Tells what changed in the life of a spike. Reads the scene, changes the open spike only."""

    def __init__(self, settings: ResonanceSettings, scene: Scene) -> None:
        self._settings = settings
        self._scene = scene

    def loud_places(self, reading: Reading) -> int:
        """Named places at three posts and twice their usual or more."""
        return _loud(self._explain(reading, 0.0).places)

    def led(self, lane: int) -> bool:
        """Whether an opinion leader was followed by enough voices within the hour."""
        if not self._settings.leaders.watches(self._scene.intake.lanes.lanes[lane].topic):
            return False
        entries = list(self._scene.bins.hour(lane))
        return leaders.started(entries, self._settings.leader_followed)

    def emerging(self, reading: Reading) -> Sequence[Up]:
        """The regions of an emergence, none where the lane is not one."""
        lane = self._scene.intake.lanes.lanes[reading.lane]
        if lane.topic is None or lane.region is not None:
            return ()
        up = self._scene.breadth.up(lane.topic)
        return emergence.emerges(up, reading.excess, self._settings.emergence_regions)

    def tell(self, spike: OpenSpike, reading: Reading, change: Change, now: float) -> Spike:
        """The next revision of the spike. `now`: the clock of the log."""
        spike.revision += 1
        spike.told, spike.told_observed = now, reading.observed
        since = float(spike.since * self._settings.bin_seconds)
        if spike.kind == "emergence":
            for up in self.emerging(reading):
                spike.risen.setdefault(up.region, up.since)
        parts = self._explain(reading, since, self._risen(spike, reading, now))
        told = reading.in_posts()
        return Spike(
            spike=spike.spike,
            revision=spike.revision,
            change=change,
            kind=spike.kind,
            alarm=life.ALARMS[spike.alarm],
            lane=self._scene.intake.lanes.lanes[reading.lane],
            since=datetime.fromtimestamp(since, UTC),
            score=round(reading.score, 3),
            threshold=round(spike.bar, 3),
            expected=told.expected,
            low=told.low,
            high=told.high,
            peak=round(spike.peak, 3),
            trigger=spike.trigger,
            fired=reading.fired(spike.bar),
            once_in_days=once_in_days(reading.score),
            forecast=self._forecast(spike, reading, now),
            words=self._fresh(reading.lane),
            usual_resonance=_of_bins(reading, reading.beside.usual_weight) or None,
            **parts_of(parts)
            | {
                "leaders": _remembered(spike, parts.leaders),
                "top": self._with_outlook(parts.top, now),
            },
            **self.background(list(self._scene.bins.hour(reading.lane)), now, reading.observed)
            | {"window_seconds": int(reading.bins) * self._settings.bin_seconds},
        )

    def background(self, entries: Sequence[Entry], now: float, counted: float) -> dict[str, Any]:
        """What every alert says of the moment that it was written in, by field of a `Spike`."""
        width, bins = self._settings.bin_seconds, self._settings.window_bins
        end = (now // width + 1) * width
        cuts: dict[str, float] = {}
        for entry in entries:
            cuts[entry.target] = max(entry.observed, cuts.get(entry.target, 0.0))
        norms = self._scene.intake.norms.platforms
        return {
            "at": moment(now),
            "window_seconds": bins * width,
            "coverage": self._coverage(),
            "models": self._scene.intake.models,
            "evidence": Evidence(
                start=moment(end - bins * width),
                end=moment(end),
                cuts=tuple(Cut(target=name, until=moment(cuts[name])) for name in sorted(cuts)),
                yardsticks=tuple(
                    Yardstick(
                        platform=name,
                        engagement=norms[name].engagement,
                        followers=norms[name].doublings,
                    )
                    for name in sorted({entry.platform for entry in entries} & norms.keys())
                ),
                counted=round(counted, 3),
                first_topic=self._settings.topic_probability,
                second_topic=self._settings.second_topic_probability,
            ),
        }

    def _with_outlook(self, top: Sequence[TopPost], now: float) -> tuple[TopPost, ...]:
        cascades = self._scene.cascades
        return tuple(
            msgspec.structs.replace(post, outlook=cascades.outlook(post.item, now)) for post in top
        )

    def _fresh(self, lane: int) -> tuple[Word, ...]:
        texts = voices.texts(self._scene.bins.hour(lane), self._settings.copy_distance)
        return fresh(texts, *self._scene.words.before(self._scene.intake.lanes.lanes[lane].topic))

    def _forecast(self, spike: OpenSpike, reading: Reading, now: float) -> Forecast:
        width = self._settings.bin_seconds
        end = int(now // width) + 1
        watched = self._scene.watermark.watched(now - HOUR, now - STILL_COMING_SECONDS)
        forecast = scaled(self._scene.forecaster.forecast(reading, end, watched), reading.each)
        if not forecast.refused and now - spike.since * width < HOUR:
            # hours are forecast from hours: of a part of one nobody knows how it goes on
            forecast = msgspec.structs.replace(forecast, hours=(), refused="rising")
        first = max(spike.since, self._scene.bins.first or spike.since)
        cells = (self._scene.bins.cells(number).get(reading.lane) for number in range(first, end))
        passed = peak_passed([cell.live if cell else 0.0 for cell in cells])
        if first > spike.since and reading.ratio <= PAST_PEAK * spike.peak:
            passed = True  # the loudest bins are closed already
        half_life = self._scene.forecaster.half_life_minutes(reading.lane) if passed else None
        return msgspec.structs.replace(forecast, peak_passed=passed, half_life_minutes=half_life)

    def _coverage(self) -> Coverage:
        sources, silent = self._scene.watermark.coverage()
        told = sorted(silent.items(), key=lambda found: (found[1], found[0]))[:MOST_SILENT]
        return Coverage(
            sources=sources,
            looking=sources - len(silent),
            silent=tuple(Silence(target=name, seconds=round(since)) for name, since in told),
        )

    def _risen(self, spike: OpenSpike, reading: Reading, now: float) -> Mapping[str, Usually]:
        """What is known of the regions of an emergence beside their posts."""
        topic = self._scene.intake.lanes.lanes[reading.lane].topic
        numbers = {r: self._scene.intake.lanes.find(Lane(topic, r)) for r in spike.risen}
        known = {region: number for region, number in numbers.items() if number is not None}
        if not known:
            return {}
        mu = self._scene.windows.told(self._scene.bank, list(known.values()), now)
        return {
            region: Usually(spike.risen[region], float(expected))
            for region, expected in zip(known, mu, strict=True)
        }

    def _explain(
        self, reading: Reading, since: float, risen: Mapping[str, Usually] | None = None
    ) -> Explanation:
        scene, lane = self._scene, reading.lane
        case = Case(
            lane=scene.intake.lanes.lanes[lane],
            entries=list(scene.bins.hour(lane)),
            expected=reading.in_posts().expected,
            usual={name: scene.usual.parts(lane, name) for name in DIMENSIONS},
            since=since,
            risen=risen or {},
        )
        return explain(case, scales(self._settings, scene.intake.norms))


def scales(settings: ResonanceSettings, norms: Norms) -> Scales:
    """How the settings weigh posts."""
    return Scales(
        copy_distance=settings.copy_distance,
        engagement_weight=settings.engagement_weight,
        reach_weight=settings.reach_weight,
        top_posts=settings.top_posts,
        yardsticks=norms.platforms,
    )


def parts_of(parts: Explanation) -> dict[str, Any]:
    """Fields of an explanation are fields of a `Spike` of the same name."""
    return {part.name: getattr(parts, part.name) for part in fields(parts)}


def _of_bins(reading: Reading, usual: float) -> float:
    """Of what is usual in the hour, the part of the bins that were looked at live."""
    return usual if reading.whole else usual * reading.usual / reading.expected


def _remembered(spike: OpenSpike, found: Sequence[Leader]) -> tuple[Leader, ...]:
    """Leaders of earlier revisions stay told when their posts have left the window."""
    for leader in found:
        known = spike.leaders.get(leader.item)
        if known is None or leader.followed >= known.followed:
            spike.leaders[leader.item] = leader
    ranked = sorted(spike.leaders.values(), key=lambda one: (-one.followed, one.at, one.item))
    return tuple(ranked[: leaders.MOST_LEADERS])


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _loud(places: tuple[Share, ...]) -> int:
    return sum(
        share.observed >= 3 and share.observed >= 2 * share.expected
        for share in places
        if share.key[:1].isdigit()
    )
