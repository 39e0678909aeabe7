"""Dead letters between store, log and person: found, counted, made ready, remembered.

Guarantee: what was sent back once is not sent again by itself. Each sending is an action with
the digests of the bytes, so it is known on every machine; a message that dies again has the
digest it was sent with.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from rezonans.handling import Action
from rezonans.records import DeadLetter
from rezonans.troubles import Invalid
from streams import letters
from streams.letters import Ready, identity

MOST = 100_000
"""Letters looked at by one command."""
VERB = "replayed"

_WHERE = """
WHERE at >= {since:DateTime64(3)}
    AND ({stage:String} = '' OR stage = {stage:String})
    AND ({kind:String} = '' OR kind = {kind:String})
    AND ({reason:String} = '' OR positionCaseInsensitiveUTF8(reason, {reason:String}) > 0)
"""
_COUNTS = f"""
SELECT stage, kind, reason, count() AS letters, min(at) AS first, max(at) AS last
FROM dead_letters_public {_WHERE}
GROUP BY stage, kind, reason ORDER BY letters DESC, stage, kind, reason LIMIT 1000
"""  # noqa: S608 nothing of it is input
_FIND = f"""
SELECT at, stage, kind, reason, place, digest FROM dead_letters_public {_WHERE}
ORDER BY at, stage, place, digest LIMIT {{most:UInt32}}
"""  # noqa: S608 nothing of it is input
_AGAIN = """
SELECT substring(subject, length('letter:') + 1) AS name, max(at) AS last, argMax(by, at) AS by_whom
FROM actions FINAL WHERE verb = 'replayed' GROUP BY name
"""
_SENT = "SELECT value FROM actions FINAL WHERE verb = 'replayed' AND isNotNull(value)"

Query = Callable[[str, dict[str, Any]], list[Any]]


@dataclass(frozen=True)
class Filter:
    """Which letters are meant; empty: all of them."""

    since: datetime
    stage: str = ""
    kind: str = ""
    reason: str = ""
    """A part of it, in any case."""

    def params(self) -> dict[str, Any]:
        return {
            "since": self.since,
            "stage": self.stage,
            "kind": self.kind,
            "reason": self.reason,
        }


@dataclass
class Plan:
    """What would be sent, and what not, by reason."""

    send: list[tuple[DeadLetter, Ready]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def counts(query: Query, wanted: Filter) -> list[dict[str, Any]]:
    """Letters by stage, kind and reason, most first."""
    return query(_COUNTS, wanted.params())


def find(query: Query, wanted: Filter, most: int = MOST) -> list[DeadLetter]:
    """Letters without their bytes, the oldest first."""
    rows = query(_FIND, {**wanted.params(), "most": most})
    return [msgspec.convert(row, DeadLetter) for row in rows]


def named(found: Iterable[DeadLetter], name: str) -> DeadLetter:
    """The letter of a name or of the beginning of one. `Invalid` when it is none, or several."""
    known = {identity_of(letter): letter for letter in found}
    fitting = [known[one] for one in known if one.startswith(name)]
    if len(fitting) != 1 or not name:
        what = "no letter has" if not fitting else f"{len(fitting)} letters have"
        raise Invalid(f"{name}: {what} this name; `rezonans dead-letters list` shows them")
    return fitting[0]


def identity_of(letter: DeadLetter) -> str:
    """The name of a letter on the command line."""
    return identity(letter.stage, letter.place, letter.digest)


def sent_before(query: Query, actions: Iterable[bytes]) -> set[str]:
    """Digests of all that was sent back: what the store knows, and what the log still holds."""
    values = [row["value"] for row in query(_SENT, {})]
    for raw in actions:
        try:
            action = msgspec.json.decode(raw, type=Action)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # it is a dead letter of another stage
        if action.verb == VERB:
            values.append(action.value or "")
    return {digest for value in values for digest in value.split()}


def sent_again(query: Query) -> dict[str, str]:
    """When a letter was last sent back, or what was mended in its place, and by whom; by its
    name."""
    return {
        str(row["name"]): f"{row['last']:%Y-%m-%d %H:%M} UTC, {row['by_whom']}"
        for row in query(_AGAIN, {})
    }


def visible(text: str) -> str:
    """Bytes of others for a terminal: what would move its cursor or colour it is written out."""
    return "".join(
        one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode()
        for one in text
    )


def planned(
    found: Sequence[DeadLetter],
    bytes_of: Callable[[DeadLetter], bytes],
    before: set[str],
    *,
    prefix: str,
    most: int,
    again: bool = False,
    check: Callable[[Ready], None] = lambda one: None,
) -> Plan:
    """What of the letters can be sent: readable now, never sent before, at most so many.

    `bytes_of` and `check` may raise `Invalid`. `again`: also what was sent before.
    """
    plan, known = Plan(), set() if again else set(before)
    for letter in found:
        if len(plan.send) >= most:
            plan.left_out["over the limit"] += 1
            continue
        if letter.digest in known:
            plan.left_out["was sent before and died again; repair it first"] += 1
            continue
        try:
            one = letters.ready(letters.topic_of(letter, prefix), bytes_of(letter))
            check(one)
        except Invalid as error:
            plan.left_out[_general(str(error))] += 1
            continue
        if one.digests & known:
            plan.left_out["the same bytes were sent before"] += 1
            continue
        known |= one.digests
        plan.send.append((letter, one))
    return plan


def remembered(letter: DeadLetter, one: Ready, by: str, now: datetime) -> Action:
    """The action that says that a letter was sent back."""
    digests = " ".join(sorted(one.digests))
    name = hashlib.sha256(f"{identity_of(letter)} {digests}".encode()).hexdigest()[:16]
    return Action(
        action=name, at=now, subject=f"letter:{identity_of(letter)}", verb="replayed", by=by,
        value=digests,
    )  # fmt: skip


def _general(reason: str) -> str:
    """A reason without what differs from letter to letter."""
    return re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", reason).replace("  ", " ")[:200]
