"""Amounts against what is usual, as people say them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from rezonans.i18n import Translator
from rezonans.reasons import Share
from rezonans.records import Spike

GROWN = frozenset({"posts", "swell", "regions"})
"""What fires when there are more posts than usual."""


def times(ratio: float, words: Translator) -> str:
    """`3.4 times the usual`, in the form that the number asks for."""
    tenths = round(ratio, 1)
    if ratio < 10 and tenths != int(tenths):
        return words.gettext("{n} times the usual (fraction)", n=words.number(tenths, 1))
    return words.ngettext("{n} time the usual", "{n} times the usual", round(ratio))


def shares(parts: Sequence[Share]) -> list[tuple[str, float, float | None]]:
    """(key, share now, usual share) by size; the usual one only where there is enough of it."""
    now = sum(part.observed for part in parts)
    usual = sum(part.expected for part in parts)
    if now <= 0:
        return []
    ranked = sorted(parts, key=lambda part: (-part.observed, part.key))
    return [
        (part.key, part.observed / now, part.expected / usual if usual >= 1 else None)
        for part in ranked
    ]


def grown(spike: Spike) -> bool:
    """Whether there are more posts than usual; else something beside their number fired."""
    return not spike.fired or bool(GROWN & set(spike.fired))


def in_course(spike: Spike) -> bool:
    """Whether the course of its lane shows it: a story of a dozen posts is lost there, and the
    copies of a campaign are what the course leaves out."""
    return spike.story is None and spike.kind != "campaign"


def until(spike: Spike) -> datetime:
    """When what is over was loud last; alerts of before know only when that was noticed."""
    return spike.loud_until or spike.at


def moved(spike: Spike, words: Translator) -> Iterable[str]:
    """What fired beside the number of posts."""
    if "negatives" in spike.fired:
        yield words.gettext("The attitude has worsened: unusually many posts are negative")
    if "resonance" in spike.fired and not grown(spike):
        if heard := _heard(spike, words):
            yield words.gettext(
                "The resonance is {times}: posts are read, answered and shared more", times=heard
            )
        else:
            yield words.gettext(
                "The resonance has risen: posts are reacted to and read more than usual"
            )


def tail(spike: Spike, words: Translator) -> str:
    """The same for the end of a headline."""
    if "negatives" in spike.fired:
        for key, now, usual in shares(spike.sentiments):
            if key == "negative":
                text = words.gettext("negative: {n}", n=words.percent(now))
                usually = words.gettext("usually {n}", n=words.percent(usual)) if usual else ""
                return f"{text}, {usually}" if usually else text
    if heard := _heard(spike, words):
        return words.gettext("the resonance is {times}", times=heard)
    return words.gettext("the resonance has risen")


def _heard(spike: Spike, words: Translator) -> str:
    if spike.resonance is None or not spike.usual_resonance:
        return ""
    return times(spike.resonance / spike.usual_resonance, words)


def volume(spike: Spike, words: Translator) -> dict[str, str]:
    """The numbers of the window against the usual ones, to be filled into a sentence."""
    n = round(spike.observed)
    return {
        "posts": words.ngettext("{n} post", "{n} posts", n),
        "window": _window(spike.window_seconds, words),
        "expected": _count(spike.expected, words),
        "low": _count(spike.low, words),
        "high": _count(spike.high, words),
    }


def _window(seconds: int, words: Translator) -> str:
    if seconds == 3600:
        return words.gettext("in an hour")
    if seconds % 3600 == 0:
        return words.ngettext("in {n} hour", "in {n} hours", seconds // 3600)
    return words.ngettext("in {n} minute", "in {n} minutes", max(1, round(seconds / 60)))


def _count(value: float, words: Translator) -> str:
    return few(value, words) if value < 10 else words.number(value)


def few(value: float, words: Translator) -> str:
    """With a decimal; what is hardly anything is not nothing."""
    return f"<{words.number(0.1, 1)}" if 0 < value < 0.05 else words.number(value, 1)


def pair(name: str, value: str, words: Translator) -> str:
    return words.gettext("{name} – {value}", name=name, value=value)
