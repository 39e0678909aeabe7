"""From an open spike to the record that tells it: everything an alert carries is put in here."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from rezonans.records import Change, Share, Spike
from streams.resonance import life
from streams.resonance.bank import Bank
from streams.resonance.bins import OpenBins
from streams.resonance.copies import CopyRing
from streams.resonance.entries import Entry
from streams.resonance.lanes import LaneTable
from streams.resonance.life import OpenSpike, Reading
from streams.resonance.settings import ResonanceSettings
from streams.resonance.usual import DIMENSIONS, Usual
from streams.steps.explain import Evidence, Explanation, explain


@dataclass(frozen=True)
class Scene:
    """What a tick looks at."""

    bank: Bank
    bins: OpenBins
    lanes: LaneTable
    usual: Usual
    copies: CopyRing


class Teller:
    """Tells what changed in the life of a spike. Reads the scene, changes the open spike only."""

    def __init__(self, settings: ResonanceSettings, scene: Scene) -> None:
        self._settings = settings
        self._scene = scene

    def loud_places(self, reading: Reading) -> int:
        """Named places at three posts and twice their usual or more."""
        return _loud(self._explain(reading).places)

    def tell(self, spike: OpenSpike, reading: Reading, change: Change, now: float) -> Spike:
        """The next revision of the spike. `now`: the clock of the log."""
        spike.revision += 1
        spike.told, spike.told_observed = now, reading.observed
        parts = self._explain(reading)
        return Spike(
            spike=spike.spike,
            revision=spike.revision,
            change=change,
            alarm=life.ALARMS[spike.alarm],
            lane=self._scene.lanes.lanes[reading.lane],
            at=datetime.fromtimestamp(now, UTC),
            since=datetime.fromtimestamp(spike.since * self._settings.bin_seconds, UTC),
            score=round(reading.score, 3),
            threshold=round(spike.bar, 3),
            observed=sum(share.observed for share in parts.sentiments),
            expected=reading.expected,
            low=reading.low,
            high=reading.high,
            window_seconds=self._settings.window_bins * self._settings.bin_seconds,
            peak=round(spike.peak, 3),
            **{part.name: getattr(parts, part.name) for part in fields(parts)},
        )

    def _explain(self, reading: Reading) -> Explanation:
        scene, lane = self._scene, reading.lane
        evidence = Evidence(
            lane=scene.lanes.lanes[lane],
            entries=list(scene.bins.hour(lane)),
            expected=reading.expected,
            usual={name: scene.usual.parts(lane, name) for name in DIMENSIONS},
        )
        return explain(evidence, self._weight, scene.copies.copies, self._settings.top_posts)

    def _weight(self, entry: Entry) -> float:
        return entry.weight(self._settings.engagement_weight, self._settings.reach_weight)


def _loud(places: tuple[Share, ...]) -> int:
    return sum(
        share.observed >= 3 and share.observed >= 2 * share.expected
        for share in places
        if share.key[:1].isdigit()
    )
