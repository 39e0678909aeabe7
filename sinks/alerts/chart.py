"""The course of a lane as a picture: what came, against what is usual. Pure but for `png`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Protocol

from rezonans.i18n import Translator

WIDTH, HEIGHT = 1000, 520
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 116, 84
FONTS = Path(__file__).parent / "fonts"
_HOURS = 3600


class Course(Protocol):
    """Columns of equal length, one row for five minutes; the usual ones may be empty."""

    @property
    def times(self) -> Sequence[int]: ...
    @property
    def observed(self) -> Sequence[int]: ...
    @property
    def usual(self) -> Sequence[float]: ...
    @property
    def low(self) -> Sequence[float]: ...
    @property
    def high(self) -> Sequence[float]: ...


@dataclass(frozen=True)
class Caption:
    """The words of a picture; `since`: unix seconds."""

    title: str
    tone: str
    """yellow, orange or red."""
    since: float


SLOT = 300
"""Seconds of a row of a course."""
_TONES = {"yellow": "#c99700", "orange": "#d96c12", "red": "#c22f2b"}


def svg(course: Course, caption: Caption, words: Translator) -> str:
    """The picture as SVG, 1000 by 520."""
    course = whole(course)
    top = max(4.0, 1.1 * max([*course.observed, *course.high], default=0))
    frame = _Frame(course.times[0], course.times[-1] + SLOT, top)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Inter" font-size="20">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<rect width="10" height="{HEIGHT}" fill="{_TONES[caption.tone]}"/>',
        *_title(caption.title),
        *_grid(frame, words),
        *_usual(course, frame),
        _line(course.times, course.observed, frame, 'stroke="#0b5a7a" stroke-width="4"'),
        *_since(caption.since, frame),
        *_key(bool(course.usual), words),
        "</svg>",
    ]
    return "\n".join(parts)


@dataclass(frozen=True)
class Columns:
    """A course of our own."""

    times: Sequence[int]
    observed: Sequence[int]
    usual: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def whole(course: Course) -> Course:
    """Without the five minutes under way, unless they are the loudest already: a picture that
    ends in a fall would say that it is over."""
    seen = course.observed
    if len(seen) < 3 or seen[-1] >= seen[-2]:
        return course
    return Columns(
        course.times[:-1], seen[:-1], course.usual[:-1], course.low[:-1], course.high[:-1]
    )


def png(picture: str) -> bytes:
    """The picture as PNG, with fonts of our own: a server may have none."""
    import resvg_py  # compiled; only where pictures are sent

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=picture, skip_system_fonts=True, font_files=list(_fonts()),
            font_family="Inter", sans_serif_family="Inter",
        )
    )  # fmt: skip


@cache
def _fonts() -> tuple[str, ...]:
    return tuple(str(path) for path in sorted(FONTS.glob("*.ttf")))


@dataclass(frozen=True)
class _Frame:
    start: float
    end: float
    top: float

    def x(self, at: float) -> float:
        share = (at - self.start) / (self.end - self.start)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM), 1)


def _title(text: str) -> list[str]:
    """At most two lines, broken at a word."""
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > 62 and len(lines) < 2:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [
        f'<text x="34" y="{46 + 34 * n}" font-size="27" font-weight="700" fill="#14202b">'
        f"{escape(_printable(line))}</text>"
        for n, line in enumerate(lines)
    ]


def _grid(frame: _Frame, words: Translator) -> list[str]:
    found = []
    for value in _ticks(frame.top):
        y = frame.y(value)
        found.append(
            f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#d8e0e6"/>'
            f'<text x="{LEFT - 10}" y="{y + 7}" text-anchor="end" fill="#4d5c6a">'
            f"{words.number(value)}</text>"
        )
    hours = (frame.end - frame.start) / _HOURS
    step = _HOURS * next(n for n in (1, 2, 3, 4, 6) if hours / n <= 8 or n == 6)
    first = frame.start - frame.start % step + step
    at = first
    while at < frame.end - 600:
        clock = words.clock(datetime.fromtimestamp(at, UTC))
        found.append(
            f'<text x="{frame.x(at)}" y="{HEIGHT - BOTTOM + 28}" text-anchor="middle" '
            f'fill="#4d5c6a">{clock}</text>'
        )
        at += step
    return found


def _ticks(top: float) -> list[int]:
    step = next(
        n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000) if top / n <= 6 or n == 10_000
    )
    return list(range(0, int(top) + 1, step))


def _usual(course: Course, frame: _Frame) -> list[str]:
    if not course.usual:
        return []
    there = [f"{frame.x(t)} {frame.y(v)}" for t, v in zip(course.times, course.high, strict=True)]
    back = [f"{frame.x(t)} {frame.y(v)}" for t, v in zip(course.times, course.low, strict=True)]
    shape = " L".join([*there, *reversed(back)])
    dashes = 'stroke="#687887" stroke-width="2" stroke-dasharray="8 6"'
    return [
        f'<path d="M{shape}Z" fill="#687887" fill-opacity="0.22"/>',
        _line(course.times, course.usual, frame, dashes),
    ]


def _line(times: Sequence[int], values: Sequence[float], frame: _Frame, style: str) -> str:
    points = " ".join(
        f"{frame.x(at)},{frame.y(value)}" for at, value in zip(times, values, strict=True)
    )
    return f'<polyline points="{points}" fill="none" stroke-linejoin="round" {style}/>'


def rise(since: float) -> float:
    """Where a beginning is drawn. Five minutes stand at their first second and the line rises to
    them from those before: a mark at the very second would stand behind the rise."""
    return since - since % SLOT - SLOT / 2


def _since(since: float, frame: _Frame) -> list[str]:
    if not frame.start <= since <= frame.end:
        return []
    x = frame.x(max(frame.start, rise(since)))
    return [
        f'<path d="M{x} {TOP}V{HEIGHT - BOTTOM}" stroke="#b5372f" stroke-width="2" '
        'stroke-dasharray="8 5"/>'
    ]


def _key(usual: bool, words: Translator) -> list[str]:
    y = HEIGHT - 22
    entries = [('stroke="#0b5a7a" stroke-width="4"', words.gettext("posts in five minutes"))]
    if usual:
        entries.append(
            ('stroke="#687887" stroke-opacity="0.5" stroke-width="14"', words.gettext("usual"))
        )
    entries.append(
        ('stroke="#b5372f" stroke-width="2" stroke-dasharray="8 5"', words.gettext("start"))
    )
    found, x = [], LEFT
    for style, text in entries:
        found.append(
            f'<path d="M{x} {y - 7}h34" {style}/>'
            f'<text x="{x + 44}" y="{y}" fill="#4d5c6a">{escape(text)}</text>'
        )
        x += 44 + 12 * len(text) + 28
    return found


def _printable(text: str) -> str:
    """Without what XML can not hold."""
    return "".join(letter for letter in text if letter.isprintable())
