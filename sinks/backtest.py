"""The report of a backtest: sentences for a press secretary, and one page that holds everything.

Pure: outcomes, a translator and names in; text or HTML out. The page loads nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import chain

from rezonans.i18n import Translator, mark
from rezonans.outcome import Course, Outcome, Sent
from sinks.because import KINDS
from sinks.sentence import Names, capital, level_name, subject

WIDTH, HEIGHT, FOOT = 1000, 160, 18
COLOURS = {"yellow": "#e0b400", "orange": "#e8710a", "red": "#c5221f"}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:1040px;margin:2rem auto;padding:0 1rem;
color:#202124}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.35rem .6rem;
border-bottom:1px solid #dadce0}svg{width:100%;height:auto}.off{color:#80868b}
"""


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
            "The middle delay from the beginning to the alert: {n} min.",
            n=words.number(outcome.median_delay),
        )
    if outcome.missed:
        names = ", ".join(one.incident.name for one in outcome.missed)
        yield words.gettext("Missed: {names}.", names=names)
    if outcome.precision is not None:
        yield words.gettext(
            "About a known incident: {share} of the alerts.", share=words.percent(outcome.precision)
        )


def page(outcomes: Sequence[Outcome], words: Translator, names: Names) -> str:
    """The whole report as one HTML page; with two outcomes, one setting beside the other."""
    title = words.gettext("What would have been sent")
    parts = [f"<h1>{escape(title)}</h1>"]
    if len(outcomes) > 1:
        parts.append(_comparison(outcomes, words))
    for outcome in outcomes:
        parts.append(f"<h2>{escape(outcome.label)}</h2>")
        told = "".join(f"<li>{escape(one)}</li>" for one in sentences(outcome, words))
        parts.append(f"<ul>{told}</ul>")
        parts += [_plot(course, outcome, words, names) for course in outcome.courses]
        parts.append(_table(outcome, words, names))
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _comparison(outcomes: Sequence[Outcome], words: Translator) -> str:
    rows = [
        ("", [one.label for one in outcomes]),
        (words.gettext("Alerts a week"), [words.number(o.alerts_a_week, 1) for o in outcomes]),
        (
            words.gettext("Messages at once"),
            ["–" if o.messages is None else words.number(o.messages.at_once) for o in outcomes],
        ),
        (words.gettext("About our sources"), [words.number(o.about_sources) for o in outcomes]),
        (
            words.gettext("Incidents found"),
            [f"{len(o.judged) - len(o.missed)} / {len(o.judged)}" for o in outcomes],
        ),
        (
            words.gettext("Middle delay, min"),
            ["–" if o.median_delay is None else words.number(o.median_delay) for o in outcomes],
        ),
        (
            words.gettext("About an incident"),
            ["–" if o.precision is None else words.percent(o.precision) for o in outcomes],
        ),
    ]
    cells = "".join(
        f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(v)}</td>' for v in values)}</tr>"
        for name, values in rows
    )
    return f"<table>{cells}</table>"


def _table(outcome: Outcome, words: Translator, names: Names) -> str:
    if not outcome.sent:
        nothing = words.gettext("Nothing would have been sent.")
        return f"<p>{escape(nothing)}</p>"
    heads = (
        words.gettext("When"),
        words.gettext("What"),
        words.gettext("Level"),
        words.gettext("Posts in an hour"),
        words.gettext("Usually"),
        words.gettext("Incident"),
    )
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    rows = "".join(_row(one, words, names) for one in outcome.sent)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _row(sent: Sent, words: Translator, names: Names) -> str:
    warm = words.gettext("the system was still learning") if sent.warmup else ""
    cells = (
        words.day(sent.at),
        what(sent, words, names),
        capital(level_name(sent.alarm, words)),
        words.number(sent.observed),
        words.number(sent.expected, 1),
        sent.incident or warm or "–",
    )
    off = ' class="off"' if sent.warmup else ""
    return f"<tr{off}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def what(sent: Sent, words: Translator, names: Names) -> str:
    """What the alert is about, with its kind where it is no plain spike."""
    told = subject(sent.lane, words, names)
    if sent.regions:
        told += f" ({', '.join(names.place(code) or code for code in sent.regions)})"
    kind = KINDS.get(sent.kind)
    return f"{told}: {words.gettext(kind).lower()}" if kind else told


def _plot(course: Course, outcome: Outcome, words: Translator, names: Names) -> str:
    """Posts hour by hour; shaded: the warm-up, framed: incidents, lines: alerts."""
    hours, most = len(course.posts), max(course.posts, default=0) or 1
    step = WIDTH / max(hours, 1)

    def x(at: datetime) -> float:
        return min(max((at - course.start) / timedelta(hours=1) * step, 0), WIDTH)

    def box(start: datetime, end: datetime, look: str) -> str:
        width = max(x(end) - x(start), 1)
        return f'<rect x="{x(start):.1f}" y="0" width="{width:.1f}" height="{HEIGHT}" {look}/>'

    bars = (
        f'<rect x="{place * step:.1f}" y="{HEIGHT - HEIGHT * posts / most:.1f}" '
        f'width="{max(step - 0.5, 0.5):.1f}" height="{HEIGHT * posts / most:.1f}" fill="#5f8dd3"/>'
        for place, posts in enumerate(course.posts)
        if posts
    )
    incidents = (
        box(one.incident.start, one.incident.end, 'fill="#34a853" fill-opacity="0.25"')
        for one in outcome.incidents
        if one.incident.topic in (None, course.lane.topic)
    )
    alerts = (
        f'<line x1="{x(one.at):.1f}" x2="{x(one.at):.1f}" y1="0" y2="{HEIGHT}" '
        f'stroke="{COLOURS[one.alarm]}" stroke-width="3"/>'
        for one in outcome.sent
        if one.lane == course.lane
    )
    shade = box(course.start, outcome.warm, 'fill="#80868b" fill-opacity="0.15"')
    drawn = "".join(chain([shade], bars, incidents, alerts, _days(course, x, words)))
    about = subject(course.lane, words, names)
    caption = words.gettext("{what}: posts an hour, at most {n}", what=about, n=words.number(most))
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img" aria-label="{escape(caption)}">'
        f"{drawn}</svg></figure>"
    )


def _days(course: Course, x: object, words: Translator) -> Iterator[str]:
    """The days along the foot, in local time; every n-th where they are many."""
    assert callable(x)
    days = len(course.posts) // 24 + 2
    local = course.start.astimezone(words.zone).replace(hour=0, minute=0)
    every = max(1, days // 14)
    for number in range(0, days, every):
        day = local + timedelta(days=number)
        if day < course.start or number * 24 > len(course.posts):
            continue
        yield (
            f'<text x="{x(day):.1f}" y="{HEIGHT + FOOT - 4}" font-size="12" fill="#5f6368">'
            f"{day.day}.{day.month:02}</text>"
        )
