"""From records and rows to what a template prints: words, numbers, safe links. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from rezonans.i18n import Translator, mark
from rezonans.reasons import Share, TopPost
from rezonans.records import Spike
from sinks import amounts, because, outlook
from sinks import sentence as say
from sinks.alerts.chart import rise
from sinks.desk.board import Snapshot
from sinks.desk.labels import SENTIMENTS, Chip, chips
from sinks.desk.plot import Plot
from sinks.desk.query import LabelRow, MentionRow
from sinks.sentence import Names

STREAM_LENGTH = 320
TOP_SHOWN = 5
LEAST_SHARE = 0.005
KINDS = {
    "campaign": mark("campaign"),
    "emergence": mark("several regions"),
    "data-quality": mark("sources"),
}


@dataclass(frozen=True)
class Bar:
    """A share: its name, 0 to 100 for the picture, in words, and what it usually is."""

    name: str
    tone: str
    width: float
    share: str
    usual: str
    usual_at: float | None


@dataclass(frozen=True)
class PostView:
    key: str
    item: str
    at: datetime
    time: str
    full_time: str
    source: str
    author: str
    text: str
    language: str
    link: str | None
    chips: Sequence[Chip]
    urgent: bool
    simulated: bool
    copies: str
    outlook: str = ""
    """Whether it goes viral, with the record of such estimates."""


@dataclass(frozen=True)
class SpikeView:
    key: str
    level: str
    level_name: str
    headline: str
    lines: Sequence[str]
    record: str
    """How the forecasts of this lane did before, where one is told."""
    since: str
    since_at: datetime
    simulated: bool
    leader: bool
    kind: str
    """What kind of alert it is, where it is no plain spike."""
    plot: str | None
    """JSON for the chart."""
    plot_label: str
    groups: Sequence[tuple[str, Sequence[Bar]]]
    posts: Sequence[PostView]


@dataclass(frozen=True)
class ClosedView:
    key: str
    headline: str
    remark: str


class Speaker:
    """Words and names of one language, together: what every view is made with."""

    def __init__(self, words: Translator, names: Names) -> None:
        self.words = words
        self.names = names

    def spike(self, spike: Spike, snapshot: Snapshot) -> SpikeView:
        words = self.words
        drawn = snapshot.plots.get(spike.spike)
        top = say.distinct(spike.top)[:TOP_SHOWN]
        level = words.gettext("{level} level", level=say.level_name(spike.alarm, words))
        return SpikeView(
            key=key(spike.spike),
            level=spike.alarm,
            level_name=say.capital(level),
            headline=typeset(say.headline(spike, words, self.names)),
            lines=typeset(say.sentence(spike, words, self.names)).split("\n"),
            record=self._record(spike),
            since=words.gettext("since {time}", time=words.moment(spike.since, snapshot.at)),
            since_at=spike.since,
            simulated=spike.simulation,
            leader=spike.trigger == "leader",
            kind=words.gettext(KINDS[spike.kind]) if spike.kind in KINDS else "",
            plot=_plot_data(drawn, spike) if drawn else None,
            plot_label=say.sentence(spike, words, self.names).split("\n")[0],
            groups=self._groups(spike),
            posts=[self._top(post, snapshot.labels, snapshot.at) for post in top],
        )

    def _record(self, spike: Spike) -> str:
        told = spike.forecast if spike.forecast and spike.forecast.hours else None
        return "".join(because.record(told, self.words))

    def closed(self, spike: Spike, now: datetime) -> ClosedView:
        headline = say.about(spike, self.words, self.names)
        remark = self.words.gettext(
            "from {since} to {time}",
            since=self.words.moment(spike.since, now),
            time=self.words.moment(amounts.until(spike), now),
        )
        if spike.peak >= 1.5:
            at_peak = self.words.gettext("at its peak")
            remark += f"; {at_peak} {amounts.times(spike.peak, self.words)}"
        return ClosedView(key(spike.spike), headline, remark)

    def mention(self, row: MentionRow, now: datetime) -> PostView:
        published = datetime.fromtimestamp(row.published_ms / 1000, UTC)
        title = f"{row.title}. " if row.title and row.title not in row.text else ""
        return PostView(
            key=key(row.item),
            item=row.item,
            at=published,
            time=self.words.moment(published, now),
            full_time=self.words.full(published),
            source=self._source(row),
            author=say.one_line(row.author_name or "", 60),
            text=say.one_line(title + row.text, STREAM_LENGTH),
            language=row.language if row.language in ("ru", "kk") else "",
            link=say.safe_link(row.url),
            chips=chips(row, self.words, self.names),
            urgent=(row.urgent or 0) >= 0.5,
            simulated=row.simulated,
            copies="",
        )

    def _source(self, row: MentionRow) -> str:
        """How it reached us where that is known, else the platform."""
        channel = say.one_line(row.channel or "", 40)
        return say.platform_name(channel or row.platform, self.words)

    def _top(self, post: TopPost, labels: Mapping[str, LabelRow], now: datetime) -> PostView:
        told = labels.get(post.item) or LabelRow(
            item=post.item, sentiment=post.sentiment, appeal=post.appeal
        )
        copies = self.words.ngettext("{n} copy", "{n} copies", post.copies)
        return PostView(
            key=key(post.item),
            item=post.item,
            at=post.published_at,
            time=self.words.moment(post.published_at, now),
            full_time=self.words.full(post.published_at),
            source=say.platform_name(post.platform, self.words),
            author="",
            text=say.one_line(post.text, 200),
            language=told.language if told.language in ("ru", "kk") else "",
            link=say.safe_link(post.url),
            chips=chips(told, self.words, self.names),
            urgent=False,
            simulated=False,
            copies=copies if post.copies > 1 else "",
            outlook="".join(outlook.lines([post.outlook], self.words) if post.outlook else ()),
        )

    def _groups(self, spike: Spike) -> list[tuple[str, Sequence[Bar]]]:
        words, names = self.words, self.names
        moods = {k: words.gettext(text) for k, text in SENTIMENTS.items()}
        platforms = {s.key: say.platform_name(s.key, words) for s in spike.platforms if s.key}
        groups: list[tuple[str, Sequence[Bar]]] = [
            (words.gettext("Places"), self._bars(spike.places, names.place)),
            (words.gettext("Sentiment"), self._bars(spike.sentiments, moods.get, tones=True)),
            (words.gettext("Topics"), self._bars(spike.topics, names.topic)),
            (words.gettext("Platforms"), self._bars(spike.platforms, platforms.get)),
        ]
        if spike.lane.topic is not None:
            del groups[2]
        return [(name, bars) for name, bars in groups if bars][:3]

    def _bars(
        self, parts: Sequence[Share], name: Callable[[str], str | None], tones: bool = False
    ) -> list[Bar]:
        """The four largest parts with a name; the others, and those without one, as one bar."""
        bars: list[Bar] = []
        rest = 0.0
        for code, now, usual in amounts.shares(parts):
            if now < LEAST_SHARE:
                continue
            called = name(code) if code not in ("", "unknown", "other") else None
            if called is None or len(bars) == 4:
                rest += now
                continue
            bars.append(self._bar(say.capital(called), code if tones else "plain", now, usual))
        if bars and rest:
            bars.append(self._bar(self.words.gettext("Other or unknown"), "rest", rest, None))
        return bars

    def _bar(self, name: str, tone: str, now: float, usual: float | None) -> Bar:
        percent = self.words.percent
        told = "" if usual is None else self.words.gettext("usually {n}", n=percent(usual))
        at = None if usual is None else round(100 * usual, 1)
        return Bar(name, tone, round(100 * now, 1), percent(now), told, at)


def typeset(text: str) -> str:
    """Numbers stay on the line of their nouns, and dashes on that of the word before them."""
    return re.sub(r"(?<=\d) (?=\w)|(?<=\b\w) (?=\w)| (?=[—–])", "\u00a0", text)


def key(identity: str) -> str:
    """An identity as a part of an address: itself where it is plain, else a digest of it."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", identity):
        return identity
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _plot_data(drawn: Plot, spike: Spike) -> str:
    columns = [drawn.times, drawn.observed]
    data: list[Sequence[float]] = [*columns]
    if drawn.usual:
        data += [drawn.usual, drawn.low, drawn.high]
    since = int(rise(spike.since.timestamp()))
    return msgspec.json.encode({"data": data, "since": since}).decode()
