"""Meta's webhooks: posts, comments and mentions of your own pages and business accounts.

Guarantee: every change that Meta sends is told once, and acknowledged when it is on our disk; what
comes late, twice or in another order changes nothing that is newer. A mention comes without its
text: that is asked for, where the settings have a token. Figures are not pushed, nor are deletions
on Instagram: `facebook` or `instagram` beside it finds them, and both count as one.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from collectors import Answer, HttpConfig, Offers, Rejected, Target
from collectors.intake.knocks import NOT_TEXT, UNSIGNED, Knock, Reply, refused, text_of
from collectors.intake.reading import EMPTY, entries_of, posts_of, pushed
from collectors.intake.signatures import same, signed
from collectors.intake.state import Standing, news
from collectors.meta.changes import Frame, Mention, envelope, mentions_in, pieces_in
from collectors.meta.mentions import ask, mentioned
from rezonans.records import Post

VERSION = "1"
OFFERS = Offers(
    comments=True,
    edits=True,
    deletions=True,
    partly={"edits": "on Facebook", "deletions": "on Facebook"},
    legal_note="Pages and business accounts of your own, by an application of your own. Meta's "
    "terms forbid tools of surveillance: no others are read this way.",
)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,200}")


class AccountConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^\d{1,25}$")
    """Of the page, or of the Instagram business account."""
    name: str = ""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")


class Config(HttpConfig):
    """Secrets come from the environment: `REZONANS_COLLECTORS__NAME__SECRET` and so on."""

    platform: Literal["facebook", "instagram"]
    secret: SecretStr = Field(min_length=16)
    """The application's own (App Secret): Meta signs with it."""
    verify: SecretStr = Field(min_length=8)
    """A word of yours, written into Meta's form beside the address (Verify Token)."""
    token: SecretStr | None = Field(default=None, min_length=1)
    """Of a system user; without one mentions are left out."""
    accounts: tuple[AccountConfig, ...] = Field(min_length=1)
    every_seconds: float = Field(default=1.0, ge=0.1, le=86_400)
    gap_seconds: float = Field(default=0.5, ge=0, le=3600)

    @property
    def frame(self) -> Frame:
        return Frame(
            self.platform,
            self.legal_basis,
            {one.id: one.name for one in self.accounts},
            {one.id: one.home or self.home for one in self.accounts},
        )


def targets(config: Config) -> Sequence[Target]:
    container = f"{config.platform}:hooks-{config.accounts[0].id}"
    return [Target(name="door", container=container, pushed=True)]


def trial(target: str) -> dict[str, object]:
    word = "a trial by hand"
    accounts = [{"id": target}]
    return {"platform": "facebook", "secret": f"{word}, no more", "verify": word} | {
        "accounts": accounts
    }


# -- the door --------------------------------------------------------------------------


def receive(config: Config, knock: Knock) -> Reply:
    if knock.method == "GET":
        return _verified(config, knock)
    signature = knock.header("x-hub-signature-256")
    if not signed(signature, knock.body, config.secret.get_secret_value()):
        return UNSIGNED
    text = text_of(knock.body)
    if text is None:
        return NOT_TEXT
    if envelope(text, config.platform) is None:
        return refused(400, "malformed", f"not a notification of {config.platform}")
    return Reply(keep=(text,))


def _verified(config: Config, knock: Knock) -> Reply:
    """Meta's question, when the address is set up, whether we are who we should be."""
    word, challenge = knock.query.get("hub.verify_token", ""), knock.query.get("hub.challenge", "")
    if knock.query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        return refused(400, "malformed", "hub.mode and hub.challenge are needed")
    return Reply(body=challenge) if same(word, config.verify.get_secret_value()) else UNSIGNED


# -- the journal -----------------------------------------------------------------------


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    state, frame = Standing.recall(cursor), config.frame
    token = config.token.get_secret_value() if config.token else ""
    async for body, entries in pushed(http, state.after, now):
        yield _answer(body, state, now)
        found = [piece for entry in entries for piece in pieces_in(entry, frame)]
        state = state.behind(posts_of(found), entries[-1].number)
        for one in [m for entry in entries for m in mentions_in(entry, frame) if token]:
            said = await ask(http, one, token, now)
            if said is not None:
                yield _answer(said, state, now, one)
                state = state.behind(posts_of(mentioned(said, one, frame, now)), state.after)
        yield msgspec.structs.replace(_answer(EMPTY, state, now), cursor=state.dump())


def _answer(body: bytes, known: Standing, now: datetime, about: Mention | None = None) -> Answer:
    mention = msgspec.json.encode(about).decode() if about else ""
    context = {"known": known.dump(), "observed_at": now.isoformat(), "mention": mention}
    return Answer(body=body, context=context)


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    context, frame = answer.context, config.frame
    known, now = Standing.recall(context["known"]), datetime.fromisoformat(context["observed_at"])
    if context["mention"]:
        about = msgspec.json.decode(context["mention"], type=Mention)
        pieces = mentioned(answer.body, about, frame, now)
    else:
        entries = entries_of(answer.body, known.after)
        pieces = [piece for entry in entries for piece in pieces_in(entry, frame)]
    yield from news(known.memory, posts_of(pieces))[0]
    yield from (piece for piece in pieces if isinstance(piece, Rejected))


if TYPE_CHECKING:
    from collectors import Collector, meta_webhook  # noqa: PLW0406 - checked here
    from collectors.intake.knocks import Receiver

    _: Collector = meta_webhook
    _door: Receiver = meta_webhook
