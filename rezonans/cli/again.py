"""`rezonans replay --stored` and `--log`: what is there already, through the models of now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from time import monotonic, sleep
from typing import Any

from rezonans import topics
from rezonans.cli.alerts import with_log
from rezonans.cli.remaking import Changes, Query, Scope, batches, days, left, remade
from rezonans.records import encode
from rezonans.refused import SettingsError
from rezonans.remade import Remade
from rezonans.settings import Settings
from rezonans.troubles import Busy

WAIT_SECONDS = 120.0
"""So long a store may stand still, and a log may be away (it is rolled), before it is said."""
ASK_SECONDS = 0.3
MOST_DAYS = 36_500


def again(settings: Settings, source: str, back_days: float, dry_run: bool) -> int:
    """Understand again what is stored, or what the log still holds of it; prints exact counts.

    Rows get the labels of the models of the settings and keep everything else. A row that these
    models have labelled stays as it is, so the command may be stopped and repeated.
    """
    from rezonans.cli.reading import reading

    if not 0 < back_days <= MOST_DAYS:
        raise SettingsError(f"--days {back_days}: above 0, at most {MOST_DAYS}")
    model, scope = _scope(settings, back_days)
    with reading(settings) as query:
        if source == "log":
            from rezonans.cli.logged import of_log

            return of_log(settings, query, scope, model, dry_run)
        return _stored(settings, query, scope, model, dry_run)


def _scope(settings: Settings, back_days: float) -> tuple[Any, Scope]:
    from rezonans.cli.understanding import model_of

    model = model_of(settings)
    versions = dict(model.versions)
    now = datetime.now(UTC)
    since = max(now - timedelta(days=back_days), datetime(1970, 1, 1, tzinfo=UTC))
    return model, Scope(since, now, versions)


def _stored(settings: Settings, query: Query, scope: Scope, model: Any, dry_run: bool) -> int:
    from rezonans.cli.progress import bar

    found = days(query, scope)
    chosen, wanted = sum(day.stored for day in found), sum(day.left for day in found)
    report: dict[str, Any] = {"stored": chosen, "of_these_models": chosen - wanted}
    if dry_run:
        print(json.dumps({**report, "would_understand": wanted}))
        return 0
    changes = Changes()
    with bar("understanding", wanted) as advance, Sender(with_log(settings)) as send:
        waiting = Waiting(query, scope)
        for day in (one.day for one in found if one.left):
            for rows in batches(query, scope, day):
                send(remade(rows, day, scope, model, changes))
                waiting.next(day, [row["item"] for row in rows])
                advance(len(rows))
        waiting.next(date(1970, 1, 1), [])
    rest = sum(day.left for day in days(query, scope))
    report |= {
        "understood": changes.understood,
        "replaced": wanted - rest,
        "left": rest,
        "changed": dict(changes.changed),
    }
    print(json.dumps(report))
    return 1 if rest else 0


class Sender:
    """Writes single messages into the log and stays through a log that is rolled."""

    def __init__(self, settings: Settings) -> None:
        from rezonans.cli.alerting import deliver

        self._into: Any = deliver(settings)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *exception: object) -> None:
        self._runner.run(self._into.close())
        self._runner.close()

    def __call__(self, one: Remade) -> None:
        """Return when the log has it."""
        self.send(topics.REMADE, one.day.isoformat().encode(), encode(one))

    def send(self, topic: topics.Topic, key: bytes, value: bytes) -> None:
        until = monotonic() + WAIT_SECONDS
        while True:
            try:
                self._runner.run(self._into(topic.name, key, value))
            except Busy as busy:
                if monotonic() > until:
                    raise SettingsError(f"{busy}; repeat the command, it goes on there") from None
                sleep(busy.retry_after)
            else:
                return


@dataclass
class Waiting:
    """One batch ahead of the store: the log never grows by more than two of them."""

    query: Query
    scope: Scope
    day: date | None = None
    items: Sequence[str] = ()
    pause: Callable[[float], None] = sleep
    clock: Callable[[], float] = monotonic

    def next(self, day: date, items: Sequence[str]) -> None:
        """Wait until the store has the batch before, then remember this one. A store that stands
        still is not waited for: what it did not do is counted at the end."""
        until, before = self.clock() + WAIT_SECONDS, -1
        while self.items and self.day is not None:
            rest = left(self.query, self.scope, self.day, self.items)
            if not rest or self.clock() > until:
                break
            if rest != before:
                until, before = self.clock() + WAIT_SECONDS, rest
            self.pause(ASK_SECONDS)
        self.day, self.items = day, items
