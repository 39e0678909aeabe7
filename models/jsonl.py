"""JSON lines in, the same objects understood out: what `rezonans understand` does to bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from models import emergency, regions, taxonomy
from models.explain import Named, Why
from models.taxonomy import Taxonomy
from models.texts import Text
from models.understanding import Labels

Understand = Callable[[Sequence[Text]], list[Labels]]


@dataclass(frozen=True)
class Speech:
    """Names beside the codes of the output, in `language` (ru, kk or en). `word`: what the code of
    a label is called, topics and places apart."""

    known: Taxonomy
    language: str
    word: Callable[[str], str]

    def named(self, label: str, code: str) -> str:
        return self.known.name(code, self.language) if label == "topic" else self.word(code)

    def names(self, labels: Labels) -> dict[str, Any]:
        """The labels by name; what has none (no appeal, a text without words) is absent."""
        mood = labels.sentiment
        moods = sorted(mood._asdict().items(), key=lambda pair: -pair[1]) if mood else []
        codes = [code for code, _ in labels.topics]
        answers = (self.known.authority(code, self.language) for code in codes)
        found = {
            "language": self.word(labels.language) if labels.language else None,
            "topics": [self.known.name(code, self.language) for code in codes],
            "answers": list(dict.fromkeys(name for name in answers if name)),
            "appeal": self.word(labels.appeal) if labels.appeal else None,
            "sentiment": self.word(moods[0][0]) if moods else None,
            "places": [
                regions.path(one.kato, "kk" if self.language == "kk" else "ru")
                for one in labels.places
            ],
        }
        return {name: value for name, value in found.items() if value}


def _object(line: bytes) -> dict[str, Any]:
    """A line as an object with `text`; `ValueError` says what is wrong with it."""
    try:
        found = msgspec.json.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start}); save it as UTF-8") from error
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


@dataclass(frozen=True)
class Asked:
    """What the output has beside the labels. `known`: the taxonomy that says who answers, the
    packaged one by default."""

    explain: Explain | None = None
    speech: Speech | None = None
    known: Taxonomy | None = None


NOTHING_MORE = Asked()


def why(explained: Sequence[Why], speech: Speech | None = None) -> dict[str, Any]:
    """By label: what was likeliest, by which rule, from which words, said by which heads; `named`
    where a topic comes from words of a list. `speech`: with its name as well."""
    return {
        each.label: {
            "likeliest": each.likeliest,
            **({"name": speech.named(each.label, each.likeliest)} if speech else {}),
            "probability": each.probability,
            "rule": each.rule,
            "threshold": each.threshold,
            "words": [[word.word, word.weight] for word in each.words if not word.context],
            "context_words": [[word.word, word.weight] for word in each.words if word.context],
            "versions": each.versions,
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


def fields(labels: Labels, known: Taxonomy) -> dict[str, Any]:
    """The labels under the names of the public output; `answers`: who does for the topics."""
    return {
        "language": labels.language,
        "languages": labels.languages,
        "script": labels.script,
        "topics": [list(topic) for topic in labels.topics],
        "answers": _answers(labels, known),
        "appeal": labels.appeal,
        "sentiment": labels.sentiment._asdict() if labels.sentiment else None,
        "urgent": labels.urgent,
        "places": [_place(place) for place in labels.places],
    }


def _answers(labels: Labels, known: Taxonomy) -> list[str]:
    topics = (known.topics.get(code) for code, _ in labels.topics)
    return list(dict.fromkeys(one.authority for one in topics if one and one.authority))


def written(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of plain text as the objects that `understand_lines` reads, blank ones too. What is not
    UTF-8 is left as it is, to be told with its number."""
    for line in lines:
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError:
            yield line
        else:
            yield msgspec.json.encode({"text": text}) if text else line


Read = tuple[dict[str, Any], Text | None]


def _read(number: int, line: bytes) -> Read:
    try:
        found = _object(line)
        return found, _text(found)
    except (ValueError, RecursionError) as error:
        return {"error": f"line {number}: {error}", "line": number}, None


def _batch(read: Sequence[Read], understanding: Understand, asked: Asked) -> Iterator[bytes]:
    labels = iter(understanding([text for _, text in read if text is not None]))
    for found, text in read:
        more = {} if text is None else _said(next(labels), asked)
        if text is not None and asked.explain is not None:
            more["why"] = why(asked.explain(text), asked.speech)
        yield msgspec.json.encode(found | more)


def _said(labels: Labels, asked: Asked) -> dict[str, Any]:
    speech = asked.speech
    found = fields(labels, asked.known or taxonomy.packaged())
    return found | ({"names": speech.names(labels)} if speech else {})


def understand_lines(
    lines: Iterable[bytes],
    understanding: Understand,
    batch: int = 256,
    asked: Asked = NOTHING_MORE,
) -> Iterator[bytes]:
    """Each object with its labels, other fields kept, in order; empty lines are passed over. With
    `explain` each also has `why`, with `speech` also `names`.

    A line that can not be read gives an object with `error`, which names the line, and `line`.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while part := list(islice(numbered, batch)):
        yield from _batch([_read(number, line) for number, line in part], understanding, asked)
