"""VK's Streaming API: public posts and comments with certain words, in the second they appear.

For those with a contract: the free stream holds one per cent of what there is. Guarantee: an event
that arrived is told once; edits and deletions are. What was said while nobody was connected is not
sent again: the first post after such a time carries the flag `gap_suspected`. Walls of private
persons are not read, nor are figures given.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, field_validator

from collectors import Answer, Limit, Offers, Rejected, Target, TokenConfig
from collectors.intake.reading import Taking, Told, parsed, told
from collectors.runner.budget import ALL
from collectors.runner.journal import Entry
from collectors.runner.listening import Wire, trouble_of
from collectors.vkontakte.asking import Asker
from collectors.vkontakte.streaming import (
    message_of,
    post_of,
    readable,
    server_of,
    settle_rules,
)
from rezonans.records import Post

VERSION = "1"
OFFERS = Offers(
    comments=True,
    edits=True,
    deletions=True,
    legal_note="Public posts by the Streaming API with a service token; without a contract with VK "
    "it holds one per cent of them. Walls of private persons are not read.",
)
AFTER_GAP = "gap\n"
"""Before the first event that was read after nobody was connected."""
EVENT = 100
SERVICE = 300


class RuleConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tag: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    words: str = Field(min_length=2)
    """As VK takes them: words, quotes for one form, a minus for what must not be there."""

    @field_validator("words")
    @classmethod
    def _short(cls, words: str) -> str:
        if len(words.encode()) > 4096 or len(words.split()) > 100:
            raise ValueError("a rule has at most 100 words and 4,096 bytes; make two of it")
        return words


class Config(TokenConfig):
    """The token is a service token."""

    host: str = Field(default="api.vk.com", pattern=r"^api\.vk\.(com|ru)$")
    rules: tuple[RuleConfig, ...] = Field(min_length=1, max_length=300)
    every_seconds: float = Field(default=1.0, ge=0.1, le=86_400)
    """How often the journal is looked into."""
    gap_seconds: float = Field(default=0.4, ge=0, le=3600)
    budgets: dict[str, Limit] = {}

    def limits(self) -> Mapping[str, Limit]:
        return {ALL: Limit(per_second=3), **self.budgets}


def targets(config: Config) -> Sequence[Target]:
    return [Target(name="stream", container=f"vk:stream-{config.credential()[:8]}", pushed=True)]


def trial(target: str) -> dict[str, object]:
    return {"rules": [{"tag": "trial", "words": target}]}


async def listen(config: Config, wire: Wire) -> None:
    """One connection: a key, the rules, and then whatever comes."""
    now = wire.now()
    asker = Asker(wire.http, config.host, config.secret, now)
    server = server_of(await asker.ask("streaming.getServerUrl"))
    wanted = {rule.tag: rule.words for rule in config.rules}
    await settle_rules(wire.http, server, wanted, now)
    async with wire.connect(f"wss://{server.endpoint}/stream?key={server.key}") as texts:
        first = True
        async for text in texts:
            message = message_of(text)
            if message is None or message.code not in (EVENT, SERVICE):
                continue
            if message.code == SERVICE:
                return  # VK asks us to connect again
            gap = first and readable(message)
            first = first and not gap
            await wire.keep([AFTER_GAP + text if gap else text])


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    async for answer in told(Taking(config, http, cursor, now), TOLD):
        yield answer


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from parsed(config, answer, TOLD)


def _read(config: Config, entry: Entry) -> Iterator[Post | Rejected]:
    digest = sha256(entry.said.encode("utf-8", "replace")).hexdigest()
    trouble = trouble_of(entry.said)
    if trouble is not None:
        yield Rejected(place="stream", reason=trouble.says, digest=digest, lasting=True)
        return
    message = message_of(entry.said.removeprefix(AFTER_GAP))
    if message is None:
        return
    try:
        post = post_of(message, entry, config.legal_basis, config.home)
    except (ValueError, OverflowError, OSError) as error:
        yield Rejected(place=f"push {entry.number}", reason=str(error), digest=digest)
        return
    if post is not None and entry.said.startswith(AFTER_GAP):
        post = msgspec.structs.replace(post, flags=("gap_suspected",))
    if post is not None:
        yield post


TOLD = Told(_read)


if TYPE_CHECKING:
    from collectors import Collector, vk_streaming  # noqa: PLW0406 - checked here
    from collectors.runner.listening import Listener

    _: Collector = vk_streaming
    _stream: Listener = vk_streaming
