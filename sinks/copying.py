"""A campaign in words: copies of texts, which nobody can hold against what is usual. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rezonans.i18n import Translator
from rezonans.records import Spike
from sinks import amounts, because
from sinks.amounts import pair


def told(spike: Spike) -> bool:
    """Whether the alert is about copies of texts that it names."""
    return spike.kind == "campaign" and bool(spike.copied)


def tail(spike: Spike, words: Translator) -> str:
    """For the end of a headline."""
    if spike.change == "closed":
        return words.gettext("the campaign is over")
    n = sum(text.posts for text in spike.copied)
    if len(spike.copied) == 1:
        return words.ngettext("{n} copy of one text", "{n} copies of one text", n)
    return words.ngettext("{n} copy of texts", "{n} copies of texts", n)


def lines(spike: Spike, words: Translator) -> Iterator[str]:
    """What it looks like, how it comes, since when."""
    text = spike.copied[0]
    if spike.change == "closed":
        yield words.gettext(
            "The campaign is over: it began at {since}, the last copy came at {time}",
            since=words.moment(spike.since, spike.at),
            time=words.moment(amounts.until(spike), spike.at),
        )  # fmt: skip
        yield pair(
            words.gettext("At its largest, copies in an hour"), words.number(text.posts), words
        )
        return
    yield from _opening(spike, words)
    yield words.gettext(
        "Since {time}, a copy every {seconds} s",
        time=words.moment(spike.since, spike.at), seconds=words.number(text.gap_seconds),
    )  # fmt: skip


def _opening(spike: Spike, words: Translator) -> Iterable[str]:
    return because.opening(spike, words, lambda code: None)
