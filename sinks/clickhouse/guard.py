"""Checks a query before it runs: one SELECT, SHOW, DESCRIBE or EXISTS of what is public.

Two independent readings must agree that it is harmless. By tokens: every name before a
bracket, and every name that the engine knows as a function, is on the list. By sqlglot: it is
one query, and its tables are on the list. Whatever is not understood is refused. The text that
was checked is the text that runs; comments are gone, FORMAT and SETTINGS are set apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sinks.clickhouse import allowed
from sinks.clickhouse.second import second_reading, shape
from sinks.clickhouse.tokens import Refused, Token, tokens

MAX_CHARACTERS = 100_000

_LISTED = ", ".join(f"'{name}'" for name in sorted(allowed.TABLES))
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Checked:
    """A query that may run."""

    sql: str
    format: str | None
    settings: Mapping[str, str] = field(default_factory=dict)
    params: frozenset[str] = frozenset()
    """Names of the parameters that it reads."""

    @property
    def text(self) -> str:
        """What the engine gets; the format goes beside it."""
        chosen = ", ".join(f"{name} = {value}" for name, value in self.settings.items())
        return f"{self.sql}\nSETTINGS {chosen}" if chosen else self.sql


@dataclass(frozen=True)
class Guard:
    """The check for one database of an engine that knows these functions (lower case)."""

    database: str
    known: frozenset[str]

    def check(self, sql: str) -> Checked:
        """The query as it may run; `Refused` says why not."""
        if len(sql) > MAX_CHARACTERS:
            raise Refused(f"the query is longer than {MAX_CHARACTERS} characters", 62)
        body, chosen_format, settings = _tail(tokens(sql.rstrip().removesuffix(";")))
        words = [token for token in body if token.kind != "space"]
        if not words:
            raise Refused("the query is empty", 62)
        listing = self._listing(words)
        if listing is not None:
            return Checked(listing, chosen_format)
        if words[0].upper not in ("SELECT", "WITH"):
            raise Refused("only SELECT, SHOW TABLES, DESCRIBE and EXISTS are answered here")
        self._check_words(words)
        second_reading(self.database, shape(body))
        params = frozenset(_param(token) for token in words if token.kind == "param")
        return Checked(self._narrowed(body), chosen_format, settings, params)

    def _listing(self, words: list[Token]) -> str | None:
        """SHOW, DESCRIBE and EXISTS as queries of our own."""
        heads = [token.upper for token in words]
        if heads in (["SHOW", "TABLES"], ["SHOW", "DATABASES"]):
            return " ".join(("SELECT name FROM", self._system(heads[1].lower()), "ORDER BY name"))
        if heads[0] not in ("SHOW", "DESCRIBE", "DESC", "EXISTS"):
            return None
        rest = words[2:] if heads[1:2] == ["TABLE"] else words[1:]
        if len(rest) == 3 and rest[0].name == self.database and rest[1].text == ".":
            rest = rest[2:]
        if heads[0] == "SHOW" or len(rest) != 1 or rest[0].kind not in ("word", "quoted"):
            raise Refused("only SHOW TABLES, DESCRIBE <table> and EXISTS <table> are answered here")
        known = rest[0].name in allowed.TABLES
        if heads[0] == "EXISTS":
            return f"SELECT toUInt8({int(known)}) AS result"
        if not known:
            raise Refused(f"no table {rest[0].name} here; SHOW TABLES lists what there is", 60)
        return f"DESCRIBE TABLE {self.database}.{rest[0].name}"

    def _check_words(self, words: list[Token]) -> None:
        for index, token in enumerate(words):
            if token.kind == "param":
                _check_type(token)
            if token.kind not in ("word", "quoted"):
                continue
            if token.name.lower() in allowed.HIDDEN:
                raise Refused(
                    f"{token.name} does not leave the store; read mentions_public, "
                    "voices are counted in topic_hours"
                )
            if token.name.lower() in allowed.INNER and words[index - 1].upper != "AS":
                raise Refused(f"no table {token.name} here; SHOW TABLES lists what there is", 60)
            self._check_place(words[index : index + 3])
            if token.upper in allowed.NEVER or (
                token.upper == "SETTINGS" and not _dot(words, index)
            ):
                raise Refused(f"{token.upper} is not answered here")
            self._check_name(token, call=_opens(words, index + 1))

    def _check_place(self, words: list[Token]) -> None:
        """A database and what is named in it: in `x IN (system.users)` the engine sees a table
        and sqlglot a column."""
        place, name = words[0].name, words[-1].name
        known = {"system": allowed.SYSTEM_TABLES, self.database: allowed.TABLES}
        databases = (*known, "information_schema", "INFORMATION_SCHEMA", "default")
        if _dot(words, 2) and place in databases and name not in known.get(place, ()):
            raise Refused(f"no table {place}.{name} here; SHOW TABLES lists what there is", 60)

    def _check_name(self, token: Token, call: bool) -> None:
        if call and token.kind == "quoted":
            raise Refused(f"a call with its name in quotes: {token.text}")
        if allowed.is_function(token.name) or token.upper in allowed.KEYWORDS:
            return
        if call and token.name in (allowed.TYPES | allowed.TABLE_FUNCTIONS):
            return
        if (
            call
            or token.name.lower() in self.known - allowed.TABLE_FUNCTIONS - allowed.SYSTEM_TABLES
        ):
            raise Refused(f"the function {token.name} is not answered here")

    def _narrowed(self, body: list[Token]) -> str:
        """The same text with the catalogue narrowed to what is public."""
        words = [index for index, token in enumerate(body) if token.kind != "space"]
        parts = [token.text for token in body]
        for first, dot, last in zip(words, words[1:], words[2:], strict=False):
            names = (body[first].name, body[dot].text, body[last].name)
            if names[:2] == ("system", ".") and names[2] in _CATALOGUE:
                parts[first : last + 1] = [self._system(names[2]), *[""] * (last - first)]
        return "".join(parts).strip()

    def _system(self, name: str) -> str:
        return _CATALOGUE[name].format(database=self.database, listed=_LISTED)


_CATALOGUE = {
    "databases": "(SELECT '{database}' AS name, 'Atomic' AS engine, '' AS comment)",
    "tables": (
        "(SELECT database, name, engine, comment, toUInt8(0) AS is_temporary "
        "FROM system.tables WHERE database = '{database}' AND name IN ({listed}))"
    ),
    "columns": (
        "(SELECT database, table, name, type, position, default_kind, default_expression, comment, "
        "is_in_primary_key, is_in_sorting_key FROM system.columns "
        "WHERE database = '{database}' AND table IN ({listed}))"
    ),
}


def check_settings(chosen: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Settings of a request as literals; `Refused` for one that is not a reader's to choose."""
    checked = {}
    for name, value in chosen:
        if name in allowed.NUMBERS:
            _check_number(name, value)
        elif name not in allowed.SETTINGS:
            raise Refused(f"the setting {name} is not accepted here", 115)
        if not re.fullmatch(r"[A-Za-z0-9_./+-]{1,64}", value):
            raise Refused(f"the setting {name} has a value that is not accepted here", 115)
        checked[name] = f"'{value}'"
    return checked


