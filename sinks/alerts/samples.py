"""Letters as they arrive, for the documentation: made up, rendered as the real ones are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from rezonans.desks import DeskSettings
from rezonans.i18n import LANGUAGES, Language, translator
from rezonans.reasons import (
    CopiedText,
    Coverage,
    Forecast,
    HourAhead,
    Lane,
    Quality,
    Rise,
    Share,
    Silence,
    TopPost,
    Trouble,
    Word,
)
from rezonans.records import Spike
from sinks.alerts.decisions import Letter
from sinks.alerts.words import Words
from sinks.names import names
from sinks.sentence import Message

AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
TITLES = {"kk": "Қазақша", "ru": "По-русски"}
_DESK = "https://desk.example.kz"


def samples() -> str:
    """All of them as Markdown, language by language."""
    return "\n".join(line for language in LANGUAGES for line in _of(language)) + "\n"


def _of(language: Language) -> Iterator[str]:
    yield f"### {TITLES[language]}\n"
    for letter in letters():
        title, body = spoken(letter, language)
        yield f"```text\n{title}\n\n{body}\n```\n"


def spoken(letter: Letter, language: Language) -> Message:
    """Title and text."""
    words = Words(_DESK, {"press": DeskSettings(channels=("press",))})
    return words.said(letter, translator(language), names(language)).plain


def letters() -> list[Letter]:
    """An event from its beginning to its end, a digest of the night, a switch."""
    water, other = _spike(), _spike(spike="b2", lane=Lane("transport", "31"), alarm="yellow")
    country = _spike(spike="c3", lane=Lane("water"))
    later = AT + timedelta(hours=6)
    over = msgspec.structs.replace(
        water, change="closed", at=later, observed=11.0, posts=12, voices=10, peak=13.8
    )
    return [
        _letter("opened", (water, country)),
        _letter("opened", (_emergence(),)),
        _letter("opened", (_campaign(),)),
        _letter("opened", (_faulty(),)),
        _letter("closed", (msgspec.structs.replace(_faulty(2, 12), change="closed", at=later),)),
        _letter("escalated", (water,)),
        _letter("closed", (over,), by="Айгүл"),
        _letter("digest", (msgspec.structs.replace(other, change="updated"), over), event=""),
        _letter("crisis", (), event="", by="Айгүл", until=later, on=True),
    ]


def _letter(told: Any, spikes: tuple[Spike, ...], **values: Any) -> Letter:
    return Letter(**({"alert": "k", "desk": "press", "event": "a1", "told": told} | values),
                  spikes=spikes)  # fmt: skip


def _emergence() -> Spike:
    """A topic in several regions, none of which is enough alone."""
    codes = ("31", "61", "33", "43", "39", "10")
    risen = tuple(
        Rise(region=code, since=AT - timedelta(minutes=50 - 6 * n), observed=11.0 - n, expected=1.6,
             voices=9 - n)
        for n, code in enumerate(codes)
    )  # fmt: skip
    return _spike(
        spike="d4", lane=Lane("roads"), kind="emergence", alarm="orange", risen=risen, score=2.1,
        observed=74.0, expected=31.0, low=22.0, high=41.0, posts=78, voices=61, once_in_days=880.0,
        fired=("regions",), words=(), forecast=None, coverage=None, peak=2.4,
        top=(_post("5", "Трассу занесло, автобусы стоят второй час", 44),),
    )  # fmt: skip


def _campaign() -> Spike:
    text = CopiedText(
        item="vk:1", text="", posts=294, organic=9.2, accounts=5, first=AT, last=AT,
        gap_seconds=4.0, evenness=0.2,
    )  # fmt: skip
    return _spike(
        spike="e5", lane=Lane("prices", "71"), kind="campaign", alarm="red", copied=(text,),
        observed=9.2, expected=0.0, low=0.0, high=0.0, posts=294, voices=5, once_in_days=None,
        words=(), forecast=None, coverage=None, places=(), sentiments=(),
        top=(_post("7", "Передайте всем: завтра цены вырастут вдвое!", 30, copies=294),),
    )  # fmt: skip


def _faulty(released: int = 0, dropped: int = 0) -> Spike:
    """Too much of everything at once."""
    quality = Quality(
        trouble="flood", lanes=240, affected=61, held=14, released=released, dropped=dropped,
        sources=(Trouble(target="vk/almaty", kind="late", observed=412.0, expected=35.0),),
    )  # fmt: skip
    return _spike(
        spike="f6", lane=Lane(), kind="data-quality", alarm="yellow", quality=quality, score=0.0,
        threshold=0.0, once_in_days=None, observed=686.0, expected=211.0, low=180.0, high=240.0,
    )  # fmt: skip


def _spike(**changes: Any) -> Spike:
    values: dict[str, Any] = {
        "spike": "a1b2c3", "revision": 0, "change": "opened", "alarm": "red",
        "lane": Lane("water", "31"), "at": AT, "since": AT - timedelta(minutes=65), "score": 6.1,
        "threshold": 3.5, "observed": 118.0, "expected": 9.4, "low": 4.0, "high": 16.0,
        "window_seconds": 3600, "posts": 171, "voices": 96, "peak": 13.8, "once_in_days": 64.0,
        "places": _shares(("311010000", 84, 4.0), ("313600000", 17, 2.0), ("unknown", 17, 3.4)),
        "sentiments": _shares(("negative", 85, 2.8), ("neutral", 27, 5.2), ("positive", 6, 1.4)),
        "top": (
            _post("1", "Третий день нет воды в микрорайоне Карасу", 50, copies=9),
            _post("2", "Үшінші күн су жоқ, балаларға тамақ пісіре алмай отырмыз", 41),
        ),
        "words": tuple(Word(word=w, posts=30, before=1, score=6.0) for w in ("водовоз", "су")),
        "forecast": Forecast(
            hours=(HourAhead(start=AT + timedelta(hours=1), expected=96, low=61, high=140),),
            peak_passed=False,
        ),
        "coverage": Coverage(
            sources=12, looking=11, silent=(Silence(target="news/zakon", seconds=2700.0),)
        ),
    }  # fmt: skip
    return Spike(**(values | changes))


def _shares(*rows: tuple[str, float, float]) -> tuple[Share, ...]:
    return tuple(Share(key=key, observed=seen, expected=usual) for key, seen, usual in rows)


def _post(item: str, text: str, minutes: int, copies: int = 1) -> TopPost:
    return TopPost(
        item=item, text=text, platform="vk", published_at=AT - timedelta(minutes=minutes),
        weight=3.0, url=f"https://vk.com/wall-{item}", copies=copies,
    )  # fmt: skip
