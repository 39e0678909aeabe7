"""A spike in words that a press secretary understands in ten seconds.

Pure: a record, a translator and the names of topics and places in; text out. Names are put
beside a colon or a dash, never into a sentence, so that no language has to decline them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from rezonans.i18n import Translator, mark
from rezonans.reasons import Lane, Share, TopPost
from rezonans.records import Spike
from sinks import amounts, because, copying, outlook, sources, travelled
from sinks.amounts import pair, shares, times, volume

HEADLINE_LENGTH = 90
EXCERPT_LENGTH = 160
ALIKE_SHARE = 0.6
"""Of the words of two posts, from which on the second tells a reader nothing."""

LEVELS = {"yellow": mark("yellow"), "orange": mark("orange"), "red": mark("red")}

PLATFORMS = {
    "vk": "VK",
    "rss": "RSS",
    "youtube": "YouTube",
    "telegram": "Telegram",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "simulation": mark("simulation"),
    "file": mark("appeals"),
}
"""Names of platforms as people write them; the marked ones are translated."""

# Controls, and marks that turn the direction of the text around them.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Names:
    """What codes are called in the reader's language; `None` for a code that has no name."""

    topic: Callable[[str], str | None]
    place: Callable[[str], str | None]
    authority: Callable[[str], str | None] = lambda topic: None  # who answers for a topic


class Message(NamedTuple):
    title: str
    body: str


def sentence(spike: Spike, words: Translator, names: Names) -> str:
    """Two to four lines: how much against usual and since when; who, where and in which mood; how
    rare, what is new and what comes next, where that is known; who answers for the topic."""
    lines: Iterable[Iterable[str]]
    if spike.quality is not None:
        lines = sources.lines(spike, words, lambda name: one_line(name, 40))
    elif copying.told(spike):
        lines = [copying.lines(spike, words), _details(spike, words, names)]
    elif travelled.told(spike):
        more = () if spike.change == "closed" else because.more(spike, words, ())
        details = _details(spike, words, names) if spike.posts else ()
        lines = [*travelled.lines(spike, words, names.place), details, more]
    elif spike.change == "closed":
        lines = [[_closed(spike, words)], _details(spike, words, names)]
    else:
        silent = spike.coverage.silent[:2] if spike.coverage else ()
        quiet = [one_line(one.target, 40) for one in silent]
        opening = list(because.opening(spike, words, names.place))
        growing = [*amounts.moved(spike, words), _growing(spike, words)]
        lines = [
            *([opening, growing] if spike.risen else [[*opening, *growing]]),
            _details(spike, words, names),
            because.more(spike, words, quiet),
        ]
    lines = [*lines, because.answering(spike, words, names.authority)]
    return "\n".join(line for line in map(_join, lines) if line)


def headline(spike: Spike, words: Translator, names: Names) -> str:
    """What, where and how many, in at most 90 characters."""
    if spike.quality is not None:
        return sources.headline(spike, words)
    what = about(spike, words, names)
    if copying.told(spike):
        tail = copying.tail(spike, words)
    elif travelled.told(spike):
        tail = travelled.tail(spike, words)
    elif spike.change == "closed":
        tail = words.gettext("the spike is over")
    elif not amounts.grown(spike):
        tail = amounts.tail(spike, words)
    else:
        tail = words.gettext("{posts} {window}, usually {expected}", **volume(spike, words))
    return f"{_cut(what, HEADLINE_LENGTH - len(tail) - 2)}: {tail}"


def message(
    spike: Spike,
    words: Translator,
    names: Names,
    link: str | None = None,
    after: Sequence[str] = (),
) -> Message:
    """An alert as plain text. `link`: the page of the desk that shows the spike; `after`: lines
    that follow what is said of it."""
    level = words.gettext("{level} level", level=level_name(spike.alarm, words)).capitalize()
    marks = [words.gettext("SIMULATION")] if spike.simulation else []
    title = " · ".join([*marks, level, headline(spike, words, names)])
    body = [sentence(spike, words, names), *after]
    if spike.simulation:
        body.insert(0, words.gettext("This is an exercise: the posts are invented."))
    if spike.top and spike.quality is None:
        body += ["", words.gettext("Main posts:")]
        body += [_line(n, post, words) for n, post in enumerate(distinct(spike.top)[:3], 1)]
    if link:
        body += ["", words.gettext("More: {link}", link=link)]
    return Message(title, "\n".join(body))


def subject(lane: Lane, words: Translator, names: Names) -> str:
    """What the lane is about: topic, then place; the whole country has a name of its own."""
    topic = names.topic(lane.topic) if lane.topic else None
    code = lane.district or lane.region
    place = names.place(code) if code else None
    where = place or words.gettext("all Kazakhstan")
    return f"{capital(topic)}, {where}" if topic else capital(where)


def about(spike: Spike, words: Translator, names: Names) -> str:
    """What an alert is about: its lane, of an emergence the topic and how many regions."""
    if spike.quality is not None:
        return sources.headline(spike, words)
    topic = names.topic(spike.lane.topic) if spike.lane.topic else None
    if spike.risen and (topic or travelled.told(spike)):
        where = words.ngettext("{n} region", "{n} regions", len(spike.risen))
        return f"{capital(topic)}, {where}" if topic else where
    return subject(spike.lane, words, names)


def level_name(alarm: str, words: Translator) -> str:
    return words.gettext(LEVELS[alarm])


