"""`rezonans backtest`: what a setting would have sent over the stored past."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress

from rezonans.cli import TOOLS, SettingsFile, app, own_file, settings_of
from rezonans.i18n import ZONE, translator
from rezonans.outcome import Incident, Outcome
from rezonans.refused import SettingsError
from rezonans.settings import Settings, read

CHUNK = timedelta(hours=6)
"""Minutes of so long are asked for at once: the store answers with a bounded number of rows."""

_CELLS = """
SELECT minute, topic, sure, second, second_sure, region, district, platform, sentiment,
    fingerprint, thread, posts, voices
FROM lane_minutes
WHERE minute >= {start:DateTime64(3)} AND minute < {end:DateTime64(3)}
ORDER BY minute, topic, second, region, district, platform, sentiment, fingerprint, thread
"""


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    since: datetime
    until: datetime
    warm: datetime
    incidents: tuple[Incident, ...]


@app.command(group=TOOLS)
def backtest(
    *,
    since: Annotated[
        str, Parameter(help="Beginning: 2026-04-12 or 2026-04-12T18:00, Almaty time.")
    ],
    until: Annotated[str, Parameter(help="End.")],
    desk: Annotated[
        Path | None,
        Parameter(
            help="Another setting: its tables stand over those of the own one; default: that."
        ),
    ] = None,
    against: Annotated[Path | None, Parameter(help="A second setting to compare with.")] = None,
    incidents: Annotated[
        Path | None, Parameter(help="CSV of what happened: name,start,end,topic,region.")
    ] = None,
    warmup_days: Annotated[float, Parameter(help="So much of the beginning only teaches.")] = 7,
    out: Annotated[Path | None, Parameter(help="Write the report as an HTML page.")] = None,
    as_json: Annotated[bool, Parameter(name="--json", help="One JSON object.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Replay the stored minute counts through a setting: what would have been sent.

    The code that finds spikes is the one that runs live. With --incidents it says what would
    have been found, missed, and how late. Nothing is sent and nothing is changed.
    """
    from rezonans.cli.reading import reading
    from rezonans.cli.understanding import taxonomy_of
    from sinks.backtest import differences, pairs, sentences
    from sinks.backtest_page import page
    from sinks.names import names

    own = settings_of(settings)
    order = _order(since, until, warmup_days, incidents)
    under, words = own_file(settings), translator(own.language)
    chosen = [
        (_label(file) or words.gettext("as it is now"), read(file, under) if file else own)
        for file in (desk, *_more(against))
    ]
    with reading(own) as query:
        cells = list(stored(query, order))
    if not cells:
        raise SettingsError(
            f"the store has no posts from {since} to {until}; `rezonans replay` brings some"
        )
    order = from_first(order, cells, timedelta(days=warmup_days))
    named = [(label if against or desk else "", found) for label, found in chosen]
    outcomes = [one for label, found in named for one in _tried(cells, order, found, label)]
    called = names(own.language, taxonomy_of(own))
    if out is not None:
        _write(out, page(outcomes, words, called))
    if as_json:
        print(json.dumps([_as_json(one) for one in outcomes], ensure_ascii=False))
    else:
        for outcome in outcomes:
            print("\n".join([outcome.label, *(f"  {one}" for one in sentences(outcome, words))]))
            for sent in outcome.sent:
                print(f"  {_line(sent, words, called)}")
        for name, first, second in pairs(outcomes):
            print("\n".join([name, *(f"  {one}" for one in differences(first, second, words))]))
    return 0


def _more(against: Path | None) -> Sequence[Path]:
    return [] if against is None else [against]


def _label(file: Path | None) -> str:
    return "" if file is None else file.stem


def _order(since: str, until: str, warmup_days: float, incidents: Path | None) -> Order:
    start, end = _moment("--since", since), min(_moment("--until", until), datetime.now(UTC))
    if end <= start:
        raise SettingsError(f"--until {until}: is not after --since {since}")
    if warmup_days < 0:
        raise SettingsError("--warmup-days: a number from 0")
    warm = min(start + timedelta(days=warmup_days), end)
    return Order(start, end, warm, tuple(read_incidents(incidents)) if incidents else ())