def _check_number(name: str, value: str) -> None:
    least, most = allowed.NUMBERS[name]
    if not (re.fullmatch(r"[0-9]{1,9}", value) and least <= int(value) <= most):
        raise Refused(f"the setting {name} may be a number from {least} to {most} here", 115)


def check_format(name: str) -> str:
    if name not in allowed.FORMATS:
        raise Refused(f"the format {name} is not offered here", 73)
    return name


def _tail(found: list[Token]) -> tuple[list[Token], str | None, dict[str, str]]:
    """Body, format and settings; both clauses stand at the end, in either order."""
    chosen_format: str | None = None
    settings: dict[str, str] = {}
    for _ in range(2):
        words = [index for index, token in enumerate(found) if token.kind != "space"]
        if len(words) > 2 and found[words[-2]].upper == "FORMAT" and chosen_format is None:
            chosen_format = check_format(found[words[-1]].text)
            found = found[: words[-2]]
        else:
            start = _settings_start(found)
            if start is not None and not settings:
                settings = check_settings(_pairs(found[start + 1 :]))
                found = found[:start]
    return found, chosen_format, settings


def _settings_start(found: list[Token]) -> int | None:
    words = [index for index, token in enumerate(found) if token.kind != "space"]
    for order, index in enumerate(words):
        dotted = order > 0 and found[words[order - 1]].text == "."
        if found[index].upper == "SETTINGS" and not dotted:
            return index
    return None


def _pairs(found: list[Token]) -> list[tuple[str, str]]:
    words = [token for token in found if token.kind != "space"]
    pairs = []
    for index in range(0, len(words), 4):
        part = words[index : index + 4]
        if len(part) < 3 or part[1].text != "=" or (len(part) == 4 and part[3].text != ","):
            raise Refused("SETTINGS is not understood: write name = value, ... at the end", 62)
        pairs.append((part[0].text, part[2].text.strip("'")))
    return pairs


def _opens(words: list[Token], index: int) -> bool:
    return index < len(words) and words[index].text == "("


def _dot(words: list[Token], index: int) -> bool:
    return 0 < index < len(words) and words[index - 1].text == "."


def _param(token: Token) -> str:
    return token.text[1:-1].split(":", 1)[0].strip()


def _check_type(token: Token) -> None:
    """A parameter is a value: an Identifier would put a name where no check has been."""
    kind = token.text[1:-1].split(":", 1)[1]
    for name in _TYPE.findall(re.sub(r"'[^']*'", "", kind)):
        if name not in allowed.TYPES:
            raise Refused(f"a parameter of type {name} is not accepted here")
