"""What lies behind a spike, in words: who began, how rare, what is new, what comes next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rezonans.i18n import Translator, mark
from rezonans.reasons import CopiedText, Coverage, Forecast, HourAhead, Leader
from rezonans.records import Spike
from sinks.amounts import grown

Place = Callable[[str], str | None]
"""The name of a place by its code."""
Authority = Callable[[str], str | None]
"""The name of who answers for a topic, by the code of the topic."""
LEAST_DAYS = 2.0
YEAR_DAYS = 365.0
WORDS = 4
REGIONS = 3
LATER = 3
"""The hour ahead that is told beside the first: whether it goes on."""

KINDS = {
    "campaign": mark("It looks like a campaign"),
    "emergence": mark("It rises in several regions at once"),
    "data-quality": mark("It is about our sources, not about an event"),
}


def opening(spike: Spike, words: Translator, place: Place) -> Iterable[str]:
    """What kind of alert it is, where it is no plain spike."""
    if spike.kind == "emergence" and spike.risen:
        yield _regions(spike, words, place)
    elif spike.kind in KINDS:
        text = words.gettext(KINDS[spike.kind])
        copies = _copies(spike.copied, words) if spike.kind == "campaign" else ""
        yield f"{text}: {copies}" if copies else text


def _regions(spike: Spike, words: Translator, place: Place) -> str:
    """That it rises there, and where."""
    text = words.ngettext(
        "It rises in {n} region at once", "It rises in {n} regions at once", len(spike.risen)
    )
    return f"{text}: {spread(spike, words, place)}"


def spread(spike: Spike, words: Translator, place: Place) -> str:
    """The regions with their times, in the order they rose: the way it spread."""
    named = [
        f"{place(one.region) or one.region} ({words.moment(one.since, spike.at)})"
        for one in spike.risen[:REGIONS]
    ]
    listed, more = ", ".join(named), len(spike.risen) - len(named)
    if more:
        listed = words.gettext("{names} and {n} more", names=listed, n=words.number(more))
    return listed


def beginning(spike: Spike, words: Translator, name: str) -> Iterable[str]:
    """Who of the public register began it. `name`: how a leader is called, printable."""
    if spike.leaders:
        yield _leader(spike.leaders[0], spike, words, name)
    elif spike.trigger == "leader":
        yield words.gettext("Started by an opinion leader")


TRIGGERS = {
    "leader": mark("Trigger: an opinion leader"),
    "spread": mark("Trigger: wide spread"),
    "campaign": mark("Trigger: one text, sent again and again"),
    "emergence": mark("Trigger: several regions at once"),
}


def trigger(spike: Spike, words: Translator) -> Iterable[str]:
    """What opened it, by name; what fired beside the number of posts is told as that."""
    name = spike.kind if spike.kind != "spike" else spike.trigger
    if name in TRIGGERS and (name != "spread" or grown(spike)):
        yield words.gettext(TRIGGERS[name])


def more(spike: Spike, words: Translator, sources: Sequence[str]) -> Iterable[str]:
    """How rare, what is new in the words, what comes next, who did not look. `sources`: names
    of the silent ones, printable."""
    if spike.once_in_days is not None and spike.once_in_days >= LEAST_DAYS:
        yield rarity(spike.once_in_days, words)
        if spike.kind == "spike" and spike.trigger == "spread":
            yield from trigger(spike, words)
    if spike.words:
        new = ", ".join(word.word for word in spike.words[:WORDS])
        yield words.gettext("New in the words: {words}", words=new)
    if spike.forecast is not None:
        yield from _ahead(spike.forecast, words)
    if spike.coverage is not None and spike.coverage.silent:
        yield _silent(spike.coverage, sources, words)


def answering(spike: Spike, words: Translator, authority: Authority) -> Iterable[str]:
    """Who answers for the topic, by the taxonomy alone; what is over asks nobody any more."""
    if spike.lane.topic is None or spike.quality is not None or spike.change == "closed":
        return
    if name := authority(spike.lane.topic):
        yield words.gettext("Answers for it: {name}", name=name)


def rarity(days: float, words: Translator) -> str:
    """`As loud as once in 9 weeks`, in the unit that says it shortest."""
    if days >= YEAR_DAYS:
        return words.gettext("So loud less than once a year")
    if days >= 14:
        n = round(days / 7)
        return words.ngettext("So loud once in {n} week", "So loud once in {n} weeks", n)
    return words.ngettext("So loud once in {n} day", "So loud once in {n} days", round(days))


def _copies(copied: Sequence[CopiedText], words: Translator) -> str:
    """`294 copies of 3 texts by 5 accounts`, divided so that no language declines in a row."""
    if not copied:
        return ""
    posts, accounts = sum(one.posts for one in copied), sum(one.accounts for one in copied)
    return ", ".join(
        [
            words.ngettext("{n} copy", "{n} copies", posts),
            words.ngettext("{n} text", "{n} texts", len(copied)),
            words.ngettext("{n} account", "{n} accounts", accounts),
        ]
    )


def _leader(leader: Leader, spike: Spike, words: Translator, name: str) -> str:
    followed = words.ngettext("{n} post", "{n} posts", leader.followed)
    return words.gettext(
        "First spoke: {name}, {time}; within the hour after: {posts}",
        name=name, time=words.moment(leader.at, spike.at), posts=followed,
    )  # fmt: skip


def _ahead(forecast: Forecast, words: Translator) -> Iterable[str]:
    if forecast.hours:
        soon = words.gettext(
            "If nothing new happens, in the hour from {time}: {expected} ({low}–{high})",
            **_hour(forecast.hours[0], words),
        )
        later = [
            words.gettext(
                "in the hour from {time}: {expected} ({low}–{high})", **_hour(hour, words)
            )
            for hour in forecast.hours[LATER - 1 : LATER]
        ]
        yield "; ".join([soon, *later])
    if forecast.peak_passed is not None:
        passed = mark("The peak seems to be over"), mark("The peak is not over yet")
        yield words.gettext(passed[0] if forecast.peak_passed else passed[1])


def record(forecast: Forecast | None, words: Translator) -> Iterable[str]:
    """How the forecasts before did, beside saying the same hour of the day before."""
    if forecast is None or forecast.error is None or forecast.naive_error is None:
        return
    yield words.gettext(
        "Its record over {n}: off by {error} posts an hour (the same hour of the day before: "
        "{naive}), inside the interval: {share}",
        n=words.ngettext("{n} forecast", "{n} forecasts", forecast.judged),
        error=words.number(forecast.error, 1), naive=words.number(forecast.naive_error, 1),
        share=words.percent(forecast.covered or 0.0),
    )  # fmt: skip


def _hour(hour: HourAhead, words: Translator) -> dict[str, str]:
    return {
        "time": words.clock(hour.start),
        "expected": words.number(round(hour.expected)),
        "low": words.number(round(hour.low)),
        "high": words.number(round(hour.high)),
    }


def _silent(coverage: Coverage, sources: Sequence[str], words: Translator) -> str:
    text = words.gettext(
        "Silent sources: {silent} of {all}",
        silent=words.number(len(coverage.silent)), all=words.number(coverage.sources),
    )  # fmt: skip
    return f"{text} ({', '.join(sources)})" if sources else text
