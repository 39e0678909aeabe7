"""Answers of a declared source as posts. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from collectors import Rejected
from collectors.declared.spec import Records, Stream
from collectors.declared.values import Bad, Template, find
from collectors.runner.bodies import json_of
from rezonans.records import Post
from rezonans.troubles import Invalid


class Facts(NamedTuple):
    """What every post of a look has."""

    observed_at: datetime
    legal_basis: str
    platform: str
    home: str | None


class Mapper:
    """The templates of one kind of record, read once."""

    def __init__(self, records: Records, zone: ZoneInfo) -> None:
        self._path = records.records
        self._map = {name: Template(text, zone) for name, text in records.map.items()}
        self._counters = {name: Template(text, zone) for name, text in records.counters.items()}

    def records(self, answer: Any) -> list[Any]:
        """The list in an answer; an answer without one has no records."""
        found = find(answer, self._path) if self._path else answer
        if found is None:
            return []
        if not isinstance(found, list):
            raise Invalid(f"a list was expected{f' at {self._path}' if self._path else ''}")
        return found

    def post(self, record: Any, around: Mapping[str, Any], facts: Facts) -> Post:
        """`Bad` says which part can not be used."""
        values = {name: one.of(record, around) for name, one in self._map.items()}
        for name in ("item", "kind", "published_at"):
            if values[name] is None:
                raise Bad(f"{name}: is missing")
        values["text"] = _text(values.get("text"))
        for name in ("title", "author", "item", "parent", "root", "url"):
            if values.get(name) is not None:
                values[name] = _text(values[name])
        given = {name: value for name, value in values.items() if value is not None}
        edited = given.get("edited_at")
        if isinstance(edited, datetime) and edited <= given["published_at"]:
            del given["edited_at"]
        given |= _counted(self._counters, record, around)
        return _post(given, facts)


def _text(value: Any) -> str:
    if value is None or isinstance(value, str | int):
        return "" if value is None else str(value)
    raise Bad("a text was expected")


def _counted(templates: Mapping[str, Template], record: Any, around: Mapping[str, Any]) -> Any:
    """Figures that the platform gives; one it hides is not there."""
    found = {name: one.of(record, around) for name, one in templates.items()}
    given = {name: count for name, count in found.items() if count is not None}
    return {"counters": given} if given else {}


def _post(given: dict[str, Any], facts: Facts) -> Post:
    edited = given.get("edited_at")
    try:
        return msgspec.convert(
            {
                "schema": "post.v1",
                "observed_at": facts.observed_at,
                "legal_basis": facts.legal_basis,
                "channel": facts.platform,
                "home": facts.home,
                "revision": int(edited.timestamp() * 1000) if edited else 0,
                **given,
            },
            Post,
        )
    except (msgspec.ValidationError, AttributeError) as error:
        raise Bad(str(error)) from None


class Reader:
    """One stream's answers, read."""

    def __init__(self, stream: Stream, zone: ZoneInfo) -> None:
        self.stream = stream
        self._own = Mapper(stream, zone)
        self._children = [Mapper(child, zone) for child in stream.children]
        self._after = Template(stream.after, zone) if stream.after else None

    def answer(self, body: bytes) -> Any:
        """The value of a body; `Invalid` for one that is not of the format."""
        if self.stream.format == "csv":
            return _rows(body, self.stream.separator)
        if self.stream.format == "jsonl":
            return [json_of(line) for line in body.splitlines() if line.strip()]
        return json_of(body)

    def listed(self, answer: Any) -> list[str]:
        """Identities that an answer lists, in its order."""
        path = self.stream.lists or ""
        found = [find(record, path) for record in self._own.records(answer)]
        return list(dict.fromkeys(str(one) for one in found if isinstance(one, str | int)))

    def after(self, answer: Any) -> str | None:
        """The greatest value that the next question may begin behind."""
        if self._after is None:
            return None
        found = [self._after.of(record) for record in self._own.records(answer)]
        return max((str(one) for one in found if one is not None), key=_rising, default=None)

    def pieces(
        self, answer: Any, facts: Facts, around: Mapping[str, Any], place: str
    ) -> Iterator[Post | Rejected]:
        """Records and those within them, each a post or a rejection."""
        for index, record in enumerate(self._own.records(answer)):
            where = f"{place}#{index}"
            yield self._piece(self._own, record, around, facts, where)
            for child in self._children:
                inside = {**around, "parent": record}
                try:
                    records: Sequence[Any] = child.records(record)
                except Invalid as error:
                    yield _rejected(where, str(error), record)
                    continue
                for number, one in enumerate(records):
                    yield self._piece(child, one, inside, facts, f"{where}.{number}")

    @staticmethod
    def _piece(
        mapper: Mapper, record: Any, around: Mapping[str, Any], facts: Facts, where: str
    ) -> Post | Rejected:
        try:
            return mapper.post(record, around, facts)
        except Bad as error:
            return _rejected(where, str(error), record)


def _rejected(where: str, reason: str, record: Any) -> Rejected:
    said = repr(record).encode("utf-8", "replace")
    return Rejected(place=where, reason=reason, digest=hashlib.sha256(said).hexdigest())


def _rising(value: str) -> tuple[int, str]:
    """Numbers by size, times of ISO 8601 by time: the longer number is the greater."""
    return (len(value) if value.isdecimal() else 0, value)


def _rows(body: bytes, separator: str) -> list[dict[str, str]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"not UTF-8: {error.reason} at byte {error.start}") from None
    if text.lstrip().startswith("<"):
        raise Invalid("a web page came in place of a table")
    try:
        rows = csv.DictReader(io.StringIO(text), delimiter=separator, strict=True)
        return [{k: v for k, v in row.items() if isinstance(k, str)} for row in rows]
    except csv.Error as error:
        raise Invalid(f"not a table: {error}") from None
