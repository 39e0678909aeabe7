"""At most N false alerts a week: a bar that learns from useful and useless. Pure.

Every alert that turns out useless raises the bar (decades of rarity over the threshold) by a
step, every week of budget left lowers it by N steps: it settles where at most N alerts a week
are useless, whatever the data are. An alert that nobody marked counts as useless in the
proportion that the marked ones were. And when N of the last seven days were useless (marked, or
expected by that proportion), yellow and orange wait for the digest until one is a week old.
"""

from __future__ import annotations

import msgspec

WEEK = 7 * 86400.0
STEP = 0.25
"""Decades a useless alert raises the bar; about 1.7 times fewer alerts."""
HIGHEST = 2.0
"""Where red begins, which no budget holds."""
TRUST = 4.0
"""So many useful marks are supposed before the first one is made."""
REMEMBERED = 4 * WEEK
LEAST_PASSED = 600.0
"""Seconds below which lowering the bar is not worth a write to the disk."""


class Charge(msgspec.Struct, frozen=True):
    """An alert that was told."""

    at: float
    """Unix seconds."""
    charged: float
    """Share of a step by which it raised the bar so far."""
    mark: str = ""
    """`useful`, `useless`, or not marked."""


class Budget(msgspec.Struct, frozen=True):
    bar: float = 0.0
    at: float = 0.0
    """When the bar was lowered last."""
    charges: dict[str, Charge] = {}
    """By event."""


def relaxed(budget: Budget, false_a_week: int, now: float) -> Budget:
    """Time passes. A clock that jumps ahead counts for a week at most, back for nothing."""
    if 0 <= now - budget.at < LEAST_PASSED:
        return budget
    left = budget.at and spent(budget, now) < false_a_week
    passed = min(max(now - budget.at, 0.0), WEEK) if left else 0.0
    bar = max(0.0, budget.bar - STEP * false_a_week * passed / WEEK)
    charges = budget.charges
    if any(now - one.at > REMEMBERED for one in charges.values()):
        charges = {key: one for key, one in charges.items() if now - one.at <= REMEMBERED}
    return Budget(bar, now, charges)


def told(budget: Budget, event: str, now: float) -> Budget:
    """An alert of this event went out."""
    if event in budget.charges:
        return budget
    share = useless_share(budget)
    charges = {**budget.charges, event: Charge(now, share)}
    return Budget(_bar(budget.bar + STEP * share), budget.at, charges)


def marked(budget: Budget, event: str, mark: str) -> Budget:
    """Somebody has said what the alert was worth; the last word stands."""
    charge = budget.charges.get(event)
    if charge is None or charge.mark == mark:
        return budget
    share = 1.0 if mark == "useless" else 0.0
    charges = {**budget.charges, event: Charge(charge.at, share, mark)}
    return Budget(_bar(budget.bar + STEP * (share - charge.charged)), budget.at, charges)


def holds(budget: Budget, false_a_week: int, over: float, now: float) -> bool:
    """Whether an alert so many decades over the threshold waits for the digest."""
    return over < budget.bar or spent(budget, now) >= false_a_week


def spent(budget: Budget, now: float) -> float:
    """Useless alerts of the last seven days, those that are only expected included."""
    share = useless_share(budget)
    recent = [one for one in budget.charges.values() if now - one.at < WEEK]
    return sum(share if not one.mark else one.mark == "useless" for one in recent)


def useless_share(budget: Budget) -> float:
    """The share of useless among the marked ones of four weeks."""
    marks = [one.mark for one in budget.charges.values() if one.mark]
    return marks.count("useless") / (len(marks) + TRUST)


def _bar(value: float) -> float:
    return min(max(value, 0.0), HIGHEST)
