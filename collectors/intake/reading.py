"""How a collector reads its journal: like a platform, over its own client, behind a cursor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

import httpx
import msgspec

from collectors import Answer, Rejected
from collectors.intake.state import news, recall
from collectors.runner.answers import check
from collectors.runner.bodies import json_of
from collectors.runner.journal import METHOD, URL, Entry, Page
from rezonans.records import Invalid, Post

Read: TypeAlias = Callable[[Any, Sequence[Entry]], Sequence[Post | Rejected]]
"""Settings and pieces to what they tell. Pure."""


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


async def told(taking: Taking, read: Read) -> AsyncIterator[Answer]:
    """The answers of a look: all there is behind the cursor."""
    state = recall(taking.cursor)
    async for body, entries in pushed(taking.http, state.after, taking.now):
        known = state
        state = state.behind(posts_of(read(taking.config, entries)), entries[-1].number)
        yield Answer(body=body, cursor=state.dump(), context={"known": known.dump()})


def parsed(config: Any, answer: Answer, read: Read) -> Iterable[Post | Rejected]:
    """What an answer tells beside what was known before it."""
    known = recall(answer.context["known"])
    pieces = read(config, entries_of(answer.body, known.after))
    yield from news(known.memory, posts_of(pieces))[0]
    yield from (piece for piece in pieces if isinstance(piece, Rejected))


def posts_of(pieces: Iterable[Post | Rejected]) -> list[Post]:
    return [piece for piece in pieces if isinstance(piece, Post)]
