"""A made-up alert through one channel, to see that it arrives and how it looks."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from rezonans.desks import Channel
from rezonans.i18n import Language, translator
from rezonans.reasons import Lane
from rezonans.records import Spike
from rezonans.troubles import Invalid
from sinks.alerts.channels import connect, pictured
from sinks.alerts.chart import Caption, Columns, png, svg
from sinks.alerts.decisions import Letter
from sinks.alerts.words import Words
from sinks.names import names
from sinks.sentence import Names, headline


async def trial(
    name: str,
    channel: Channel,
    desk: str,
    topic: str | None,
    called: Callable[[Language], Names] = names,
) -> bool:
    """Whether the service took it. `Invalid`: why it never will, without any secret."""
    now = datetime.now(UTC)
    letter = Letter(
        alert=secrets.token_hex(12), desk=name, told="opened", event="trial",
        spikes=(_spike(now, topic),),
    )  # fmt: skip
    notifier = connect(channel)
    words = Words(desk, {}, partial(_draw, called) if pictured(channel) else _nothing, called)
    notice = await words(letter, name, channel)
    try:
        return await notifier.send(notice)
    except Invalid:
        raise
    except Exception as error:  # the runner of a channel: texts of such errors hold addresses
        raise Invalid(f"the service could not be reached ({type(error).__name__})") from None


async def _nothing(letter: Letter, language: Language) -> None:
    return None


async def _draw(called: Callable[[Language], Names], letter: Letter, language: Language) -> bytes:
    """A course made up as the alert is."""
    spike, words = letter.spikes[0], translator(language)
    end = int(spike.at.timestamp()) // 300 * 300
    times = tuple(range(end - 6 * 3600, end, 300))
    usual = tuple(0.8 for _ in times)
    rise = tuple(n % 2 + (6 if n > len(times) - 10 else 0) for n in range(len(times)))
    columns = Columns(times, rise, usual, tuple(0.0 for _ in times), tuple(2.0 for _ in times))
    caption = Caption(headline(spike, words, called(language)), spike.alarm, times[-9])
    return png(svg(columns, caption, words))


def _spike(now: datetime, topic: str | None) -> Spike:
    return Spike(
        spike="trial", revision=0, change="opened", alarm="yellow", lane=Lane(topic), at=now,
        since=now - timedelta(minutes=40), score=4.0, threshold=3.5, observed=48.0, expected=9.0,
        low=4.0, high=15.0, window_seconds=3600, posts=51, voices=37, simulation=True,
    )  # fmt: skip
