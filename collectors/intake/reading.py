"""How a collector reads its journal: like a platform, over its own client, behind a cursor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import httpx
import msgspec
from pydantic import Field

from collectors import Answer, Rejected, TokenConfig
from collectors.intake.state import SEEN, Standing, news
from collectors.runner.answers import check
from collectors.runner.bodies import json_of
from collectors.runner.journal import METHOD, URL, Entry, Page
from rezonans.records import Post
from rezonans.troubles import Invalid

EMPTY = b'{"entries": []}'
"""An answer that only carries a cursor."""


class PushedConfig(TokenConfig):
    """Settings of sources that a platform pushes to us once it was asked to."""

    callback: str = Field(pattern=r"^https://[^\s?#]+$")
    """The door of this instance as the platform reaches it, `https://HOST/intake/NAME`."""
    every_seconds: float = Field(default=1.0, ge=0.1, le=86_400)
    """How often the journal is looked into."""


class Told(NamedTuple):
    """What a source makes of the pieces of its journal. Pure."""

    read: Callable[[Any, Entry], Iterable[Post | Rejected]]
    """Of the settings and a piece."""
    name: Callable[[Entry], str] = lambda entry: ""
    """Of the event in a piece, where the platform gives it one: what has one comes once."""


def entries_of(body: bytes, after: int) -> list[Entry]:
    """The pieces of an answer behind a number; `Invalid` for what is no answer of a journal."""
    try:
        page = msgspec.convert(json_of(body), Page)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Invalid(f"not a page of a journal: {error}") from None
    return [entry for entry in page.entries if entry.number > after and entry.at.tzinfo]


async def pushed(
    http: httpx.AsyncClient, after: int, now: datetime
) -> AsyncIterator[tuple[bytes, list[Entry]]]:
    """Answers of the journal with their new pieces, until there is nothing behind them."""
    while True:
        response = await http.get(URL, params={"after": after}, extensions={"method": METHOD})
        check(response, now)
        entries = entries_of(response.content, after)
        if not entries:
            return
        yield response.content, entries
        after = entries[-1].number


class Taking(NamedTuple):
    """One look at a journal."""

    config: Any
    http: httpx.AsyncClient
    cursor: str | None
    now: datetime


async def told(taking: Taking, by: Told) -> AsyncIterator[Answer]:
    """The answers of a look: all there is behind the cursor."""
    state = Standing.recall(taking.cursor)
    async for body, entries in pushed(taking.http, state.after, taking.now):
        known = state
        pieces, state = _read(taking.config, entries, state, by)
        state = state.behind(posts_of(pieces), entries[-1].number)
        yield Answer(body=body, cursor=state.dump(), context={"known": known.dump()})


def parsed(config: Any, answer: Answer, by: Told) -> Iterable[Post | Rejected]:
    """What an answer tells beside what was known before it."""
    known = Standing.recall(answer.context["known"])
    pieces, _ = _read(config, entries_of(answer.body, known.after), known, by)
    yield from news(known.memory, posts_of(pieces))[0]
    yield from (piece for piece in pieces if isinstance(piece, Rejected))


def _read(
    config: Any, entries: Sequence[Entry], state: Standing, by: Told
) -> tuple[list[Post | Rejected], Standing]:
    """The pieces of entries whose events were not met before, and the state that knows them."""
    names, found = list(state.seen), list[Post | Rejected]()
    known = set(names)
    for entry in entries:
        name = by.name(entry)
        if name and name in known:
            continue
        if name:
            known.add(name)
            names.append(name)
        found += by.read(config, entry)
    return found, msgspec.structs.replace(state, seen=names[-SEEN:])


def posts_of(pieces: Iterable[Post | Rejected]) -> list[Post]:
    return [piece for piece in pieces if isinstance(piece, Post)]
