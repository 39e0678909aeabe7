"""Secrets never stand in what we say: the one place that takes them out of logs and errors.

Guarantee: a secret that was learned is replaced wherever it stands, as it is or percent-encoded;
what only looks like one (a parameter called token, a password before @, a bearer) is replaced
without being known. Redacting twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import BaseModel, SecretStr

GONE = "[secret]"
SHORTEST = 6
"""Characters: what is shorter can be guessed, and stands in ordinary words."""
_SHORTEST_PART, _LONG = 8, 16
_NAMES = (
    r"(?:access_?|refresh_?|session_?|api_?|app_?|application_?|client_?|verify_?|hub\.)?"
    r"(?:token|key|secret|password|passwd|pwd|sig|signature)"
)
_LOOKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"([?&;]{_NAMES}=)(?!\[secret\])[^&\s\"'<>#;]+", re.I), rf"\1{GONE}"),
    (
        re.compile(rf"([\"']{_NAMES}[\"']\s*:\s*[\"'])(?!\[secret\]|{_NAMES}[\"'])[^\"']+", re.I),
        rf"\1{GONE}",
    ),
    (
        re.compile(rf"([\"']{_NAMES}[\"']\s*,\s*[\"']value[\"']\s*:\s*[\"'])[^\"'\[]+", re.I),
        rf"\1{GONE}",
    ),
    (re.compile(r"(://)[^/\s@\"'\[]+@"), rf"\1{GONE}@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/-]{8,}=*", re.I), rf"\1 {GONE}"),
    (re.compile(r"\b(?:bot)?\d{6,12}:[\w-]{30,}"), GONE),
    (re.compile(r"\b(?:vk1\.a\.|AIza|EAA)[\w-]{25,}"), GONE),
)
"""Parameters, members of JSON (VK echoes what it was asked as key and value), user and password
of an address, headers, and the tokens whose form gives them away."""
_SECRET_NAME = re.compile(rf"^{_NAMES}$", re.I)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}")
_WORD = re.compile(r"[a-z_-]+|\d+", re.I)
"""What stands in ordinary sentences too; taken for a secret only where it is called one."""


class Redactor:
    """The secrets that a process knows, and texts without them."""

    def __init__(self) -> None:
        self._known: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, secrets: Iterable[str]) -> None:
        """Replace these from now on, in every writing that a log may show."""
        written = {form for secret in secrets for form in _writings(secret)}
        if written <= self._known:
            return
        self._known |= written
        longest_first = [GONE, *sorted(self._known, key=len, reverse=True)]
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._pattern is not None:
            text = self._pattern.sub(GONE, text)
        for look, instead in _LOOKS:
            text = look.sub(instead, text)
        return text


SECRETS = Redactor()
"""Of this process: settings teach it when they are read, logs and errors go through it."""


def _writings(secret: str) -> Iterator[str]:
    """A secret as it is, percent-encoded, and as Python and JSON would quote it."""
    if len(secret) < SHORTEST:
        return
    for form in (secret, unquote(secret), quote(secret, safe=""), quote(secret)):
        yield form
        yield repr(form)[1:-1]
        yield form.replace("\\", "\\\\").replace('"', '\\"')


def secrets_in(value: Any) -> Iterator[str]:
    """Every secret of settings: what is declared one, what is called one, and what addresses
    hide: users, passwords, values of their queries.
    """
    if isinstance(value, SecretStr):
        yield from _declared(value.get_secret_value())
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            named = isinstance(part, str) and _SECRET_NAME.match(str(name))
            yield from _declared(part) if named else secrets_in(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from secrets_in(part)
    elif isinstance(value, str) and "://" in value:
        yield from _of_address(value)


def _declared(secret: str) -> Iterator[str]:
    """A secret whole; of an address also what its parts may be shown as by a library."""
    yield secret
    if "://" not in secret:
        return
    yield from _of_address(secret)
    for part in re.split(r"[:/?&=@]", secret.partition("://")[2]):
        if len(part) >= _SHORTEST_PART and not (_HOST.fullmatch(part.lower()) or _ordinary(part)):
            yield part


def _of_address(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        user, password = parts.username, parts.password
    except ValueError:
        return
    if password:
        yield password
    if user and not _ordinary(user):
        yield user
    for pair in re.split(r"[&;]", parts.query):
        name, _, value = pair.partition("=")
        if _SECRET_NAME.match(name) or (len(value) >= _LONG and not _ordinary(value)):
            yield value


def _ordinary(part: str) -> bool:
    return bool(_WORD.fullmatch(part))
