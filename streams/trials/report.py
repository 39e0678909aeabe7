"""The tables of `rezonans bench-detect`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from rezonans.records import Spike
from streams.backtest.run import spikes
from streams.resonance.detect import Row, detect
from streams.resonance.series import step_of
from streams.resonance.settings import ResonanceSettings
from streams.trials import beside, power, talk
from streams.trials.against import Pair, against_ears, around_the_clock, through_the_day
from streams.trials.made import CLOCK, LAWS, RATES, TRIPLINGS, WEEK, WIDTH, Kind, inject, weeks
from streams.trials.nab import PROFILES, Labelled, events, load, mark, sweep
from streams.trials.rivals import ears, shipped


def anomaly_benchmark(folder: Path, settings: ResonanceSettings) -> Iterator[str]:
    """Lines: the labelled series of a folder, scored as the benchmark scores."""
    series = load(folder)
    rows = {one.name: _rows(one, settings) for one in series}
    scores = {name: [row.score for row in found] for name, found in rows.items()}
    opened = {
        name: [place for place, row in enumerate(found) if row.state == "opened"]
        for name, found in rows.items()
    }
    yield f"labelled series: {len(series)}, windows: {sum(len(one.windows) for one in series)}"
    yield f"{'':10} {'rows':>6} {'windows':>7} {'hit':>4} {'false':>5}"
    for one in series:
        found = events(opened, [one])
        counts = f"{found.windows:7} {found.hit:4} {found.false:5}"
        yield f"{one.name:10} {len(one.points):6} {counts}"
    marks = {one.name: mark(one) for one in series}
    for name, cost in PROFILES.items():
        result = sweep(scores, marks, cost)
        yield f"{name:10} {result.score:6.1f}   (threshold {result.threshold:.3f})"
    whole = events(opened, series)
    yield f"events opened: precision {whole.precision:.2f}, recall {whole.recall:.2f}, " + (
        f"{median(whole.delays):+.1f} h from the label (median)" if whole.delays else "no hit"
    )


SETTINGS_TRIED = (0.5, 0.2, 0.1)


def false_openings(lanes: int, count: int, seed: int) -> Iterator[str]:
    """Lines: openings where nothing happens, over the setting; then injected spikes against
    EARS C1 at the same rate of false openings, and triplings through the day."""
    chance = np.random.default_rng(seed)
    quiet = weeks([kind for kind in power.KINDS for _ in range(lanes)], count, chance)
    ours, theirs = shipped(quiet.counts), ears(quiet.counts)
    yield (
        f"false openings over the setting: {lanes} lanes of a kind, {count} weeks, the first "
        "not counted"
    )
    yield f"{'setting':18}" + "".join(f"{rate:8g}" for rate in RATES) + "   posts in 5 minutes"
    for setting in SETTINGS_TRIED:
        rates = power.shipped_rate(ours, setting) / setting
        yield from _by_law(setting, rates, quiet.kinds)
    loud, put = inject(quiet, 2, chance)
    both = Pair(ours, shipped(loud.counts)), Pair(theirs, ears(loud.counts))
    yield from against_ears(quiet, *both, put, SETTINGS_TRIED[0])
    loud, put = inject(quiet, 2, chance, CLOCK)
    both = Pair(ours, shipped(loud.counts)), Pair(theirs, ears(loud.counts))
    yield from around_the_clock(quiet, *both, put, SETTINGS_TRIED[0])
    loud, put = inject(quiet, 2, chance, TRIPLINGS)
    both = Pair(ours, shipped(loud.counts)), Pair(theirs, ears(loud.counts))
    yield from through_the_day(quiet, *both, put, SETTINGS_TRIED[0])


def in_live_bins(lanes: int, count: int, seed: int) -> Iterator[str]:
    """Lines: openings where nothing happens in bins as long as the live system's, over the
    setting."""
    chance, step = np.random.default_rng(seed), ResonanceSettings().bin_seconds
    quiet = weeks([kind for kind in power.KINDS for _ in range(lanes)], count, chance, step)
    scores = shipped(quiet.counts, step)
    yield f"the same in bins of {step} s: {lanes} lanes of a kind, {count} weeks"
    for setting in SETTINGS_TRIED[:2]:
        rates = power.shipped_rate(scores, setting, step=step) / setting
        yield from _by_law(setting, rates, quiet.kinds)


def _by_law(setting: float, rates: power.Rates, kinds: Sequence[Kind]) -> Iterator[str]:
    for law in LAWS:
        own = [
            np.mean([r for r, kind in zip(rates, kinds, strict=True) if kind == (law, rate)])
            for rate in RATES
        ]
        yield f"{setting:4g} {law:17}" + "".join(f"{mean:8.2f}" for mean in own)


def beside_posts(lanes: int, count: int, seed: int) -> Iterator[str]:
    """Lines: openings where nothing happens, of posts alone and with attitude and resonance; then
    hours in which only these turned, posts being as many as usual."""
    chance, setting = np.random.default_rng(seed), SETTINGS_TRIED[0]
    made = weeks([Kind(law, q) for law in LAWS for q in RATES[1:] for _ in range(lanes)], count,
                 chance)  # fmt: skip
    scores = {"posts": shipped(made.counts), **beside.scores(beside.quiet(made, chance))}
    scores["together"] = np.maximum.reduce(list(scores.values()))
    yield f"beside posts: false openings over the setting {setting}, {lanes} lanes of a kind"
    yield "  ".join(
        f"{name} {power.shipped_rate(own, setting).mean() / setting:.2f}"
        for name, own in scores.items()
    )
    yield "posts in 5 minutes   turned      found   minutes"
    for worse, axis in ((True, "negatives"), (False, "resonance")):
        told = beside.turned(made, 2, chance, worse)
        seen = beside.found(beside.scores(told)[axis], told, -float(np.log10(setting)))
        for rate in RATES[1:]:
            own = [s for s, (lane, _) in zip(seen, told.starts, strict=True)
                   if made.kinds[lane].rate == rate]  # fmt: skip
            late = [minutes for minutes in own if minutes is not None]
            delay = _minutes(median(late) if late else None)
            yield f"{rate:18g}   {axis:9}   {len(late) / len(own):5.2f}   {delay:>7}"


POSTS_A_DAY = (3, 5, 10, 20)


def districts(lanes: int, count: int, seed: int) -> Iterator[str]:
    """Lines: lanes of a few posts a day at the bar of districts, and eight posts in three hours."""
    chance, setting = np.random.default_rng(seed), ResonanceSettings().district_false_alarms
    quiet = weeks(
        [Kind("poisson", posts * WIDTH / 86400) for posts in POSTS_A_DAY for _ in range(lanes)],
        count,
        chance,
    )
    rates = power.shipped_rate(shipped(quiet.counts), setting)
    start = (count - 1) * WEEK + 9 * 3600 // WIDTH
    for post in range(8):
        quiet.counts[start + post * 4, :] += 1
    scores = shipped(quiet.counts)[start : start + 4 * 3600 // WIDTH]
    loud = (scores >= -np.log10(setting)).any(axis=0)
    yield f"districts at the setting {setting}; eight posts in three hours by day"
    yield "posts a day   false openings a week   eight posts found"
    for place, posts in enumerate(POSTS_A_DAY):
        own = slice(place * lanes, (place + 1) * lanes)
        yield f"{posts:11}   {rates[own].mean():21.3f}   {loud[own].mean():17.2f}"


CONVERSATIONS = 400.0
INCIDENTS = (4, 6, 8, 8, 12, 25)
"""Conversations of the incidents of a day, one every three hours."""


def conversations(days: int, seed: int) -> Iterator[str]:
    """Lines: openings of districts by week where people answer each other and nothing happens, and
    incidents found among them; counted post by post, as it was once, and as shipped."""
    chance, settings = np.random.default_rng(seed), ResonanceSettings()
    quiet = talk.quiet(talk.Region(days, CONVERSATIONS), chance)
    events = [_event(day, hour, chance) for day in range(7, days) for hour in range(len(INCIDENTS))]
    loud = talk.with_events(quiet, events, chance)
    yield (
        f"conversations: {len(quiet) / days:.0f} posts a day in {len(talk.DISTRICTS)} districts, "
        f"{days} days, at most {settings.all_district_false_alarms:g} false openings a week asked"
    )
    sizes = sorted(set(INCIDENTS))
    yield (
        "counted         false openings by week   " + "".join(f"{n:>6}" for n in sizes) + "  found"
    )
    for name, seen in (("every post", talk.strangers), ("conversations", list)):
        opened = talk.openings(spikes(seen(quiet), settings, _silent), districts=True)
        by_week = [0] * -(-days // 7)
        for one in opened:
            by_week[(one.at - talk.START).days // 7] += 1
        told = spikes(seen(loud), settings, _silent)
        shares = [_found([event for event in events if event.conversations == n], told)
                  for n in sizes]  # fmt: skip
        weeks_told = " ".join(f"{count:4}" for count in by_week)
        yield f"{name:14}  {weeks_told:23}  " + "".join(f"{share:6.2f}" for share in shares)


def _silent(_: datetime) -> None:
    """Nobody waits for a measurement."""


def _event(day: int, hour: int, chance: np.random.Generator) -> talk.Event:
    return talk.Event(
        start=talk.START + timedelta(days=day, hours=2 + 3 * hour),
        topic=str(chance.choice(talk.TOPICS)),
        district=str(chance.choice(talk.DISTRICTS)),
        conversations=INCIDENTS[hour],
    )


def _found(events: Sequence[talk.Event], told: Sequence[Spike]) -> float:
    return sum(talk.found(event, told) is not None for event in events) / max(1, len(events))


def _minutes(delay: float | None) -> str:
    return "-" if delay is None else f"{delay:.0f}"


def _rows(one: Labelled, settings: ResonanceSettings) -> list[Row]:
    width = {"bin_seconds": step_of(list(one.points))}
    return list(detect(one.points, settings.model_copy(update=width)))
