"""A declared source as a collector.

Guarantee: the same as of a module. Newest-first lists are read until they meet what is known,
oldest-first ones from where the last answer ended; a list that is longer than `pages` answers
says so by the flag `gap_suspected`. A cursor is given only when all before it was yielded.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx
import msgspec
from pydantic import BaseModel

from collectors import Answer, Offers, Rejected, Target
from collectors.declared import questions
from collectors.declared.config import config_of, names_of
from collectors.declared.reading import Facts, Reader
from collectors.declared.rules import judge
from collectors.declared.spec import Spec, Stream
from collectors.declared.state import Cursor, Standing, dumped, loaded
from collectors.declared.values import Template
from collectors.lists.memory import ROOM, Memory, facts, gone, reaches, remember, trimmed
from collectors.runner.answers import check, place
from rezonans.records import Post
from rezonans.troubles import Invalid

MOST_ANSWERS = 1_000
"""Of one stream in one look, where each begins behind the last."""
LISTED = 200


class Look(NamedTuple):
    """One poll of one target."""

    config: Any
    names: Mapping[str, str]
    facts: Facts
    http: httpx.AsyncClient

    @property
    def around(self) -> Mapping[str, Any]:
        return {"target": self.names}


class Step(NamedTuple):
    """An answer of a walk, and where we stand after it; `None`: the walk is not at its end."""

    answer: Answer | None
    standing: Standing | None


class Source:
    """The collector of a kind that is declared. Has the names of `collectors.Collector`."""

    def __init__(self, kind: str, spec: Spec) -> None:
        self.kind = kind
        self._spec = spec
        self._readers = [Reader(stream, ZoneInfo(spec.time_zone)) for stream in spec.streams]
        self._name = Template(spec.name)
        self.Config: type[Any] = config_of(spec)

    @property
    def VERSION(self) -> str:
        return self._spec.version

    @property
    def OFFERS(self) -> Offers:
        return Offers(**self._spec.offers.model_dump())

    def targets(self, config: Any) -> Sequence[Target]:
        return [self._target(one) for one in config.targets]

    def _target(self, one: BaseModel) -> Target:
        name = str(self._name.of(names_of(self._spec, one)))
        return Target(name=name, container=f"{self._spec.platform}:{name}")

    def trial(self, target: str) -> dict[str, Any]:
        """The name of a target read backwards."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(self._spec.name))
        found = re.fullmatch(pattern, target)
        return {"targets": [found.groupdict() if found else {}]}

    # -- asking --------------------------------------------------------------------------

    async def fetch(
        self,
        config: Any,
        target: Target,
        http: httpx.AsyncClient,
        cursor: str | None,
        now: datetime,
    ) -> AsyncIterator[Answer]:
        names = self._names(config, target)
        look = Look(config, names, self._facts(config, names, now), http)
        state, given = Cursor.recall(cursor), cursor
        for reader in self._readers:
            walk = self._lists if reader.stream.lists else self._walk
            async for answer, standing in walk(look, reader, state):
                if standing is not None:
                    state = state.after(reader.stream.name, standing)
                if answer is None:
                    continue
                after = state.dump() if standing is not None else given
                yield msgspec.structs.replace(answer, cursor=after if after != given else None)
                given = after

    async def _lists(self, look: Look, reader: Reader, state: Cursor) -> AsyncIterator[Step]:
        """The newest identities, for another stream to ask about."""
        question = questions.first(reader.stream, look.names, look.config)
        got = await self._ask(look, reader, question)
        if got is not None:
            before = state.of(reader.stream.name).listed
            listed = dict.fromkeys([*reader.listed(got[0]), *before])
            yield Step(None, Standing(listed=list(listed)[:LISTED]))

    async def _walk(self, look: Look, reader: Reader, state: Cursor) -> AsyncIterator[Step]:
        """Answer by answer until there is nothing new."""
        stream = reader.stream
        asked = state.of(stream.ids).listed[: stream.most]
        if stream.ids and not asked:
            return
        start = state.of(stream.name)
        known, after, widest = start.memory, start.after, 0
        question = questions.first(stream, look.names, look.config, asked, after)
        for number in range(_most(stream)):
            got = await self._ask(look, reader, question)
            if got is None:
                return
            value, response = got
            context = {
                "observed_at": look.facts.observed_at.isoformat(),
                "stream": stream.name,
                "place": place(response.url),
                "known": dumped(known),
                "asked": " ".join(asked),
            }
            posts = _posts(reader.pieces(value, look.facts, look.around, ""))
            posts += _gone(asked, posts, known, look.facts)
            known, widest = remember(known, posts, look.facts.observed_at), max(widest, len(posts))
            after = reader.after(value) or after
            answered = questions.Answered(value, response, number, after)
            following = questions.following(stream, question, answered)
            if not stream.after and reaches(start.memory, posts):
                following = None
            open_end = following is not None and not stream.after
            last = number + 1 == _most(stream)
            if open_end and last and start.memory.traces:
                context["gap"] = "yes"
            standing = Standing(trimmed(known, max(ROOM, 2 * widest)), after)
            answer = Answer(body=response.content, context=context)
            yield Step(answer, None if open_end and not last else standing)
            if following is None:
                return
            question = following

    async def _ask(
        self, look: Look, reader: Reader, question: questions.Question
    ) -> tuple[Any, httpx.Response] | None:
        """The value of an answer; `None` where there is nothing to read."""
        response = await look.http.get(
            question.url,
            params=question.query or None,
            headers=question.headers,
            extensions={"method": questions.method(reader.stream)},
        )
        now = look.facts.observed_at
        if judge(self._spec, reader.stream, response, now) == "nothing":
            return None
        check(response, now)
        try:
            return reader.answer(response.content), response
        except Invalid as error:
            raise Invalid(f"{place(response.url)}: {error}") from None

    # -- reading -------------------------------------------------------------------------

    def parse(self, config: Any, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
        context, names = answer.context, self._names(config, target)
        reader = next(r for r in self._readers if r.stream.name == context["stream"])
        shared = self._facts(config, names, datetime.fromisoformat(context["observed_at"]))
        known = loaded(context["known"])
        try:
            value = reader.answer(answer.body)
            pieces = list(reader.pieces(value, shared, {"target": names}, context["place"]))
        except Invalid as error:
            raise Invalid(f"{context['place']}: {error}") from None
        posts = _posts(pieces)
        posts += _gone(context["asked"].split(), posts, known, shared)
        found = facts(known, posts, shared.observed_at)
        yield from _marked(found) if "gap" in context else found
        yield from (piece for piece in pieces if isinstance(piece, Rejected))

    def _names(self, config: Any, target: Target) -> Mapping[str, str]:
        one = next(one for one in config.targets if self._target(one) == target)
        return names_of(self._spec, one)

    def _facts(self, config: Any, names: Mapping[str, str], now: datetime) -> Facts:
        home = names.get("home") or config.home
        return Facts(now, config.legal_basis, self._spec.platform, home)


def _posts(pieces: Iterable[Post | Rejected]) -> list[Post]:
    return [piece for piece in pieces if isinstance(piece, Post)]


def _gone(asked: Sequence[str], posts: Sequence[Post], known: Memory, shared: Facts) -> list[Post]:
    """What was asked for and is not there. Where nothing came at all, nothing is concluded."""
    if not posts:
        return []
    items = [f"{shared.platform}:{one}" for one in asked]
    return gone(known, items, posts, shared.observed_at, shared.legal_basis)


def _most(stream: Stream) -> int:
    if stream.after:
        return MOST_ANSWERS
    return stream.paging.pages if stream.paging else 1


def _marked(found: list[Post]) -> Iterator[Post]:
    """The oldest of the new posts says that something may be missing before it."""
    oldest = min((post.published_at for post in found), default=None)
    marked = False
    for post in found:
        if not marked and post.published_at == oldest:
            marked = True
            yield msgspec.structs.replace(post, flags=(*post.flags, "gap_suspected"))
        else:
            yield post


if TYPE_CHECKING:
    from collectors import Collector

    def _is_collector(source: Source) -> Collector:
        return source
