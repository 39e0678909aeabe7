"""The course of a lane in a backtest as a picture: posts by hour, incidents, alerts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from itertools import chain

from rezonans.i18n import Translator
from rezonans.outcome import Course, Outcome
from sinks.sentence import LEVELS, Names, level_name, subject

WIDTH, HEIGHT, FOOT = 1000, 160, 18
LABEL = 32
"""Room that the day takes at the foot."""
COLOURS = {"yellow": "#e0b400", "orange": "#e8710a", "red": "#c5221f"}


def legend(words: Translator) -> str:
    """What the colours mean."""
    marks = [
        ("box learning", words.gettext("the system was still learning")),
        ("box known", words.gettext("a known incident")),
        *((f"line {code}", _alert(code, words)) for code in LEVELS),
    ]
    shown = "".join(f'<li><i class="{look}"></i>{escape(text)}</li>' for look, text in marks)
    return f'<ul class="legend">{shown}</ul>'


def _alert(code: str, words: Translator) -> str:
    return words.gettext("alert, {level}", level=level_name(code, words))


def plot(course: Course, outcome: Outcome, words: Translator, names: Names) -> str:
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
        f'width="{max(step - 0.5, 0.5):.1f}" height="{HEIGHT * posts / most:.1f}" class="posts"/>'
        for place, posts in enumerate(course.posts)
        if posts
    )
    incidents = (
        box(one.incident.start, one.incident.end, 'class="known"')
        for one in outcome.incidents
        if one.incident.topic in (None, course.lane.topic)
    )
    alerts = (
        f'<line x1="{x(one.at):.1f}" x2="{x(one.at):.1f}" y1="0" y2="{HEIGHT}" '
        f'stroke="{COLOURS[one.alarm]}" stroke-width="3"/>'
        for one in outcome.sent
        if one.lane == course.lane
    )
    shade = box(course.start, outcome.warm, 'class="learning"')
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
        if day < course.start or x(day) > WIDTH - LABEL:
            continue
        yield (
            f'<text x="{x(day):.1f}" y="{HEIGHT + FOOT - 4}" class="foot">'
            f"{day.day}.{day.month:02}</text>"
        )
