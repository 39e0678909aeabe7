"""What a declared source asks: the first question of a look, and those that follow. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from collectors.declared.spec import Stream
from collectors.declared.values import Template, find


class Question(NamedTuple):
    url: str
    query: dict[str, str]
    headers: dict[str, str]


def method(stream: Stream) -> str:
    """The name of a question in budgets."""
    return stream.method or urlsplit(stream.url).path.rstrip("/").rsplit("/", 1)[-1]


def first(
    stream: Stream,
    names: Mapping[str, str],
    config: Any,
    ids: Sequence[str] = (),
    after: str | None = None,
) -> Question:
    """The question a look begins with; parameters whose names have no value are left out."""
    token = getattr(config, "token", None)
    known = {
        **names,
        "ids": ",".join(ids) or None,
        "after": after,
        "token": token.get_secret_value() if token else None,
    }
    query, headers = _filled(stream.query, known), _filled(stream.headers, known)
    if stream.paging and stream.paging.kind in ("page", "offset") and stream.paging.param:
        query[stream.paging.param] = str(stream.paging.start)
    return Question(str(Template(stream.url).of(known)), query, headers)


def _filled(templates: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, str]:
    values = {name: Template(text).of(known) for name, text in templates.items()}
    return {name: str(value) for name, value in values.items() if value is not None}


class Answered(NamedTuple):
    """An answer, as far as it says what to ask next."""

    value: Any
    response: httpx.Response
    number: int
    """Of the answer within the look, from 0."""
    after: str | None


def following(stream: Stream, last: Question, got: Answered) -> Question | None:
    """The question after an answer; `None` where the list ends, or the platform repeats itself."""
    if stream.after:
        return _behind(stream, last, got.after)
    if stream.paging is None:
        return None
    if stream.paging.kind == "link":
        return _linked(stream, last, got.value, got.response)
    paging, param = stream.paging, str(stream.paging.param)
    if paging.kind == "token":
        found = find(got.value, str(paging.path))
        token = str(found) if isinstance(found, str | int) and found != "" else None
        if token is None or token == last.query.get(param):
            return None
    else:
        token = str(paging.start + (got.number + 1) * paging.step)
    return last._replace(query={**last.query, param: token})


def _behind(stream: Stream, last: Question, after: str | None) -> Question | None:
    """The same question behind the last record, unless it has not moved."""
    query = {**last.query, **_filled(stream.query, {"after": after})}
    return None if after is None or query == last.query else last._replace(query=query)


def _linked(
    stream: Stream, last: Question, value: Any, response: httpx.Response
) -> Question | None:
    """The address an answer names, on the same host only: a page must not send us elsewhere."""
    path = stream.paging.path if stream.paging else None
    found = find(value, path) if path else response.links.get("next", {}).get("url")
    if not isinstance(found, str) or not found:
        return None
    url = urljoin(str(response.url), found)
    if urlsplit(url).netloc != urlsplit(last.url).netloc or url == last.url:
        return None
    return Question(url, {}, last.headers)
