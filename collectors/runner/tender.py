"""One target's life: look, wait, look again, whatever happens in between."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import httpx
import msgspec

from collectors import Refused
from collectors.runner.budget import Purse
from collectors.runner.freshness import Ages
from collectors.runner.gaps import Gaps, said
from collectors.runner.look import COMPONENT, Bench, Seen, Watch, look, reject_answer
from collectors.runner.rhythm import Rhythm
from collectors.runner.schedule import backoff, busy_wait, first_wait, next_wait, parked, phase
from collectors.runner.status import Report, State, Status, log_change, silent
from rezonans import metrics
from rezonans.redaction import SECRETS
from rezonans.troubles import Busy, Invalid

STORE_SECONDS = 5.0
"""The store is ours: it is asked again soon, however long it was away."""

CONFIRM_SECONDS = 0.5

LEAST_SECONDS = 30.0
"""Nobody is asked more often because he shows little; twice within what he shows is enough."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where the store says that a target stands."""

    cursor: str | None = None
    sequence: int = 0


class Cursors(Protocol):
    """What the store knows of targets."""

    async def get(self, target: str) -> Position | None:
        """`None`: the target was never stored. `Busy` while the store can not be asked."""
        ...


@dataclass
class Tender:
    """One target's loop with what it needs."""

    watch: Watch
    http: httpx.AsyncClient
    bench: Bench
    cursors: Cursors
    report: Report
    every: float
    purse: Purse
    rhythm: Rhythm
    failures: int = 0
    told: int = 0
    """Sequence that the store is known to have."""
    status: Status | None = None
    last_success: datetime | None = None
    gaps: Gaps = field(default_factory=Gaps)
    ages: Ages = field(default_factory=Ages)
    """Of the posts of all targets of its instance."""
    since: datetime | None = None
    """When it was first looked at, by any process."""
    begun: datetime | None = None
    """When this process took it up."""

    async def run(self) -> None:
        self.begun = self.bench.clock.now()
        await self._position()
        await self.bench.clock.sleep(self._first_wait())
        while True:
            await self.bench.clock.sleep(await self._once())

    def _first_wait(self) -> float:
        """Soon, unless that would spend a good part of the day's budget at once."""
        if not self.rhythm.scarce:
            return first_wait(self.watch.name, self.every)
        return phase(self.watch.name, self.interval())

    def interval(self) -> float:
        """Seconds between two looks, as things stand."""
        return self.rhythm.interval(self.watch.name, self.bench.clock.now())

    def lag(self, started: datetime) -> float:
        """Seconds since the last success, less what a budget makes the target wait."""
        passed = (self.bench.clock.now() - (self.last_success or started)).total_seconds()
        return max(passed - max(self.interval() - self.every, 0.0), 0.0)

    async def _position(self) -> None:
        """Where the store says we stand; without an answer nothing is read."""
        while True:
            try:
                position = await self.cursors.get(self.watch.name)
                break
            except Busy as error:
                wait = min(self._busy(error), STORE_SECONDS)
                self.failures += 1
                metrics.ERRORS.labels(COMPONENT, "cursor", "busy").inc()
                self._say("waiting", f"the store can not say where we stand: {error}", wait)
                await self.bench.clock.sleep(wait)
        self.failures = 0
        if position is not None:
            self.watch.cursor = position.cursor
            self.watch.sequence = self.told = position.sequence
            self.watch.first = False
        self._say("starting", "first look" if self.watch.first else "goes on from the store")

    async def _once(self) -> float:
        """One look and its consequences; returns seconds until the next."""
        try:
            if self.watch.target.confirms:
                await self._stored()
            seen = await look(self.watch, self.http, self.bench)
        except Refused as error:
            return self._refused(error)
        except Busy as error:
            return self._failed("waiting", str(error), "busy", self._busy(error))
        except Invalid as error:
            await reject_answer(self.watch, error, self.bench)
            return self._failed("error", str(error), "invalid", self._slow())
        except httpx.HTTPError as error:
            reason = f"can not be reached: {_said(error)}"
            return self._failed("waiting", reason, type(error).__name__, self._back_off())
        except Exception as error:  # one collector's fault must not stop its neighbours
            reason = f"a fault of the collector: {type(error).__name__} at {_where(error)}"
            return self._failed("error", reason, type(error).__name__, self._slow())
        return self._succeeded(seen)

    async def _stored(self) -> None:
        """Return when the store has all that the log was told of this target."""
        while self.watch.sequence > self.told:
            position = await self.cursors.get(self.watch.name)
            self.told = position.sequence if position else 0
            if self.watch.sequence > self.told:
                await self.bench.clock.sleep(CONFIRM_SECONDS)

    def _refused(self, error: Refused) -> float:
        """Others with the same credential wait too where it is not this target's own matter."""
        wait = self._busy(error)
        if error.method is not None:
            self.purse.block(error.method, error.retry_after, str(error))
        elif error.lasting:
            wait = max(wait, parked(self.failures + 1))
        state: State = "error" if error.lasting else "waiting"
        return self._failed(state, str(error), "refused", wait)

    def _succeeded(self, seen: Seen) -> float:
        self.failures = 0
        self.last_success = self.bench.clock.now()
        state: State = "ok" if seen.posts else "quiet"
        reason = "reads" if seen.posts else "nothing new"
        self._note_gaps(seen)
        self.ages.add(seen.ages)
        self.since = self.since or self.last_success
        reason = said(seen.missed) or reason
        if seen.rejected:
            reason = f"reads, but left out {seen.rejected}; the last: {seen.reason}"
        if seen.lasting:
            state, reason = "error", f"a part is not read: {seen.lasting}"
        self.rhythm.saw(self.watch.name, seen.published, self.last_success)
        silence = self.rhythm.silence(self.watch.name, self.last_success)
        if silence is not None and state == "quiet":
            state, reason = "silent", silent(silence.seconds, silence.a_day)
        self._say(state, reason)
        wait = self._regular_wait(self.last_success)
        return max(min(wait, seen.stays_seconds / 2), min(wait, LEAST_SECONDS))

    def _note_gaps(self, seen: Seen) -> None:
        self.gaps.note(seen.missed, seen.found, self.bench.clock.now())
        metrics.GAPS.labels(self.watch.kind, "opened").inc(len(seen.missed))
        metrics.GAPS.labels(self.watch.kind, "closed").inc(len(seen.found))

    def _regular_wait(self, now: datetime) -> float:
        """The target's next slot, or the interval that its budget is enough for."""
        if not self.rhythm.tight:
            return next_wait(self.watch.name, self.every, now.timestamp())
        return max(self.interval() * self.bench.rng.uniform(0.9, 1.1), self.every)

    def _failed(self, state: State, reason: str, kind: str, wait: float) -> float:
        self.failures += 1
        metrics.ERRORS.labels(COMPONENT, "fetch", kind).inc()
        self._say(state, reason, wait)
        return wait

    def _busy(self, error: Busy) -> float:
        return busy_wait(error.retry_after, self.failures + 1, self.every, self.bench.rng)

    def _back_off(self) -> float:
        return backoff(self.failures + 1, self.every, self.bench.rng)

    def _slow(self) -> float:
        """What is wrong with an answer seldom mends itself before the next regular look."""
        return max(self._back_off(), self.every)

    def _say(self, state: State, reason: str, wait: float | None = None) -> None:
        now = self.bench.clock.now()
        new = Status(
            instance=self.watch.instance,
            kind=self.watch.kind,
            target=self.watch.target.name,
            state=state,
            reason=SECRETS(reason),
            at=now,
            until=None if wait is None else now + timedelta(seconds=wait),
            last_success=self.last_success,
            failures=self.failures,
        )
        log_change(self.status, new)
        if self.status is not None:
            metrics.SOURCES.labels(new.kind, self.status.state).dec()
        metrics.SOURCES.labels(new.kind, state).inc()
        self.status = new
        self.report(new)


def _said(error: httpx.HTTPError) -> str:
    """httpx leaves some messages empty; its class name says more than nothing."""
    return str(error) or type(error).__name__


def _where(error: BaseException) -> str:
    """File and line of a fault; its message may hold a text and is not repeated."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
