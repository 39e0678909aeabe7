"""What an alert said against what the store says now: the same, or where they differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rezonans.records import Spike
from streams.resonance.words import stem
from streams.steps.explain import Explanation

NUMBERS = ("observed", "posts", "reposts")
SHARES = ("places", "sentiments", "platforms", "topics", "stories")
TOLERANCE = 1e-6
STORED = timedelta(milliseconds=1)
"""How exactly the store keeps times."""


@dataclass(frozen=True)
class Difference:
    """One number that is not the same."""

    what: str
    told: object
    now: object


@dataclass(frozen=True)
class Comparison:
    checked: int
    """How many numbers and texts were compared."""
    differences: tuple[Difference, ...]


def compare(
    spike: Spike,
    now: Explanation,
    voices: int | None,
    accounts: dict[str, int],
    texts: Mapping[str, int] = {},
) -> Comparison:
    """`voices`, `accounts` (by item of the copied text): unique authors as the store counts
    them; `None`, or absent, where it can not. `texts`: texts of the window that have a word,
    by its stem."""
    pairs = list(_pairs(spike, now))
    if voices is not None:
        pairs.append(("voices", spike.voices, voices))
    pairs += [
        (f"copied {text.item} accounts", text.accounts, accounts[text.item])
        for text in spike.copied
        if text.item in accounts
    ]
    pairs += [(f"word {one.word}", one.posts, texts.get(stem(one.word), 0)) for one in spike.words]
    differences = tuple(Difference(*pair) for pair in pairs if not _same(pair[1], pair[2]))
    return Comparison(len(pairs), differences)


def _pairs(spike: Spike, now: Explanation) -> Iterator[tuple[str, object, object]]:
    for name in NUMBERS:
        yield name, getattr(spike, name), getattr(now, name)
    if spike.resonance is not None:
        yield "resonance", spike.resonance, now.resonance
    for name in SHARES:
        yield from _listed(name, getattr(spike, name), getattr(now, name), "key")
    yield from _listed("top", spike.top, now.top, "item", ("outlook",))
    yield from _listed("risen", spike.risen, now.risen, "region", ("voices",))
    if spike.kind != "campaign" or spike.posts:
        yield from _listed("copied", spike.copied, now.copied, "item", ("accounts",))
    assert spike.evidence is not None
    inside = [leader for leader in spike.leaders if leader.at >= spike.evidence.start]
    seen = {leader.item: leader for leader in now.leaders}
    for leader in inside:
        found = seen.get(leader.item)
        yield f"leader {leader.name}", leader.followed, found.followed if found else None


def _listed(
    name: str, told: Sequence[Any], now: Sequence[Any], key: str, without: Sequence[str] = ()
) -> Iterator[tuple[str, object, object]]:
    """Rows by key: what one side lacks is `None`."""
    before = {getattr(row, key): msgspec.structs.asdict(row) for row in told}
    after = {getattr(row, key): msgspec.structs.asdict(row) for row in now}
    for found in [*before, *(found for found in after if found not in before)]:
        left, right = before.get(found), after.get(found)
        if left is None or right is None:
            yield f"{name} {found}", _short(left), _short(right)
            continue
        for field in left:
            if field not in (key, *without):
                yield f"{name} {found} {field}", left[field], right[field]


def _short(row: dict[str, Any] | None) -> object:
    return None if row is None else row.get("observed", row.get("posts", "told"))


def _same(told: object, now: object) -> bool:
    if isinstance(told, float) and isinstance(now, int | float):
        return abs(told - now) <= TOLERANCE * max(1.0, abs(told))
    if isinstance(told, datetime) and isinstance(now, datetime):
        return abs(told - now) <= STORED
    return told == now
