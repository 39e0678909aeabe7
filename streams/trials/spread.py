"""How often a topic, or a story, of twenty regions emerges when nothing happens: tables of
`bench-detect`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rezonans.reasons import Lane
from streams.resonance.emergence import Breadth, Hour, emerges
from streams.resonance.journey import Journeys
from streams.resonance.settings import ResonanceSettings
from streams.resonance.surprise import Floats

REGIONS = 20
STEP_MINUTES = 10
DAY_STEPS = 24 * 60 // STEP_MINUTES
HOUR_STEPS = 60 // STEP_MINUTES
SETTINGS_TRIED = (0.5, 0.05)


class World(NamedTuple):
    """Posts an hour of the least and the busiest region; shape of the gamma law that their hours
    are drawn from, 0: none; deviation of the logarithm of what all hours share."""

    name: str
    least: float
    most: float
    shape: float = 0.0
    common: float = 0.0


WORLDS = (
    World("few posts", 0.3, 0.3),
    World("some posts", 1, 1),
    World("all sizes", 0.05, 20),
    World("over-dispersed", 0.05, 20, shape=3),
    World("sharing a rate", 0.05, 20, shape=3, common=0.2),
)


def spread(weeks: int, seed: int) -> Iterator[str]:
    """Lines: false emergences a week over the setting, the first two weeks not counted."""
    settings, chance = ResonanceSettings(), np.random.default_rng(seed)
    yield f"emergences where nothing happens, over the setting: {REGIONS} regions, {weeks} weeks"
    yield f"{'':16}" + "".join(f"{setting:8g}" for setting in SETTINGS_TRIED)
    for world in WORLDS:
        openings = _openings(world, weeks, settings, chance)
        rates = (
            found / (weeks - 2) / setting
            for found, setting in zip(openings, SETTINGS_TRIED, strict=True)
        )
        yield f"{world.name:16}" + "".join(f"{rate:8.2f}" for rate in rates)


LAWS = ("few", "news every day", "some days wide", "growing")
"""How the stories of a day are spread: most stay in a region or two."""


def stories(weeks: int, seed: int) -> Iterator[str]:
    """Lines: stories told a week over the setting where they spread as usual."""
    settings, chance = ResonanceSettings(), np.random.default_rng(seed)
    yield f"stories that spread as usual, over the setting: {REGIONS} regions, {weeks} weeks"
    yield f"{'':16}" + "".join(f"{setting:8g}" for setting in SETTINGS_TRIED)
    for law in LAWS:
        days = [_widest(law, day / (7 * weeks), chance) for day in range(7 * weeks)]
        rates = [
            _told(days, setting, settings) / (weeks - 2) / setting for setting in SETTINGS_TRIED
        ]
        yield f"{law:16}" + "".join(f"{rate:8.2f}" for rate in rates)


def _widest(law: str, passed: float, chance: np.random.Generator) -> int:
    """Regions of the widest story of a day; `passed`: share of the time that has passed."""
    many, reach = {"few": (20, 0.5), "news every day": (300, 0.65)}.get(law, (100, 0.6))
    if law == "some days wide":  # a mixture, which no two moments describe
        reach = 0.75 if chance.random() < 1 / 7 else 0.5
    if law == "growing":
        reach = 0.4 + 0.3 * passed
    spread_of = chance.geometric(1 - reach, many)
    return int(min(spread_of.max(), REGIONS))


def _told(days: Sequence[int], setting: float, settings: ResonanceSettings) -> int:
    """Days with a story that is told, the first two weeks not counted."""
    known, found = Journeys(7200.0), 0
    bar = -np.log10(setting)
    for number, regions in enumerate(days, start=1):
        known.tick(number * 86400.0)
        told = regions >= settings.emergence_regions and known.score(regions) >= bar
        found += number > 14 and told
        known.state.days.top = float(regions)
    return found


def _openings(
    world: World, weeks: int, settings: ResonanceSettings, chance: np.random.Generator
) -> Sequence[int]:
    """Days with a score over the bar of each setting."""
    told = Breadth()
    usual = np.geomspace(world.least, world.most, REGIONS, dtype=np.float32)
    lanes = [Lane("topic", f"{number:02}") for number in range(REGIONS)]
    scatter = np.full(REGIONS, 1.0, np.float32)
    if world.shape:
        scatter += usual / np.float32(world.shape)
    found = [0] * len(SETTINGS_TRIED)
    for day in range(1, weeks * 7 + 1):
        best = -9.0
        for step, (seen, expected) in enumerate(_day(world, usual, chance)):
            told.tick(
                Hour(lanes, seen, expected, scatter, _nobody_repeats),
                day * 86400 + step * STEP_MINUTES * 60.0,
            )
            excess = float((seen - expected).sum())
            if seen.sum() >= settings.floor_posts and emerges(
                told.up("topic"), excess, settings.emergence_regions
            ):
                best = max(best, told.score("topic"))
        if day > 14:
            found = [n + (best >= -np.log10(s)) for n, s in zip(found, SETTINGS_TRIED, strict=True)]
    return found


def _nobody_repeats(place: int) -> int:
    return 10**6


def _day(
    world: World, usual: Floats, chance: np.random.Generator
) -> Iterator[tuple[Floats, Floats]]:
    """Hours that end at each step of a day: posts and expectation by region."""
    steps = np.arange(DAY_STEPS + HOUR_STEPS)
    hours = steps // HOUR_STEPS
    rhythm = 1 + 0.8 * np.sin((steps * STEP_MINUTES / 60 - 9) / 24 * 2 * np.pi)
    expected = usual[:, None] * rhythm * STEP_MINUTES / 60
    rate = expected.copy()
    if world.shape:
        rate *= chance.gamma(world.shape, 1 / world.shape, (REGIONS, hours[-1] + 1))[:, hours]
    if world.common:
        off = chance.normal(-(world.common**2) / 2, world.common, hours[-1] + 1)
        rate *= np.exp(off)[hours]
    seen = chance.poisson(rate)
    for end in range(HOUR_STEPS, DAY_STEPS + HOUR_STEPS):
        hour = slice(end - HOUR_STEPS, end)
        yield (
            seen[:, hour].sum(axis=1).astype(np.float32),
            expected[:, hour].sum(axis=1).astype(np.float32),
        )
