"""YouTube's WebSub: new videos of channels in the minute they appear, beside the regular sweep.

Guarantee: a video that Google's hub pushes is told once with its figures, again when its title or
text changes, once when it is deleted; a push is acknowledged when it is on our disk. Subscriptions
are renewed at half of their lease. A hub loses pushes: `youtube` or `youtube_sweep` beside it finds
what it did not say. One unit of the day for fifty pushes; comments are not pushed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field

from collectors import Answer, Limit, Offers, Rejected, Target
from collectors.intake import websub
from collectors.intake.knocks import Knock, Reply
from collectors.intake.reading import EMPTY, PushedConfig, entries_of, posts_of, pushed
from collectors.intake.state import Standing, news
from collectors.runner.journal import Entry
from collectors.tube.asking import LIMITS, TOGETHER, Asker
from collectors.tube.pushes import pushed as feed_of
from collectors.tube.videos import Facts, named, videos_of
from rezonans.records import Post

VERSION = "1"
OFFERS = Offers(
    counters=True,
    edits=True,
    deletions=True,
    partly={"counters": "when the hub pushes", "edits": "of videos", "deletions": "of videos"},
    legal_note="Public by the Data API with a key of your own and by Google's hub. The developer "
    "policies want what is stored refreshed or deleted within 30 days.",
)
HUB = "https://pubsubhubbub.appspot.com/subscribe"
_TOPIC = "https://www.youtube.com/xml/feeds/videos.xml?channel_id={}"


class ChannelConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^UC[A-Za-z0-9_-]{22}$")
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


class Config(PushedConfig):
    """The token is an API key of a project of your own."""

    channels: tuple[ChannelConfig, ...] = Field(min_length=1)
    gap_seconds: float = Field(default=0.1, ge=0, le=3600)
    budgets: dict[str, Limit] = {}
    """Where Google granted more, or another part of the house uses the key too."""

    def limits(self) -> Mapping[str, Limit]:
        return {**LIMITS, **self.budgets}

    @property
    def topics(self) -> list[str]:
        return [_TOPIC.format(channel.id) for channel in self.channels]


def targets(config: Config) -> Sequence[Target]:
    return [Target(name="door", container=f"youtube:hub-{config.credential()[:8]}", pushed=True)]


def trial(target: str) -> dict[str, object]:
    return {"channels": [{"id": target}], "callback": "https://invalid/"}


def receive(config: Config, knock: Knock) -> Reply:
    return websub.answer(knock, config.topics, websub.secret_of(config.secret))


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    state = Standing.recall(cursor)
    asker = Asker(http, config.secret, now)
    async for body, entries in pushed(http, state.after, now):
        yield _answer("pushes", body, state, now)
        state = websub.leased(state, entries).behind(_gone(config, entries), entries[-1].number)
        for some in _groups(_videos(config, entries)):
            found = await asker.ask(
                "videos", part="snippet,statistics", id=",".join(some), maxResults=TOGETHER
            )
            if found is not None:
                yield _answer("videos", found, state, now)
                state = state.behind(posts_of(videos_of(found, _facts(config, now))), state.after)
        yield msgspec.structs.replace(_answer("end", EMPTY, state, now), cursor=state.dump())
    wanted = websub.Subscription(
        HUB, config.callback, config.topics, websub.secret_of(config.secret)
    )
    renewed = await websub.renew(http, state, wanted, now)
    if renewed.state != state:
        answer = _answer("end", EMPTY, renewed.state, now, renewed.problem)
        yield msgspec.structs.replace(answer, cursor=renewed.state.dump())


def _answer(stream: str, body: bytes, known: Standing, now: datetime, problem: str = "") -> Answer:
    context = {"stream": stream, "known": known.dump(), "problem": problem}
    return Answer(body=body, context={**context, "observed_at": now.isoformat()})


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    known, stream = Standing.recall(answer.context["known"]), answer.context["stream"]
    now = datetime.fromisoformat(answer.context["observed_at"])
    if answer.context["problem"]:
        reason = answer.context["problem"]
        digest = sha256(reason.encode()).hexdigest()
        yield Rejected(place="hub", reason=reason, digest=digest, lasting=True)
    pieces: Sequence[Post | Rejected] = []
    if stream == "pushes":
        pieces = _gone(config, entries_of(answer.body, known.after))
    elif stream == "videos":
        pieces = videos_of(answer.body, _facts(config, now))
    yield from news(known.memory, posts_of(pieces))[0]
    yield from (piece for piece in pieces if isinstance(piece, Rejected))


def _facts(config: Config, now: datetime) -> Facts:
    homes = {channel.id: channel.home or config.home for channel in config.channels}
    return Facts(now, config.legal_basis, homes)


def _videos(config: Config, entries: Sequence[Entry]) -> list[str]:
    """Videos of our channels that a hub said something of, each once."""
    ours = {channel.id for channel in config.channels}
    said = [pair for entry in entries for pair in feed_of(entry.said).videos]
    return list(dict.fromkeys(video for video, channel in said if channel in ours))


def _groups(videos: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(videos), TOGETHER):
        yield videos[start : start + TOGETHER]


def _gone(config: Config, entries: Sequence[Entry]) -> list[Post]:
    """Deletions. When a video had appeared is not said; whoever knows it knows that too."""
    ours = {channel.id for channel in config.channels}
    return [
        Post(
            item=named(video),
            kind="video",
            event="deleted",
            published_at=entry.at,
            observed_at=entry.at,
            legal_basis=config.legal_basis,
        )
        for entry in entries
        for video, channel in feed_of(entry.said).gone
        if channel in ours
    ]


if TYPE_CHECKING:
    from collectors import Collector, youtube_websub  # noqa: PLW0406 - checked here
    from collectors.intake.knocks import Receiver

    _: Collector = youtube_websub
    _door: Receiver = youtube_websub
