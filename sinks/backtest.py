"""The report of a backtest in sentences for a press secretary. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from rezonans.i18n import Translator, mark
from rezonans.outcome import Judged, Outcome, Sent
from sinks.because import KINDS
from sinks.sentence import Names, subject

SAME_WITHIN = timedelta(hours=3)
"""Alerts of one lane that began so close are one alert in two settings."""


def sentences(outcome: Outcome, words: Translator) -> Iterator[str]:
    """What it comes to, the most important first."""
    n = len(outcome.counted)
    yield words.gettext(
        "From {since} to {until}: {alerts}, that is {n} a week.",
        since=words.day(outcome.warm),
        until=words.day(outcome.until),
        alerts=words.ngettext("{n} alert", "{n} alerts", n),
        n=words.number(outcome.alerts_a_week, 1),
    )
    yield from _kinds(outcome, words)
    if outcome.about_sources:
        yield words.gettext(
            "Beside them, alerts about our sources: {n}.", n=words.number(outcome.about_sources)
        )
    if outcome.messages is not None:
        yield words.gettext(
            "Messages: {now} at once, {digests} morning digests; waited for the morning: {held}.",
            now=words.number(outcome.messages.at_once),
            digests=words.number(outcome.messages.digests),
            held=words.number(outcome.messages.waited),
        )
    yield from _against_incidents(outcome, words)
    if outcome.warm > outcome.since:
        yield words.gettext(
            "Until {warm} the system could only learn what is usual: nothing can be said of what "
            "began before, and alerts of that time are not counted.",
            warm=words.day(outcome.warm),
        )
        early = ", ".join(one.incident.name for one in outcome.incidents if one.warmup)
        if early:
            yield words.gettext(
                "Not judged, because it began while learning: {names}.", names=early
            )
        yield words.gettext(
            "What was loud in these first days became part of the usual: the same later looks "
            "smaller than it is."
        )
    for start, end in outcome.gaps:
        yield words.gettext(
            "There are no posts from {since} to {until}: this is missing data, not silence.",
            since=words.day(start),
            until=words.day(end),
        )


NAMES = {
    "spike": mark("of one topic or place"),
    "campaign": mark("campaigns"),
    "emergence": mark("in several regions at once"),
}


def _kinds(outcome: Outcome, words: Translator) -> Iterator[str]:
    """How many of which kind, where there is more than one."""
    counts = Counter(one.kind for one in outcome.counted)
    if set(counts) - {"spike"}:
        told = ", ".join(
            f"{words.gettext(name)}: {words.number(counts[kind])}"
            for kind, name in NAMES.items()
            if counts[kind]
        )
        yield words.gettext("Of these: {kinds}.", kinds=told)


def _against_incidents(outcome: Outcome, words: Translator) -> Iterator[str]:
    if not outcome.judged:
        yield words.gettext("No known incident falls into this time, so nobody can say how many "
                            "alerts were right or what was missed.")  # fmt: skip
        return
    found = len(outcome.judged) - len(outcome.missed)
    yield words.gettext(
        "Found {found} of {all} known incidents.", found=found, all=len(outcome.judged)
    )
    if outcome.median_delay is not None:
        yield words.gettext(
            "The middle delay from the beginning to the alert: {delay}.",
            delay=delay(outcome.median_delay, words),
        )
    if outcome.missed:
        names = ", ".join(one.incident.name for one in outcome.missed)
        yield words.gettext("Missed: {names}.", names=names)
    if outcome.precision is not None:
        yield words.gettext(
            "About a known incident: {share} of the alerts.", share=words.percent(outcome.precision)
        )


def delay(minutes: float, words: Translator) -> str:
    """`35 min`, from two hours on `2 h 24 min`."""
    whole = round(minutes)
    if whole < 120:
        return words.gettext("{n} min", n=words.number(whole))
    hours, rest = divmod(whole, 60)
    return words.gettext("{h} h {n} min", h=words.number(hours), n=words.number(rest))


def pairs(outcomes: Sequence[Outcome]) -> list[tuple[str, Outcome, Outcome]]:
    """What two settings make of each desk that both have, by its name; of the only desk of each,
    however it is called."""
    settings = list(dict.fromkeys(one.setting for one in outcomes))
    if len(settings) != 2:
        return []
    first, second = ([one for one in outcomes if one.setting == name] for name in settings)
    if len(first) == len(second) == 1:
        return [(first[0].desk, first[0], second[0])]
    known = {one.desk: one for one in second}
    return [(one.desk, one, known[one.desk]) for one in first if one.desk in known]


def differences(first: Outcome, second: Outcome, words: Translator) -> Iterator[str]:
    """What the second setting would change, the most important first: what only one finds, who
    knows earlier, who writes less."""
    pair = (first, second)
    found = (_found(first), _found(second))
    for place in (0, 1):
        if only := ", ".join(name for name in found[place] if name not in found[1 - place]):
            yield words.gettext(
                "Only “{name}” finds: {names}.", name=_called(pair[place]), names=only
            )
    for name in (name for name in found[0] if name in found[1]):
        gain = (found[0][name].delay_minutes or 0.0) - (found[1][name].delay_minutes or 0.0)
        if abs(gain) >= 1:
            yield words.gettext(
                "“{name}” knows earlier by {delay}: {incident}.",
                name=_called(pair[gain > 0]), delay=delay(abs(gain), words), incident=name,
            )  # fmt: skip
    less, more = sorted(pair, key=lambda one: one.alerts_a_week)
    if less.alerts_a_week == more.alerts_a_week:
        yield words.gettext(
            "Both would send as much: {n} a week.", n=words.number(less.alerts_a_week, 1)
        )
        return
    yield words.gettext(
        "“{name}” would send less: {n} alerts a week against {m}.",
        name=_called(less), n=words.number(less.alerts_a_week, 1),
        m=words.number(more.alerts_a_week, 1),
    )  # fmt: skip


def _called(outcome: Outcome) -> str:
    """The setting by name, where it has one of its own."""
    return outcome.setting or outcome.label


def _found(outcome: Outcome) -> Mapping[str, Judged]:
    """The incidents that were found, by name."""
    return {one.incident.name: one for one in outcome.judged if one.delay_minutes is not None}


def merged(outcomes: Sequence[Outcome]) -> list[tuple[Sent, tuple[bool, ...]]]:
    """The alerts of all of them in order of time, with who would have sent each."""
    rows: list[tuple[Sent, list[bool]]] = []
    for place, outcome in enumerate(outcomes):
        for sent in outcome.sent:
            row = next((row for row in rows if not row[1][place] and _same(row[0], sent)), None)
            if row is None:
                rows.append(row := (sent, [False] * len(outcomes)))
            row[1][place] = True
    rows.sort(key=lambda row: (row[0].at, row[0].spike))
    return [(sent, tuple(who)) for sent, who in rows]


def _same(one: Sent, other: Sent) -> bool:
    """Whether both are about the same, though their bars were passed at other times."""
    if one.spike == other.spike:
        return True
    alike = (one.lane, one.kind) == (other.lane, other.kind)
    return alike and abs(one.since - other.since) <= SAME_WITHIN


def what(sent: Sent, words: Translator, names: Names) -> str:
    """What the alert is about, with its kind where it is no plain spike."""
    told = subject(sent.lane, words, names)
    if sent.regions:
        told += f" ({', '.join(names.place(code) or code for code in sent.regions)})"
    kind = KINDS.get(sent.kind)
    return f"{told}: {words.gettext(kind).lower()}" if kind else told
