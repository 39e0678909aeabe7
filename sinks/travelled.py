"""A story that goes from region to region, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rezonans.i18n import Translator
from rezonans.records import Spike
from sinks import amounts, because
from sinks.because import Place


def told(spike: Spike) -> bool:
    """Whether the alert is about one story in several regions."""
    return spike.kind == "emergence" and spike.story is not None


def tail(spike: Spike, words: Translator) -> str:
    """For the end of a headline."""
    if spike.change == "closed":
        return words.gettext("the story no longer spreads")
    n = _posts(spike)
    return words.ngettext("one story, {n} post", "one story, {n} posts", n)


def lines(spike: Spike, words: Translator, place: Place) -> Iterator[list[str]]:
    """Where it is, in the order it came there; how many tell it."""
    n = _posts(spike)
    posts = words.ngettext("{n} post", "{n} posts", n)
    since = words.moment(spike.since, spike.at)
    if spike.change == "closed":
        over = words.gettext(
            "The story no longer spreads: it began at {since}, the last post at {time}",
            since=since, time=words.moment(amounts.until(spike), spike.at),
        )  # fmt: skip
        regions = words.ngettext("{n} region", "{n} regions", len(spike.risen))
        yield [over, words.gettext("In all: {regions}, {posts}", regions=regions, posts=posts)]
        return
    opening = words.ngettext(
        "One story in {n} region at once", "One story in {n} regions at once", len(spike.risen)
    )
    yield [f"{opening}: {because.spread(spike, words, place)}"]
    yield [
        words.gettext(
            "{posts} since {since}, of them in the last hour: {n}",
            posts=posts, since=since, n=words.number(spike.posts),
        ),
        words.gettext("No region is loud by itself"),
    ]  # fmt: skip


def _posts(spike: Spike) -> int:
    return round(spike.story.observed) if spike.story else spike.posts
