"""An alert of data quality in words: which sources, what was held back, what became of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rezonans.i18n import Translator
from rezonans.reasons import Quality, Trouble
from rezonans.records import Spike
from sinks.amounts import until

NAMED = 3
Name = Callable[[str], str]
"""The name of a source, printable."""


def headline(spike: Spike, words: Translator) -> str:
    """What is wrong, and with whom."""
    quality = spike.quality
    if spike.change == "closed":
        return words.gettext("Sources: as usual again")
    if quality is not None and quality.trouble == "silence":
        n = sum(one.kind == "silent" for one in quality.sources) or len(quality.sources)
        return words.ngettext("Sources: {n} is silent", "Sources: {n} are silent", n)
    return words.gettext("Sources: too much at once")


def lines(spike: Spike, words: Translator, name: Name) -> Iterator[list[str]]:
    """Sentences by line: what it is; which sources; the spikes."""
    quality = spike.quality
    if quality is None:
        return
    if spike.change == "closed":
        yield [_over(spike, words)]
    else:
        yield [_what(quality, words), _affected(quality, words)]
    yield list(_sources(quality, words, name))
    yield list(_spikes(spike, quality, words))


def _what(quality: Quality, words: Translator) -> str:
    if quality.trouble == "silence":
        return words.gettext(
            "It looks quieter than it is: sources are silent, and nobody sees what happens there"
        )
    return words.gettext(
        "Check the sources first: topics rise together in their usual proportion, "
        "which no event does"
    )


def _affected(quality: Quality, words: Translator) -> str:
    return words.gettext(
        "Series that changed at once: {n} of {all}",
        n=words.number(quality.affected), all=words.number(quality.lanes),
    )  # fmt: skip


def _over(spike: Spike, words: Translator) -> str:
    return words.gettext(
        "It began at {since} and ended at {time}",
        since=words.moment(spike.since, spike.at), time=words.moment(until(spike), spike.at),
    )  # fmt: skip


def _sources(quality: Quality, words: Translator, name: Name) -> Iterator[str]:
    """The sources by what is wrong with them."""
    for kind, label in (
        ("silent", words.gettext("Silent")),
        ("thin", words.gettext("Nearly empty")),
        ("late", words.gettext("Brought at once what was waiting")),
        ("flood", words.gettext("Bring many times their usual")),
    ):
        found = [one for one in quality.sources if one.kind == kind]
        if found:
            named = ", ".join(_source(one, words, name) for one in found[:NAMED])
            if more := len(found) - NAMED if len(found) > NAMED else 0:
                named = words.gettext("{names} and {n} more", names=named, n=words.number(more))
            yield f"{label}: {named}"
    if quality.trouble == "flood" and not quality.sources:
        yield words.gettext("All sources bring more, each in its proportion")


def _source(one: Trouble, words: Translator, name: Name) -> str:
    if one.seconds is not None:
        return f"{name(one.target)} ({_duration(one.seconds, words)})"
    numbers = words.gettext(
        "{n} instead of {usual}", n=words.number(one.observed), usual=words.number(one.expected)
    )
    return f"{name(one.target)} ({numbers})"


def _duration(seconds: float, words: Translator) -> str:
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return words.ngettext("{n} minute long", "{n} minutes long", minutes)
    return words.ngettext("{n} hour long", "{n} hours long", round(minutes / 60))


def _spikes(spike: Spike, quality: Quality, words: Translator) -> Iterator[str]:
    if not quality.held:
        return
    held = words.gettext("Spikes held back: {n}", n=words.number(quality.held))
    if spike.change != "closed":
        yield held
        yield words.gettext("What is still loud when it is over will be told")
        return
    yield words.gettext(
        "{held}; told since: {told}, dropped: {dropped}",
        held=held, told=words.number(quality.released), dropped=words.number(quality.dropped),
    )  # fmt: skip
