"""Alerts that never were, one of each kind, for the samples of letters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rezonans.reasons import (
    CopiedText,
    Coverage,
    Forecast,
    HourAhead,
    Lane,
    Leader,
    Quality,
    Rise,
    Share,
    Silence,
    Story,
    TopPost,
    Trouble,
    Word,
)
from rezonans.records import Spike

AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


def emergence() -> Spike:
    """A topic in several regions, none of which is enough alone."""
    codes = ("31", "61", "33", "43", "39", "10")
    risen = tuple(
        Rise(region=code, since=AT - timedelta(minutes=50 - 6 * n), observed=11.0 - n, expected=1.6,
             voices=9 - n)
        for n, code in enumerate(codes)
    )  # fmt: skip
    return spike(
        spike="d4", lane=Lane("roads"), kind="emergence", alarm="orange", risen=risen, score=2.1,
        observed=74.0, expected=31.0, low=22.0, high=41.0, posts=78, voices=61, once_in_days=880.0,
        fired=("regions",), words=(), forecast=None, coverage=None, peak=2.4,
        top=(_post("5", "Трассу занесло, автобусы стоят второй час", 44),),
    )  # fmt: skip


def campaign() -> Spike:
    text = CopiedText(
        item="vk:1", text="", posts=294, organic=9.2, accounts=5, first=AT, last=AT,
        gap_seconds=4.0, evenness=0.2,
    )  # fmt: skip
    return spike(
        spike="e5", lane=Lane("prices", "71"), kind="campaign", alarm="red", copied=(text,),
        observed=9.2, expected=0.0, low=0.0, high=0.0, posts=294, voices=5, once_in_days=None,
        words=(), forecast=None, coverage=None, places=(), sentiments=(),
        top=(_post("7", "Передайте всем: завтра цены вырастут вдвое!", 30, copies=294),),
    )  # fmt: skip


def faulty(released: int = 0, dropped: int = 0) -> Spike:
    """Too much of everything at once."""
    quality = Quality(
        trouble="flood", lanes=240, affected=61, held=14, released=released, dropped=dropped,
        sources=(Trouble(target="vk/almaty", kind="late", observed=412.0, expected=35.0),),
    )  # fmt: skip
    return spike(
        spike="f6", lane=Lane(), kind="data-quality", alarm="yellow", quality=quality, score=0.0,
        threshold=0.0, once_in_days=None, observed=686.0, expected=211.0, low=180.0, high=240.0,
    )  # fmt: skip


def story() -> Spike:
    """One text that comes to region after region, in few posts each."""
    codes = ("10", "31", "61", "33", "43")
    risen = tuple(
        Rise(region=code, since=AT - timedelta(minutes=100 - 20 * n), observed=2.0, expected=0.0,
             voices=2)
        for n, code in enumerate(codes)
    )  # fmt: skip
    text = "Вакцины нет ни в одной аптеке города"
    return spike(
        spike="a7", lane=Lane("health"), kind="emergence", alarm="orange", risen=risen, score=0.7,
        since=AT - timedelta(minutes=100), observed=3.6, expected=0.0, low=0.0, high=0.0, posts=6,
        voices=6, once_in_days=35.0, fired=("regions",), words=(), forecast=None, coverage=None,
        peak=0.0, places=(), sentiments=_shares(("negative", 3.0, 0.0), ("neutral", 0.6, 0.0)),
        story=Story(key="vk:8", observed=13.0, expected=0.0, text=text),
        top=(_post("8", text, 44, copies=6),),
    )  # fmt: skip


def led() -> Spike:
    """Begun by an account of the public register."""
    leader = Leader(
        name="Tengrinews", standing="media", item="vk:9", at=AT - timedelta(minutes=64),
        followed=41, text="",
    )  # fmt: skip
    return spike(
        spike="b8", lane=Lane("prices"), alarm="orange", trigger="leader", leaders=(leader,),
        observed=86.0, expected=31.0, low=22.0, high=41.0, posts=90, voices=77, peak=2.8,
        once_in_days=15.0, words=(), forecast=None, coverage=None,
        places=_shares(("75", 40, 15.0), ("71", 21, 9.0), ("unknown", 25, 7.0)),
        top=(_post("9", "Цены на бензин освободят с понедельника", 64),),
    )  # fmt: skip


def disliked() -> Spike:
    """No more posts than usual, of which more are negative."""
    return spike(
        spike="c9", lane=Lane("transport", "75"), alarm="yellow", fired=("negatives",),
        observed=44.0, expected=41.0, low=30.0, high=53.0, posts=45, voices=39, peak=1.1,
        once_in_days=21.0, words=(), forecast=None, coverage=None, places=(),
        sentiments=_shares(("negative", 33, 12.0), ("neutral", 9, 24.0), ("positive", 2, 5.0)),
        top=(_post("10", "Автобусы опять не приходят по сорок минут", 25),),
    )  # fmt: skip


def heard() -> Spike:
    """No more posts than usual, which far more people read and share."""
    return spike(
        spike="d1", lane=Lane("health", "71"), alarm="yellow", fired=("resonance",),
        observed=38.0, expected=35.0, low=25.0, high=46.0, posts=38, voices=35, peak=1.1,
        resonance=402.0, usual_resonance=118.0, once_in_days=28.0, words=(), forecast=None,
        coverage=None, places=(),
        top=(_post("11", "Скорая ехала два часа, рассказываю по минутам", 31),),
    )  # fmt: skip


def narrow() -> Spike:
    """A district with few posts a day."""
    return spike(
        spike="e2", lane=Lane("waste", "31", "313600000"), alarm="yellow", fired=("posts",),
        observed=6.0, expected=0.3, low=0.0, high=1.0, posts=6, voices=6, peak=6.0,
        once_in_days=43.0, words=(), forecast=None, coverage=None, places=(),
        sentiments=_shares(("negative", 5, 0.2), ("neutral", 1, 0.1)),
        top=(_post("12", "Мусор не вывозят вторую неделю", 35),),
    )  # fmt: skip


def silent() -> Spike:
    """Sources that do not answer."""
    quality = Quality(
        trouble="silence", lanes=180, affected=52,
        sources=(
            Trouble(target="vk/almaty", kind="silent", observed=0.0, expected=40.0, seconds=2700.0),
            Trouble(target="news/zakon", kind="silent", observed=0.0, expected=8.0, seconds=5400.0),
        ),
    )  # fmt: skip
    return spike(
        spike="f3", lane=Lane(), kind="data-quality", alarm="yellow", quality=quality, score=0.0,
        threshold=0.0, once_in_days=None, observed=90.0, expected=211.0, low=180.0, high=240.0,
    )  # fmt: skip


def spike(**changes: Any) -> Spike:
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
            hours=tuple(
                HourAhead(start=AT + timedelta(hours=n), expected=posts, low=low, high=high)
                for n, posts, low, high in ((0, 131, 98, 170), (1, 112, 75, 155), (2, 96, 61, 140))
            ),
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
