"""WebSub: hubs that push feeds. Subscribing, the hub's questions, signatures, leases.

A subscription is asked for in `fetch`, granted when the hub asks back at our door, and renewed at
half of its lease. The state is in the cursor: a topic's `name_of` to the unix time of the next
request.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import httpx
import msgspec

from collectors.intake.knocks import NOT_TEXT, UNSIGNED, Knock, Reply, refused, text_of
from collectors.intake.signatures import derived, signed
from collectors.intake.state import Standing
from collectors.runner.answers import DAY, HOUR, MINUTE, check
from collectors.runner.journal import Entry
from rezonans.troubles import Busy

KINDS = ("sha1", "sha256", "sha512")
"""Of signatures: Google's hub still sends SHA-1."""
ASK_AGAIN = HOUR
"""Where a hub took the request and has not asked back."""
LEAST, MOST = HOUR, 30 * DAY
"""Leases that are believed."""
AT_ONCE = 50
"""Requests in one look."""
_CHALLENGE = re.compile(r"[\x21-\x7e]{1,512}")


class Granted(msgspec.Struct, frozen=True, tag="websub.granted", tag_field="push"):
    """The hub's word that it will push a topic; kept in the journal."""

    topic: str
    seconds: int


class Subscription(NamedTuple):
    """What a hub is asked for."""

    hub: str
    callback: str
    topics: Sequence[str]
    secret: str


_decoder = msgspec.json.Decoder(Granted)


def secret_of(credential: str) -> str:
    """The secret that the hub signs with, made of one that we have anyway."""
    return derived(credential, "websub")


def name_of(topic: str) -> str:
    """A topic in a cursor: addresses of feeds may hold keys, and cursors go to the log."""
    return sha256(topic.encode()).hexdigest()[:16]


def answer(knock: Knock, topics: Collection[str], secret: str) -> Reply:
    """What a hub is told: its challenge back for topics of ours, thanks for what it signed.

    `keep` is the body of a push, or a `Granted`.
    """
    if knock.method == "GET":
        return _challenged(knock, topics)
    if not signed(knock.header("x-hub-signature"), knock.body, secret, KINDS):
        return UNSIGNED
    text = text_of(knock.body)
    return NOT_TEXT if text is None else Reply(keep=(text,))


def _challenged(knock: Knock, topics: Collection[str]) -> Reply:
    mode, topic = knock.query.get("hub.mode", ""), knock.query.get("hub.topic", "")
    challenge = knock.query.get("hub.challenge", "")
    wanted = topic in topics
    if not _CHALLENGE.fullmatch(challenge) or (mode == "subscribe") != wanted:
        return refused(404, "unknown", "no such subscription is wanted here")
    if mode == "unsubscribe":
        return Reply(body=challenge)  # a topic that the settings do not name any more
    if mode != "subscribe":
        return refused(404, "unknown", "no such subscription is wanted here")
    lease = knock.query.get("hub.lease_seconds", "")
    seconds = int(lease[:9]) if lease.isdecimal() else int(DAY)
    kept = msgspec.json.encode(Granted(topic, int(min(max(seconds, LEAST), MOST)))).decode()
    return Reply(body=challenge, keep=(kept,))


def granted(entry: Entry) -> Granted | None:
    """The grant in a piece of the journal; `None`: it is something else."""
    if not entry.said.startswith('{"push":"websub.granted"'):
        return None
    try:
        return _decoder.decode(entry.said)
    except msgspec.DecodeError:
        return None


def leased(state: Standing, entries: Sequence[Entry]) -> Standing:
    """The state with the grants of some pieces: each is renewed when half of it is over."""
    leases = dict(state.leases)
    for entry in entries:
        grant = granted(entry)
        if grant is not None:
            leases[name_of(grant.topic)] = int(entry.at.timestamp() + grant.seconds / 2)
    return msgspec.structs.replace(state, leases=leases)


def due(state: Standing, topics: Sequence[str], now: datetime) -> list[str]:
    """Topics that must be asked for now."""
    moment = now.timestamp()
    return [topic for topic in topics if state.leases.get(name_of(topic), 0) <= moment][:AT_ONCE]


class Renewed(NamedTuple):
    state: Standing
    problem: str = ""
    """Why a hub does not take a request; it is asked again when its own time has come."""


async def renew(
    http: httpx.AsyncClient, state: Standing, wanted: Subscription, now: datetime
) -> Renewed:
    """Ask the hub for all that is due. A hub that is away holds up nothing that was pushed."""
    names = {name_of(topic) for topic in wanted.topics}
    leases = {name: at for name, at in state.leases.items() if name in names}
    problem = ""
    for topic in due(state, wanted.topics, now):
        problem, wait = await _asked(http, wanted, topic, now)
        leases[name_of(topic)] = int(now.timestamp() + wait)
        if problem:
            break
    return Renewed(msgspec.structs.replace(state, leases=leases), problem)


async def _asked(
    http: httpx.AsyncClient, wanted: Subscription, topic: str, now: datetime
) -> tuple[str, float]:
    """What is wrong, and in how many seconds it is asked again."""
    question = {
        "hub.mode": "subscribe",
        "hub.topic": topic,
        "hub.callback": wanted.callback,
        "hub.verify": "async",
        "hub.secret": wanted.secret,
    }
    try:
        response = await http.post(wanted.hub, data=question, extensions={"method": "websub"})
        check(response, now)
    except Busy as busy:
        return f"the hub does not subscribe us: {busy}", busy.retry_after
    except httpx.HTTPError as error:
        return f"the hub can not be reached: {type(error).__name__}", 5 * MINUTE
    return "", ASK_AGAIN
