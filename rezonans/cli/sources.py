"""How the configured sources stand, in lines for people, from what was published last. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np

from collectors.runner.freshness import needed
from collectors.runner.standing import (
    HALF,
    NEARLY_ALL,
    BudgetStanding,
    SourceStanding,
    Standing,
    TargetStanding,
)

FRESH = timedelta(minutes=2)
"""A file that is older was left by a process that is gone."""
MOST_NAMED = 10
WELL = ("ok", "quiet", "starting")


def told(standing: Standing, now: datetime, within: float) -> Iterator[str]:
    """Every configured source; `within`: seconds that 95 of 100 posts should be seen in."""
    if standing.at is None:
        yield "sources: none was ever read here; `rezonans run` starts it"
        return
    age = now - standing.at
    still = "" if age < FRESH else f"; nothing reads now, this was {_ago(age)} ago"
    yield f"sources as they stood at {standing.at:%Y-%m-%d %H:%M:%S} UTC{still}"
    names = sorted({one.instance for one in standing.targets})
    for name in names:
        yield ""
        yield from _source(name, standing, standing.at, within)


def _source(name: str, standing: Standing, now: datetime, within: float) -> Iterator[str]:
    targets = [one for one in standing.targets if one.instance == name]
    budgets = [one for one in standing.budgets if one.instance == name]
    source = standing.sources.get(name, SourceStanding())
    states = Counter(one.state for one in targets)
    said = ", ".join(f"{count} {state}" for state, count in states.most_common())
    yield f"{name} ({targets[0].kind}): {len(targets)} target(s): {said}"
    yield f"    last success {_last(targets, now)}; lag {_long(max(one.lag for one in targets))}"
    yield f"    fresh: {_measured(source)}; {_promised(source)}"
    yield f"    complete: {_complete(targets, now)}"
    yield from (f"    budget: {_budget(one, now)}" for one in budgets)
    if source.looks_a_day is not None:
        yield f"    {_cost(targets, source.looks_a_day, within)}"
    bad = [one for one in targets if one.state not in WELL]
    for one in bad[:MOST_NAMED]:
        yield f"    {one.target}: {one.state}: {one.reason}{_until(one, now)}"
    if len(bad) > MOST_NAMED:
        yield f"    and {len(bad) - MOST_NAMED} more that do not stand well"


def _last(targets: Sequence[TargetStanding], now: datetime) -> str:
    times = [one.last_success for one in targets if one.last_success]
    if not times:
        return "never"
    never = len(targets) - len(times)
    oldest = f", the oldest {_ago(now - min(times))} ago" if len(times) > 1 else ""
    return f"{_ago(now - max(times))} ago{oldest}" + (f", {never} never" if never else "")


def _measured(source: SourceStanding) -> str:
    half, most = source.ages.quantile(HALF), source.ages.quantile(NEARLY_ALL)
    if half is None or most is None:
        return "no live post with a time of its own was seen yet"
    return f"half within {_long(half)}, 95 % within {_long(most)} ({source.ages.posts:,} posts)"


def _promised(source: SourceStanding) -> str:
    if source.half is None or source.nearly_all is None:
        return "no schedule"
    return f"the schedule promises {_long(source.half)} and {_long(source.nearly_all)}"


def _complete(targets: Sequence[TargetStanding], now: datetime) -> str:
    missing = [one.missing(now) for one in targets]
    share = 1 - sum(lost for lost, _ in missing) / sum(watched for _, watched in missing)
    open_, closed = (sum(len(t.gaps.open) for t in targets), sum(t.gaps.closed for t in targets))
    gaps = f"; gaps: {open_} open, {closed} closed" if open_ or closed else ", no gaps"
    return f"{100 * share:.1f} % of the time of the last 7 days{gaps}"


def _budget(one: BudgetStanding, now: datetime) -> str:
    which = "all methods" if one.method == "*" else one.method
    left = (
        f"{one.left:,} of {one.a_day:,} left today" if one.a_day is not None else "no daily limit"
    )
    if one.blocked_until is None:
        return f"{which}: {left}"
    return (
        f"{which}: {left}; waits for {_long((one.blocked_until - now).total_seconds())}: {one.why}"
    )


def _cost(targets: Sequence[TargetStanding], looks_a_day: float, within: float) -> str:
    rates = np.array([max(one.posts_a_day, 1e-6) for one in targets]) / 86_400.0
    looks = needed(NEARLY_ALL, within, rates)
    return (
        f"95 % within {_long(within)} would need {looks:,.0f} looks a day; "
        f"the budget is enough for {looks_a_day:,.0f}"
    )


def _until(one: TargetStanding, now: datetime) -> str:
    if one.until is None or one.until <= now:
        return ""
    return f"; again in {_long((one.until - now).total_seconds())}"


def _ago(age: timedelta) -> str:
    return _long(age.total_seconds())


def _long(seconds: float) -> str:
    """A length of time in the unit that people would say it in."""
    seconds = max(seconds, 0.0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
