"""Cuts a query into tokens that every lexer cuts the same way; anything else is refused.

What could be read in two ways (nested comments, heredocs, `#`, curly quotes, backslashes in
names) is no token here, so the text that is checked is the text that runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TOKENS = 8_000
MAX_DEPTH = 60

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
    |(?P<comment>--[^\n]*|/\*(?:(?!/\*|\*/).)*\*/)
    |(?P<string>'(?:[^'\\]|\\.|'')*')
    |(?P<quoted>"[^"\\`]+"(?!")|`[^`\\"]+`(?!`))
    |(?P<param>\{[ ]*[A-Za-z_][A-Za-z0-9_]*[ ]*:[ ]*[A-Za-z0-9_(), ']+\})
    |(?P<number>(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_]))
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<symbol>->|::|<=|>=|!=|<>|==|\|\||[-+*/%=<>,.()\[\]?:])
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OPEN, _CLOSE = frozenset("(["), frozenset(")]")


class Refused(Exception):
    """The query is not answered here; the message says why and what to do instead."""

    def __init__(self, reason: str, code: int = 497) -> None:
        super().__init__(reason)
        self.code = code
        """A ClickHouse error code: 497 access denied, 62 syntax error."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str

    @property
    def name(self) -> str:
        """What a name says, without its quotes."""
        return self.text[1:-1] if self.kind == "quoted" else self.text

    @property
    def upper(self) -> str:
        """The keyword that a word may be; empty for anything else."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(sql: str) -> list[Token]:
    """The tokens without comments; a space where there was space or a comment."""
    found = list(_scan(sql))
    if len(found) > MAX_TOKENS:
        raise Refused(f"the query has over {MAX_TOKENS} tokens", 62)
    _check_depth(found)
    return found


def text(found: list[Token]) -> str:
    return "".join(token.text for token in found).strip()


def _scan(sql: str) -> Iterator[Token]:
    if _CONTROL.search(sql):
        raise Refused("control characters in the query", 62)
    position, before = 0, ""
    while position < len(sql):
        match = _TOKEN.match(sql, position)
        if match is None:
            raise Refused(f"can not read the query at character {position + 1}", 62)
        kind = match.lastgroup or ""
        if kind == "string" and before in ("word", "number", "string"):
            raise Refused(f"a string stuck to a word at character {position + 1}", 62)
        yield Token("space", " ") if kind in ("space", "comment") else Token(kind, match.group())
        position, before = match.end(), kind


def _check_depth(found: list[Token]) -> None:
    depth = 0
    for token in found:
        if token.kind == "symbol":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if not 0 <= depth <= MAX_DEPTH:
                raise Refused("brackets do not match, or are nested too deeply", 62)