def from_first(order: Order, cells: Sequence[Any], warmup: timedelta) -> Order:
    """The order with what can be known: learning begins with the first post, not before it."""
    warm = min(max(order.since, cells[0].minute) + warmup, order.until)
    return replace(order, warm=warm)


def _moment(name: str, text: str) -> datetime:
    """A date or a time; without a zone it is of Almaty."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"{name} {text}: write it like 2026-04-12 or 2026-04-12T18:00"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=ZONE)).astimezone(UTC)


def read_incidents(path: Path) -> Iterator[Incident]:
    """The rows of a CSV file; `SettingsError` with the line where one can not be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise SettingsError(f"{path}: can not be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{path}: can not be read as CSV in UTF-8 ({error})") from None
    for number, row in enumerate(rows, start=2):
        missing = [name for name in ("name", "start", "end") if not row.get(name)]
        if missing:
            raise SettingsError(f"{path}:{number}: {missing[0]} is empty; the columns are "
                                "name,start,end,topic,region")  # fmt: skip
        place = f"{path}:{number}:"
        start, end = _moment(place, row["start"]), _moment(place, row["end"])
        if end < start:
            raise SettingsError(f"{place} the end is before the start")
        yield Incident(
            name=row["name"],
            start=start,
            end=end,
            topic=row.get("topic") or None,
            region=row.get("region") or None,
        )


def stored(query: Callable[[str, dict[str, Any]], list[Any]], order: Order) -> Iterator[Any]:
    """The cells of the time, in order."""
    from streams.backtest.cells import Cell

    at = order.since
    while at < order.until:
        end = min(at + CHUNK, order.until)
        for row in query(_CELLS, {"start": at, "end": end}):
            yield Cell(**row)
        at = end


def _tried(cells: Sequence[Any], order: Order, settings: Settings, label: str) -> Iterator[Outcome]:
    from rezonans.cli.watching import watching
    from rezonans.cli.wiring import resonance
    from sinks.alerts.rehearsal import rehearsed
    from streams.backtest import run

    past = run.Past(cells, order.since, order.until, order.warm, order.incidents)
    hours = (order.until - order.since).total_seconds() / 3600
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replaying", total=hours)

        def progress(now: datetime) -> None:
            bar.update(task, completed=(now - order.since).total_seconds() / 3600)

        told = run.spikes(cells, resonance(settings), progress)
    chosen = watching(settings)
    desks = {name: (found.topics, found.regions, found.alarm) for name, found in chosen.items()}
    for watcher in run.watchers(desks):
        name = ": ".join(part for part in (label, watcher.name) if part)
        outcome = run.outcome(past, told, watcher, name)
        if desk := chosen.get(watcher.name):
            messages = rehearsed(watcher.name, desk, told, order.warm, order.until)
            outcome = msgspec.structs.replace(outcome, messages=messages)
        yield msgspec.structs.replace(outcome, setting=label, desk=watcher.name)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"--out {path}: can not be written ({error.strerror})") from None


def _as_json(outcome: Outcome) -> dict[str, Any]:
    figures = {
        "alerts": len(outcome.counted),
        "kinds": dict(Counter(one.kind for one in outcome.sent if not one.warmup)),
        "alerts_a_week": round(outcome.alerts_a_week, 2),
        "precision": outcome.precision,
        "median_delay_minutes": outcome.median_delay,
        "missed": [one.incident.name for one in outcome.missed],
    }
    found: dict[str, Any] = msgspec.to_builtins(outcome)
    return figures | found


def _line(sent: Any, words: Any, called: Any) -> str:
    from sinks.amounts import few
    from sinks.backtest import what
    from sinks.sentence import level_name

    about = f" = {sent.incident}" if sent.incident else ""
    usually = words.gettext("usually {n}", n=few(sent.expected, words))
    voices = words.ngettext("{n} author", "{n} authors", sent.voices)
    return (
        f"{words.day(sent.at)}  {level_name(sent.alarm, words)}  "
        f"{what(sent, words, called)}: {words.number(sent.observed)}, {usually}; {voices}{about}"
    )