def platform_name(platform: str, words: Translator) -> str:
    """As people write it; one that is not known keeps its own name."""
    return words.gettext(PLATFORMS.get(platform, capital(one_line(platform, 40))))


def one_line(text: str, limit: int = EXCERPT_LENGTH) -> str:
    """Text of a stranger as one line without controls, cut at a word."""
    return _cut(" ".join(_UNPRINTABLE.sub(" ", text).split()), limit)


def safe_link(url: str | None) -> str | None:
    """The address if a browser may be sent there: http or https with a host, else nothing."""
    if url is None or _UNPRINTABLE.search(url) or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def distinct(top: Sequence[TopPost]) -> list[TopPost]:
    """The posts without those that say nearly the same as one before them."""
    found: list[tuple[TopPost, frozenset[str]]] = []
    for post in top:
        said = frozenset(re.findall(r"\w+", post.text.lower()))
        if not any(_alike(said, before) for _, before in found):
            found.append((post, said))
    return [post for post, _ in found]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether most words of two texts are the same."""
    return one == other or len(one & other) >= ALIKE_SHARE * len(one | other)


def _growing(spike: Spike, words: Translator) -> str:
    text = words.gettext(
        "{posts} {window}, usually {expected} ({low}–{high})", **volume(spike, words)
    )
    if spike.expected >= 0.5 and spike.observed >= 1.5 * spike.expected:
        text = pair(text, times(spike.observed / spike.expected, words), words)
    grown = amounts.grown(spike)
    began = mark("Growing since {time}") if grown else mark("Like this since {time}")
    since = words.gettext(began, time=words.moment(spike.since, spike.at))
    return f"{_opening(spike, words)}{capital(text)}. {since}"


def _opening(spike: Spike, words: Translator) -> str:
    if spike.change == "updated":
        return words.gettext("It goes on.") + " "
    if spike.change == "level":
        level = level_name(spike.alarm, words)
        return words.gettext("The level is now {level}.", level=level) + " "
    return ""


def _closed(spike: Spike, words: Translator) -> str:
    over = words.gettext(
        "The spike is over: it began at {since} and was loud until {time}",
        since=words.moment(spike.since, spike.at),
        time=words.moment(amounts.until(spike), spike.at),
    )
    now = words.gettext(
        "Now {posts} {window}, usually {expected} ({low}–{high})", **volume(spike, words)
    )
    if spike.peak < 1.5:
        return f"{over}. {now}"
    peak = pair(words.gettext("at its peak"), times(spike.peak, words), words)
    return f"{over}; {peak}. {now}"


def _details(spike: Spike, words: Translator, names: Names) -> Iterable[str]:
    name = one_line(spike.leaders[0].name, 60) if spike.leaders else ""
    yield from because.beginning(spike, words, name)
    yield from _moods(spike.sentiments, words)
    if spike.lane.topic is None:
        yield from _named(words.gettext("About"), spike.topics, names.topic, words)
    if not spike.risen:
        yield from _named(words.gettext("Where"), spike.places, names.place, words)
    yield from _voices(spike, words)


def _moods(parts: Sequence[Share], words: Translator) -> Iterable[str]:
    """The negative share always; the largest one where that is another."""
    known = [row for row in shares(parts) if row[0] in _MOODS]
    for place, (key, now, usual) in enumerate(known):
        if key == "negative" or place == 0:
            text = pair(words.gettext(_MOODS[key]), words.percent(now), words)
            usually = words.gettext("usually {n}", n=words.percent(usual)) if usual else ""
            yield f"{text} ({usually})" if usually else text


_MOODS = {
    "negative": mark("Negative posts"),
    "neutral": mark("Neutral posts"),
    "positive": mark("Positive posts"),
}


def _named(
    label: str, parts: Sequence[Share], name: Callable[[str], str | None], words: Translator
) -> Iterable[str]:
    """The two largest parts that have a name and a twentieth of the whole."""
    found = [
        pair(called, words.percent(now), words)
        for key, now, _ in shares(parts)
        if now >= 0.05 and (called := name(key))
    ]
    if found:
        yield f"{label}: {', '.join(found[:2])}"


def _voices(spike: Spike, words: Translator) -> Iterable[str]:
    copies = max(0, spike.posts - round(spike.observed))
    voices = words.ngettext("{n} author writes", "{n} authors write", spike.voices)
    if copies:
        more = words.ngettext("another {n} post is a copy", "another {n} posts are copies", copies)
    elif all(post.copies < 2 for post in spike.top):
        more = words.gettext("no copies")
    else:  # two posts of one text are two voices still, but nobody calls them no copies
        more = ""
    yield ", ".join(filter(None, (voices, more)))


def _line(number: int, post: TopPost, words: Translator) -> str:
    about = [platform_name(post.platform, words), words.clock(post.published_at)]
    if post.copies > 1:
        about.append(words.ngettext("{n} copy", "{n} copies", post.copies))
    about += outlook.aside(post.outlook, words)
    link = safe_link(post.url)
    return f"{number}. «{one_line(post.text)}» ({', '.join(about)})" + (f"\n{link}" if link else "")


def _join(parts: Iterable[str]) -> str:
    return " ".join(f"{capital(part)}." for part in parts if part)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(text: str, limit: int) -> str:
    """At most `limit` characters, ended at a word where one ends nearby."""
    if len(text) <= limit:
        return text
    head = text[: max(limit - 1, 0)]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,.;:") + "…"
