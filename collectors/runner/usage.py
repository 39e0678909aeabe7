"""What platforms say of our budget beside an answer: their own figures win over ours. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx

from collectors.runner.transport import LONGEST_WAIT

FULL = 95.0
"""Per cent of an allowance from which on nothing is asked."""
HIGH = 70.0
"""Per cent from which on questions come more slowly."""
SLOWEST = 60.0
"""Seconds between two questions, at most."""
_PREFIXES = ("x-ratelimit", "x-rate-limit", "ratelimit")
PAUSE = 300.0
"""Seconds, where the platform does not say how long."""


def pause(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds for which a credential should rest, by the headers of an answer; `None`: go on.

    Understood are Meta's usage in per cent and the usual `X-RateLimit-*` and `RateLimit-*`.
    """
    found = [*_usage(headers), *_remaining(headers, now)]
    return min(max(found), LONGEST_WAIT) if found else None


def strain(headers: httpx.Headers, now: datetime) -> float:
    """Seconds to leave between two questions so that an allowance that runs low lasts; 0: it does
    not. From 70 per cent used on (Meta), or 30 per cent left (the usual headers).
    """
    gaps = [PAUSE * (share - HIGH) / (FULL - HIGH) / 10 for share in _shares(headers)]
    for prefix in _PREFIXES:
        said = [headers.get(f"{prefix}-{name}", "") for name in ("limit", "remaining", "reset")]
        if all(one.isdecimal() for one in said[:2]):
            limit, left = (int(one[:12]) for one in said[:2])
            if 0 < left < limit * (1 - HIGH / 100):
                gaps.append(_until(said[2], now) / left)
    return min(max([0.0, *gaps]), SLOWEST)


def _shares(headers: httpx.Headers) -> Iterator[float]:
    """Per cents of allowances that are used, as Meta says it."""
    business = _json(headers.get("x-business-use-case-usage"))
    rows = [row for rows in business.values() if isinstance(rows, list) for row in rows]
    for row in [_json(headers.get("x-app-usage")), *rows]:
        if isinstance(row, dict):
            shares = [row.get(name) for name in ("call_count", "total_time", "total_cputime")]
            yield from (float(one) for one in shares if isinstance(one, int | float))


def _usage(headers: httpx.Headers) -> Iterator[float]:
    app = _json(headers.get("x-app-usage"))
    business = _json(headers.get("x-business-use-case-usage"))
    rows = [row for rows in business.values() if isinstance(rows, list) for row in rows]
    for row in [app, *rows]:
        if not isinstance(row, dict):
            continue
        shares = [row.get(name) for name in ("call_count", "total_time", "total_cputime")]
        minutes = row.get("estimated_time_to_regain_access")
        if isinstance(minutes, int | float) and minutes > 0:
            yield minutes * 60.0
        elif any(isinstance(share, int | float) and share >= FULL for share in shares):
            yield PAUSE


def _json(value: str | None) -> dict[str, Any]:
    try:
        found = json.loads(value or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _remaining(headers: httpx.Headers, now: datetime) -> Iterator[float]:
    for prefix in _PREFIXES:
        left, reset = headers.get(f"{prefix}-remaining", ""), headers.get(f"{prefix}-reset", "")
        if left.isdecimal() and int(left[:12]) == 0:
            yield _until(reset, now)


def _until(reset: str, now: datetime) -> float:
    """Seconds, or a moment of unix time: whichever it can be."""
    if not reset.isdecimal():
        return PAUSE
    number = float(reset[:12])
    return max(number - now.timestamp(), 1.0) if number > 1e9 else max(number, 1.0)
