"""`rezonans dead-letters`: what was left out, where and why; mended and sent again, once."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.cli.alerts import By, with_log
from rezonans.records import DeadLetter
from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Invalid

letters_app = App(
    name="dead-letters", help="What was left out and why; mend it, send it again.", group=TOOLS
)
app.command(letters_app)

LONGEST_DAYS = 3660
SHOWN = 50

Stage = Annotated[str, Parameter(help="Only of this stage.")]
Kind = Annotated[Literal["", "invalid", "crashed", "rejected"], Parameter(help="Only these.")]
Reason = Annotated[str, Parameter(help="Only where the reason holds these words.")]
Days = Annotated[float, Parameter(help="Of the last so many days.")]
DryRun = Annotated[bool, Parameter(help="Say what would be sent, send nothing.")]
Wait = Annotated[float, Parameter(help="Seconds to wait for the store to have them.")]


@letters_app.command
def count(
    *,
    stage: Stage = "",
    kind: Kind = "",
    reason: Reason = "",
    days: Days = 30,
    settings: SettingsFile = None,
) -> int:
    """Print how many there are by stage, kind and reason, as JSON lines, most first."""
    from rezonans.cli import letters
    from rezonans.cli.reading import operating

    with operating(settings_of(settings)) as store:
        found = letters.counts(store.query, _filter(days, stage, kind, reason))
    for row in found:
        print(json.dumps(row, default=str, ensure_ascii=False))
    _none(found, days)
    return 0


@letters_app.command(name="list")
def list_letters(
    *,
    stage: Stage = "",
    kind: Kind = "",
    reason: Reason = "",
    days: Days = 30,
    limit: Annotated[int, Parameter(help="At most so many, the newest.")] = SHOWN,
    settings: SettingsFile = None,
) -> int:
    """Print letters as JSON lines, the newest first: name, time, stage, place, reason, and when
    and by whom it was sent again."""
    from rezonans.cli import letters
    from rezonans.cli.reading import operating

    wanted = _filter(days, stage, kind, reason)
    with operating(settings_of(settings)) as store:
        found, again = letters.find(store.query, wanted), letters.sent_again(store.query)
    for letter in reversed(found[-_limited(limit) :]):
        print(json.dumps(_said(letter, again), ensure_ascii=False))
    _none(found, days)
    return 0


@letters_app.command
def show(
    letter: str,
    *,
    payload: Annotated[bool, Parameter(help="Only the bytes, to put them in a file.")] = False,
    days: Days = 30,
    settings: SettingsFile = None,
) -> int:
    """Print one letter: where, why, when, the bytes, and whether it can be sent again."""
    from rezonans.cli import letters
    from rezonans.cli.mending import mending
    from streams.letters import ready, topic_of

    chosen = settings_of(settings)
    with mending(chosen) as (store, bytes_of):
        found = _named(letters.find(store.query, _filter(days)), letter)
        again = letters.sent_again(store.query)
        value: bytes | None = None
        try:
            value = bytes_of(found)
            ready(topic_of(found, chosen.kafka.prefix), value)
            remedy = "it can be sent again: `rezonans dead-letters replay`"
        except Invalid as error:
            remedy = f"to be repaired first: {error}" if value is not None else str(error)
    if payload:
        if value is None:
            raise SettingsError(f"{letter}: {remedy}")
        sys.stdout.write(value.decode("utf-8", "replace") + "\n")
        return 0
    said = {**_said(found, again), "digest": found.digest, "now": remedy}
    print(json.dumps(said, ensure_ascii=False))
    kept = "(no bytes are kept of it)"
    print(letters.visible(value.decode("utf-8", "replace")) if value else kept)
    return 0


@letters_app.command
def repair(
    letter: str,
    file: Path,
    *,
    by: By,
    dry_run: DryRun = False,
    wait: Wait = 60,
    days: Days = 30,
    settings: SettingsFile = None,
) -> int:
    """Send a mended message in place of a letter. It is checked against its record first.

    FILE: what `show --payload` printed, corrected. The same bytes are sent once.
    """
    from rezonans.cli import letters
    from rezonans.cli.mending import before, clean, mending

    chosen = settings_of(settings)
    try:
        value = file.read_bytes().strip()
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None
    with mending(chosen) as (store, _):
        found = _named(letters.find(store.query, _filter(days)), letter)
        plan = letters.planned(
            [found],
            lambda _: value,
            before(chosen, store.query) - {found.digest},
            prefix=chosen.kafka.prefix,
            most=1,
            check=clean,
        )
        if not plan.send:
            raise SettingsError(f"{file}: {next(iter(plan.left_out))}")
        return _finish(chosen, store.query, plan, (by, dry_run, wait))


@letters_app.command
def replay(
    names: Annotated[list[str] | None, Parameter(help="Letters; none: all that fit.")] = None,
    /,
    *,
    by: By,
    stage: Stage = "",
    kind: Kind = "",
    reason: Reason = "",
    days: Days = 30,
    limit: Annotated[int, Parameter(help="At most so many.")] = 100,
    dry_run: DryRun = False,
    again: Annotated[
        bool, Parameter(help="Also what was sent before; only for letters that are named.")
    ] = False,
    wait: Wait = 60,
    settings: SettingsFile = None,
) -> int:
    """Send letters back as they are, the oldest first; prints exact counts as one JSON object.

    For letters that a fixed version can read. What was sent back once and died again is left
    out. Exit code 1 when some died again or are not through yet.
    """
    from rezonans.cli import letters
    from rezonans.cli.mending import before, mending

    if again and not names:
        raise SettingsError("--again: name the letters; all of them would go round in a circle")
    chosen = settings_of(settings)
    with mending(chosen) as (store, bytes_of):
        found = letters.find(store.query, _filter(days, stage, kind, reason))
        if names:
            found = [_named(found, name) for name in names]
        plan = letters.planned(
            found,
            bytes_of,
            before(chosen, store.query),
            prefix=chosen.kafka.prefix,
            most=_limited(limit),
            again=again,
        )
        return _finish(chosen, store.query, plan, (by, dry_run, wait))


def _finish(settings: Settings, query: Any, plan: Any, how: tuple[str, bool, float]) -> int:
    """Send a plan and count, or only say what it is."""
    from rezonans.cli import resending
    from rezonans.cli.progress import bar

    by, dry_run, wait = how
    report: dict[str, Any] = {
        "letters": len(plan.send) + sum(plan.left_out.values()),
        "sent": 0 if dry_run else len(plan.send),
        "left_out": dict(plan.left_out),
    }
    if dry_run:
        report["would_send"] = len(plan.send)
        print(json.dumps(report, ensure_ascii=False))
        return 0
    started = datetime.now(UTC)
    with bar("sending", len(plan.send)) as advance:
        resending.send(with_log(settings), plan.send, _name(by), advance)
    became = resending.outcome(query, plan.send, started, _seconds(wait))
    report |= {
        "stored": became.stored,
        "died_again": became.died_again,
        "on_their_way": became.on_their_way,
    }
    print(json.dumps(report, ensure_ascii=False))
    return 1 if became.died_again or became.on_their_way else 0


def _named(found: Sequence[DeadLetter], name: str) -> DeadLetter:
    from rezonans.cli import letters

    try:
        return letters.named(found, name)
    except Invalid as error:
        raise SettingsError(str(error)) from None


def _none(found: Sequence[Any], days: float) -> None:
    """That there is nothing is said beside the lines, which programs read."""
    if not found:
        print(f"rezonans: no such letters in the last {days:g} days", file=sys.stderr)


def _said(letter: DeadLetter, again: Mapping[str, str]) -> dict[str, Any]:
    """A letter as a line. `again`: what was sent again, by name."""
    from rezonans.cli.letters import identity_of

    name = identity_of(letter)
    sent = {"sent_again": again[name]} if name in again else {}
    return {
        "letter": name,
        "at": letter.at.isoformat(timespec="seconds"),
        "stage": letter.stage,
        "kind": letter.kind,
        "place": letter.place,
        "reason": letter.reason,
        **sent,
    }


def _filter(days: float, stage: str = "", kind: str = "", reason: str = "") -> Any:
    from rezonans.cli.letters import Filter

    if not 0 < days <= LONGEST_DAYS:
        raise SettingsError(f"--days {days}: above 0, at most {LONGEST_DAYS}")
    return Filter(datetime.now(UTC) - timedelta(days=days), stage, kind, reason)


def _limited(limit: int) -> int:
    if not 1 <= limit <= 100_000:
        raise SettingsError(f"--limit {limit}: 1 to 100000")
    return limit


def _seconds(wait: float) -> float:
    if not (0 <= wait < math.inf):
        raise SettingsError("--wait: seconds from 0")
    return wait


def _name(by: str) -> str:
    from sinks.actions import name

    try:
        return name(by)
    except Invalid as error:
        raise SettingsError(f"--by: {error}") from None
