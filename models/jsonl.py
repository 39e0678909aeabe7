"""JSON lines in, the same objects understood out: what `rezonans understand` does to bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from models import emergency
from models.explain import Named, Why
from models.texts import Text
from models.understanding import Labels

Understand = Callable[[Sequence[Text]], list[Labels]]


def _object(line: bytes) -> dict[str, Any]:
    """A line as an object with `text`; `ValueError` says what is wrong with it."""
    found = msgspec.json.decode(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    if "text" not in found:
        raise ValueError("no field `text`")
    return found


def _text(found: dict[str, Any]) -> Text:
    names = Text.__struct_fields__
    given = {name: found[name] for name in names if found.get(name) is not None}
    return msgspec.convert({"text": "", **given}, Text)


def _place(place: Any) -> dict[str, Any]:
    return {
        "kato": place.kato,
        "level": place.level,
        "name": place.name,
        "span": place.span,
        "how": place.how,
    }


Explain = Callable[[Text], Sequence[Why]]


def why(explained: Sequence[Why]) -> dict[str, Any]:
    """By label: what was likeliest, by which rule, from which words; `named` where a topic comes
    from words of a list."""
    return {
        each.label: {
            "likeliest": each.likeliest,
            "probability": each.probability,
            "rule": each.rule,
            "threshold": each.threshold,
            "words": [[word.word, word.weight] for word in each.words if not word.context],
            "context_words": [[word.word, word.weight] for word in each.words if word.context],
            **({} if each.named is None else {"named": _by_words(each.named)}),
        }
        for each in explained
    }


def _by_words(named: Named) -> dict[str, Any]:
    return {
        "topic": named.code,
        "probability": named.probability,
        "rule": f"names an emergency {emergency.LEAST_WORDS} times or more, with what it answers,"
        f" and in {emergency.LEAST_SHARE:.0%} of the words or more",
        "words": named.words,
        "context_words": named.context,
    }


def fields(labels: Labels) -> dict[str, Any]:
    """The labels under the names of the public output."""
    return {
        "language": labels.language,
        "languages": labels.languages,
        "script": labels.script,
        "topics": [list(topic) for topic in labels.topics],
        "appeal": labels.appeal,
        "sentiment": labels.sentiment._asdict() if labels.sentiment else None,
        "urgent": labels.urgent,
        "places": [_place(place) for place in labels.places],
    }


Read = tuple[dict[str, Any], Text | None]


def _read(number: int, line: bytes) -> Read:
    try:
        found = _object(line)
        return found, _text(found)
    except (ValueError, RecursionError) as error:
        return {"error": f"line {number}: {error}", "line": number}, None


def _batch(
    read: Sequence[Read], understanding: Understand, explain: Explain | None
) -> Iterator[bytes]:
    labels = iter(understanding([text for _, text in read if text is not None]))
    for found, text in read:
        more = {} if text is None else fields(next(labels))
        if text is not None and explain is not None:
            more["why"] = why(explain(text))
        yield msgspec.json.encode(found | more)


def understand_lines(
    lines: Iterable[bytes],
    understanding: Understand,
    batch: int = 256,
    explain: Explain | None = None,
) -> Iterator[bytes]:
    """Each object with its labels, other fields kept, in order; empty lines are passed over.

    With `explain` each also has `why`.

    A line that can not be read gives an object with `error`, which names the line, and `line`.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while part := list(islice(numbered, batch)):
        yield from _batch([_read(number, line) for number, line in part], understanding, explain)
