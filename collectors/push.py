"""HTTP intake: a system of the house posts its own records to us, with a token.

Guarantee: a record that was acknowledged reaches the log once, whatever dies; the same record
sent again says nothing new, with another text it is an edit. The sender is told of each record
that can not be read, by its number, its column and what is wrong with it; those are not kept.
Columns that are not named in the settings are never read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import msgspec
from pydantic import Field, SecretStr

from collectors import Answer, Offers, Rejected, Target
from collectors.intake.knocks import NOT_TEXT, UNSIGNED, DoorConfig, Knock, Reply, refused, text_of
from collectors.intake.reading import Taking, Told, parsed, told
from collectors.intake.signatures import bearer, same
from collectors.runner.journal import Entry
from collectors.tables.form import Form
from collectors.tables.mapping import MappingConfig
from collectors.tables.rows import Bad, post_of
from rezonans.records import Post

VERSION = "1"
OFFERS = Offers(
    edits=True,
    legal_note="The owner of the system sends its own records; agree in writing on purpose, fields "
    "and keeping time. Names, IIN, phones and addresses need not be sent at all.",
)
MOST_RECORDS = 10_000
MOST_SAID = 100
_FORM = Form(format="jsonl", encoding="utf-8")


class Config(DoorConfig, MappingConfig):
    token: SecretStr = Field(min_length=16)
    """What the sender shows; from the environment: `REZONANS_COLLECTORS__NAME__TOKEN`."""


def targets(config: Config) -> Sequence[Target]:
    return [Target(name="door", container=f"file:{config.system}/door", pushed=True)]


def trial(target: str) -> dict[str, object]:
    return {"token": "a trial by hand: nobody can knock", "system": "trial"}


# -- the door --------------------------------------------------------------------------


class _Wrong(NamedTuple):
    """A record that is refused: its place among those that were sent, from 1."""

    record: int
    column: str
    reason: str


def receive(config: Config, knock: Knock) -> Reply:
    if not same(bearer(knock.header("authorization")), config.token.get_secret_value()):
        return UNSIGNED
    if knock.method != "POST":
        return refused(405, "method", "send records with POST")
    text = text_of(knock.body)
    if text is None:
        return NOT_TEXT
    sent = _records(text)
    if isinstance(sent, Reply):
        return sent
    kept: list[str] = []
    wrong: list[_Wrong] = []
    for number, record in enumerate(sent, 1):
        problem = _problem(config, record, number, knock.at)
        if problem is None:
            kept.append(record.decode())
        else:
            wrong.append(problem)
    return _reply(kept, wrong)


def _records(text: str) -> list[bytes] | Reply:
    """The records of a body: a JSON array, or JSON lines."""
    said = text.strip()
    if not said:
        return refused(400, "malformed", "the body is empty; send a JSON array or JSON lines")
    if said.startswith("["):
        try:
            found: list[bytes] = list(map(bytes, msgspec.json.decode(said, type=list[msgspec.Raw])))
        except (msgspec.DecodeError, RecursionError) as error:
            return refused(400, "malformed", f"the body is no JSON array: {error}")
    else:
        found = [line.encode("utf-8") for line in said.splitlines() if line.strip()]
    if len(found) > MOST_RECORDS:
        return refused(413, "large", f"{len(found):,} records; send at most {MOST_RECORDS:,}")
    return found


def _problem(config: Config, record: bytes, number: int, now: datetime) -> _Wrong | None:
    try:
        post_of(record, _FORM, config.reading, now, 0)
    except Bad as bad:
        return _Wrong(number, bad.column, str(bad))
    return None


def _reply(kept: Sequence[str], wrong: Sequence[_Wrong]) -> Reply:
    answer: dict[str, Any] = {
        "taken": len(kept),
        "refused": len(wrong),
        "problems": [one._asdict() for one in wrong[:MOST_SAID]],
    }
    bad = bool(wrong) and not kept
    return Reply(
        status=400 if bad else 200,
        body=msgspec.json.encode(answer).decode() + "\n",
        keep=tuple(kept),
        json=True,
        why="malformed" if bad else "",
    )


# -- the journal -----------------------------------------------------------------------


async def fetch(
    config: Config, target: Target, http: httpx.AsyncClient, cursor: str | None, now: datetime
) -> AsyncIterator[Answer]:
    async for answer in told(Taking(config, http, cursor, now), TOLD):
        yield answer


def parse(config: Config, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
    yield from parsed(config, answer, TOLD)


def _read(config: Config, entry: Entry) -> Iterator[Post | Rejected]:
    """The door has read it once; other settings since then may refuse what it took."""
    raw = entry.said.encode("utf-8", "replace")
    try:
        yield post_of(raw, _FORM, config.reading, entry.at, 0)
    except Bad as bad:
        reason = f"{bad.column}: {bad}" if bad.column else str(bad)
        place, digest = f"push {entry.number}", sha256(raw).hexdigest()
        yield Rejected(place=place, reason=reason, digest=digest)


TOLD = Told(_read)


if TYPE_CHECKING:
    from collectors import Collector, push  # noqa: PLW0406 - checked against the protocol here
    from collectors.intake.knocks import Receiver

    _: Collector = push
    _door: Receiver = push
