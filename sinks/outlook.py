"""Whether a post goes viral, in words: the chance, and how such estimates did before. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rezonans.i18n import Translator
from rezonans.reasons import Outlook

LEAST_SHARE = 0.2
"""Twice what is viral by chance: from here on a message says it of a post."""


def aside(one: Outlook | None, words: Translator) -> Iterator[str]:
    """For the brackets after a post, where it is worth a reader's time."""
    if one is not None and one.probability >= LEAST_SHARE:
        yield words.gettext("goes viral: {share}", share=words.percent(one.probability))


def chance(one: Outlook, words: Translator) -> str:
    """What it had so far, how likely it goes viral and what that means."""
    return words.gettext(
        "{n} reactions in {minutes} min; {share} that it reaches {viral} within a day (expected "
        "{expected}, {low}–{high})",
        n=words.number(one.reactions), minutes=words.number(one.minutes),
        share=words.percent(one.probability), viral=words.number(one.viral_from),
        expected=words.number(round(one.expected)), low=words.number(round(one.low)),
        high=words.number(round(one.high)),
    )  # fmt: skip


def record(one: Outlook, words: Translator) -> str:
    """How such estimates did on the own posts, beside knowing nothing but how many go viral."""
    if not one.judged or one.brier is None or one.base is None:
        return words.gettext("no such estimate could be compared with its day yet")
    return words.gettext(
        "such estimates before: {n}, squared error {brier} (knowing nothing: {blind}); went viral: "
        "{share}",
        n=words.number(one.judged), brier=words.number(one.brier, 3),
        blind=words.number(one.base * (1 - one.base), 3), share=words.percent(one.base),
    )  # fmt: skip


def lines(found: Sequence[Outlook], words: Translator) -> Iterator[str]:
    """A line for each age that a post was judged at, its record with it."""
    for one in found:
        yield f"{chance(one, words)}; {record(one, words)}"
