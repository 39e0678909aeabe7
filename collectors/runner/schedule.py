"""When a target is looked at next. Pure: time, chance and counts come in, seconds go out."""

from __future__ import annotations

import hashlib
import random

LONGEST_BACKOFF = 3_600.0
BREAK_AFTER = 5
"""Failures in a row after which a target is no longer hurried: one try a period, at most."""


def phase(target: str, every: float) -> float:
    """A target's own place within its period, so that targets do not all come at once."""
    digest = hashlib.sha256(target.encode()).digest()
    return every * int.from_bytes(digest[:8], "big") / 2**64


def first_wait(target: str, every: float) -> float:
    """The first look comes soon, yet not with all others in one instant."""
    return phase(target, min(every, 5.0))


def next_wait(target: str, every: float, now: float) -> float:
    """Seconds until the target's next slot; a look that took longer skips the slots it missed."""
    wait = (phase(target, every) - now) % every
    return wait if wait > every * 0.05 else wait + every


def backoff(failures: int, every: float, rng: random.Random, base: float = 5.0) -> float:
    """Full jitter over a doubling bound; an open circuit waits for a whole period."""
    bound = min(LONGEST_BACKOFF, base * 2.0 ** min(failures - 1, 20))
    wait = max(1.0, rng.uniform(0.0, bound))
    return max(wait, every) if failures >= BREAK_AFTER else wait


def busy_wait(retry_after: float, failures: int, every: float, rng: random.Random) -> float:
    """Never sooner than asked, a little later than asked so that all do not return at once."""
    asked = retry_after * (1.0 + 0.1 * rng.random())
    return max(asked, 0.1) if failures < BREAK_AFTER else max(asked, backoff(failures, every, rng))


_PARKED = (3_600.0, 86_400.0, 7 * 86_400.0)


def parked(failures: int) -> float:
    """A target that is gone or closed is looked at after an hour, a day, then once a week."""
    return _PARKED[min(failures, len(_PARKED)) - 1]
