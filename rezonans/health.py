"""What is wrong with a running system, in plain words: facts in, findings out. Pure.

Each finding says what is so and, where something is wrong, what to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

State = Literal["well", "watch", "wrong"]

LEAST_FREE_GB = 2.0
SILENT = timedelta(minutes=30)
OLD = timedelta(minutes=10)
MANY_LETTERS = 20
MOST_NAMED = 10


@dataclass(frozen=True)
class Source:
    """A target of a collector, as the store knows it."""

    target: str
    observed_at: datetime
    history: bool = False


@dataclass(frozen=True)
class Facts:
    """What was found; `None` where nobody could be asked."""

    now: datetime
    problems: Sequence[str] = ()
    """Of the settings, as `rezonans check` says them."""
    free_gb: Mapping[str, float] = field(default_factory=dict)
    """By disk, named by what is free there: `for the data`."""
    disks_say: str = ""
    """Why the disks of a server could not be asked."""
    running: bool = False
    """A `rezonans run` owns the state folder."""
    log: str | None = None
    """Address of a log that answers."""
    store: str | None = None
    """Address of a store that answers."""
    store_says: str = ""
    """Why it does not."""
    behind: Sequence[str] = ()
    """Readers that stand still with something left to read, as `group topic`."""
    newest_row: datetime | None = None
    sources: Sequence[Source] = ()
    unwell: Mapping[str, str] = field(default_factory=dict)
    """Targets that fail or are silent against their habit, as the collectors say it themselves."""
    letters: Mapping[str, int] = field(default_factory=dict)
    """Dead letters of the last hour by reason."""
    restarts: Mapping[str, int] = field(default_factory=dict)
    """By child, since the start."""
    set_aside: int = 0
    """Parts of an embedded store that could not be read when it was opened."""


@dataclass(frozen=True)
class Finding:
    state: State
    what: str
    remedy: str = ""


def findings(facts: Facts) -> list[Finding]:
    """Everything worth saying, the wrong first."""
    found = [
        *_settings(facts),
        *_disk(facts),
        *_processes(facts),
        *_freshness(facts),
        *_sources(facts),
        *_letters(facts),
    ]
    order = {"wrong": 0, "watch": 1, "well": 2}
    return sorted(found, key=lambda finding: order[finding.state])


def _settings(facts: Facts) -> Iterator[Finding]:
    for problem in facts.problems:
        yield Finding("wrong", problem, "correct the settings; `rezonans check` tries them again")
    if not facts.problems:
        yield Finding("well", "the settings are fine")


def _disk(facts: Facts) -> Iterator[Finding]:
    for place, free in facts.free_gb.items():
        said = f"{free:.1f} GB are free {place}"
        if free < LEAST_FREE_GB:
            remedy = "free some, or keep rows for less time: [store.retention]"
            yield Finding("wrong", f"only {said}", remedy)
        else:
            yield Finding("well", said)
    if facts.disks_say:
        said = f"nobody knows how much room the store has: {facts.disks_say}"
        yield Finding("watch", said, "let its user read system.disks")
    if facts.set_aside:
        said = f"{facts.set_aside} part(s) of the store could not be read and were set aside"
        yield Finding("watch", said, _runbook("the-store-is-full"))


def _processes(facts: Facts) -> Iterator[Finding]:
    if not (facts.running or facts.log or facts.store):
        yield Finding("wrong", "nothing is running", "start it: `rezonans run`")
        return
    if facts.log:
        yield Finding("well", f"the log answers at {facts.log}")
    else:
        yield Finding("wrong", "the log does not answer", _runbook("a-process-is-down"))
    if facts.store:
        yield Finding("well", f"the store answers at {facts.store}")
    else:
        yield Finding("wrong", facts.store_says or "the store does not answer")
    for child, count in sorted(facts.restarts.items()):
        said = f"{child} was started again {count} times since the start"
        yield Finding("watch", said, "read what it said before it ended")
    for reader in facts.behind:
        said = f"stands still with something to read: {reader}"
        yield Finding("watch", said, _runbook("lag-grows"))


def _freshness(facts: Facts) -> Iterator[Finding]:
    if facts.newest_row is None:
        if facts.store:
            yield Finding("watch", "the store is empty", "wait for the first look of a source")
        return
    age = facts.now - facts.newest_row
    said = f"the newest row is {_ago(age)} old"
    if age > OLD:
        yield Finding("watch", said, "quiet sources, or " + _runbook("the-store-is-full"))
    else:
        yield Finding("well", said)


def _sources(facts: Facts) -> Iterator[Finding]:
    silent = [one for one in facts.sources if facts.now - one.observed_at > SILENT]
    for one in silent:
        said = f"{one.target} was not looked at for {_ago(facts.now - one.observed_at)}"
        yield Finding("wrong", said, _runbook("a-source-is-silent"))
    for target, says in list(facts.unwell.items())[:MOST_NAMED]:
        yield Finding("wrong", f"{target}: {says}", _runbook("a-source-is-silent"))
    if len(facts.unwell) > MOST_NAMED:
        more = f"{len(facts.unwell) - MOST_NAMED} more sources are not well"
        yield Finding("wrong", more, "`rezonans collectors` lists them")
    learning = [one.target for one in facts.sources if one.history and one not in silent]
    if learning:
        yield Finding("watch", f"still reading history: {', '.join(learning)}", "it ends by itself")
    if facts.sources and not silent and not facts.unwell:
        yield Finding("well", f"all {len(facts.sources)} source(s) were looked at lately")


def _letters(facts: Facts) -> Iterator[Finding]:
    for reason, count in sorted(facts.letters.items(), key=lambda item: -item[1])[:5]:
        state: State = "wrong" if count > MANY_LETTERS else "watch"
        said = f"{count} left out within the hour: {reason}"
        yield Finding(state, said, _runbook("something-was-left-out"))


def _runbook(page: str) -> str:
    return f"see docs/runbooks.md#{page}"


def _ago(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} s"
