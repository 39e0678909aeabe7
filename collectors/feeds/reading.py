"""Bytes of a feed of any kind and any condition into items. Pure; `Invalid` and nothing else."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import fastfeedparser
import feedparser
import msgspec

from collectors.runner.text import encoding_of, plain
from rezonans.troubles import Invalid

_FALLBACK_BYTES = 2 * 1024 * 1024
_FALLBACK_TAGS = 40_000
"""feedparser is slow, and its time grows with the square of the depth: what is larger than any
honest feed it is not asked about."""
_SMELLS = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_BROKEN = (ValueError, SyntaxError, TypeError, AttributeError, LookupError, ArithmeticError)
"""What parsers of the outside raise on bytes that are no feed; `RecursionError` beside."""
_DECLARED = re.compile(rb"""(<\?xml[^>]{0,200}encoding=["'])([\w.:-]{1,40})(["'])""")
_DATED = re.compile(
    rb"<(?:\w+:)?(?:pubdate|published|issued|date|updated|modified|lastbuilddate|created)\b", re.I
)
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CLOSED = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_WEB_PAGE = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|yclid|ysclid|from|ref|_openstat)$")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the feed has it, texts without markup, times aware or absent."""

    key: str
    """What makes it the same entry next time: guid, else address, else a hash of what it says."""
    url: str | None
    title: str
    text: str
    published: datetime | None
    updated: datetime | None
    comments: int | None = None
    """How many there are, where the feed says it."""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[Item, ...]
    nameless: tuple[int, ...] = ()
    """Positions of entries that say nothing one could know them by."""
    cut_off: bool = False
    """The file ends in the middle: its last entry was left out, it may be half of itself."""


def read(body: bytes, url: str, content_type: str = "") -> Feed:
    """The items of a feed, in its own order; `url` is its address, for relative links."""
    if not body.strip():
        raise Invalid("the feed is empty: not one byte")
    if _WEB_PAGE.match(body[:4096].removeprefix(b"\xef\xbb\xbf")):
        raise Invalid("a web page came in place of a feed: check the address")
    entries = _entries(in_utf8(body, content_type))
    cut_off = _is_cut_off(body)
    if cut_off:
        entries = entries[:-1]
    named = _named(entries, url)
    return Feed(
        items=tuple(item for item in named if item is not None),
        nameless=tuple(i for i, item in enumerate(named) if item is None),
        cut_off=cut_off,
    )


def in_utf8(body: bytes, content_type: str) -> bytes:
    """The same document in an encoding that its bytes really are in.

    Declarations lie; bytes that are UTF-8 are UTF-8, whatever is declared.
    """
    declared = _DECLARED.search(body[:400])
    if body.isascii() or body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in body[:200]:
        return body
    charset = _CHARSET.search(content_type)
    names = ["utf-8"]
    names += [declared.group(2).decode()] if declared else []
    names += [charset.group(1)] if charset else []
    text = _decoded(body, names)
    head, tail = text[:400].encode(), text[400:].encode()
    return _DECLARED.sub(rb"\g<1>utf-8\g<3>", head, count=1) + tail


def _decoded(body: bytes, names: list[str]) -> str:
    for name in names:
        try:
            return body.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    return body.decode(encoding_of(body), errors="replace")


def _is_cut_off(body: bytes) -> bool:
    start = body[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and b"\0" not in start and not _CLOSED.search(body)


def _entries(body: bytes) -> list[Mapping[str, Any]]:
    try:
        found = fastfeedparser.parse(body, include_tags=False, include_media=False)
        return _without_guesses([e for e in found["entries"] if isinstance(e, Mapping)], body)
    except (*_BROKEN, RecursionError) as error:
        reason = re.split(r"[:(\n]", str(error))[0].strip()
    small = len(body) <= _FALLBACK_BYTES and body.count(b"<") <= _FALLBACK_TAGS
    if not small or not (_SMELLS.search(body) or b"\0" in body):
        raise Invalid(f"not a feed one can read: {reason}")
    try:
        parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False)
    except (*_BROKEN, RecursionError):
        raise Invalid(f"not a feed one can read: {reason}") from None
    if not parsed.entries and not parsed.get("version"):
        raise Invalid(f"not a feed one can read: {reason}")
    # plain: feedparser's own dictionary warns about dates that it takes from elsewhere
    return [dict(entry) for entry in parsed.entries]


def _without_guesses(entries: list[Mapping[str, Any]], body: bytes) -> list[Mapping[str, Any]]:
    """The fast parser takes a guid like `1234` for a date where an entry has none: such a date
    is taken away again.
    """
    sound = []
    for entry in entries:
        guid = _string(entry.get("id"))
        guessed = guid and "published" in entry and not guid.startswith(("http://", "https://"))
        at = body.find(b">" + guid.encode("utf-8", "replace")) if guessed else -1
        dated = at < 0 or _DATED.search(body, *_around(body, at))
        sound.append(entry if dated else {k: v for k, v in entry.items() if k != "published"})
    return sound


def _around(body: bytes, at: int) -> tuple[int, int]:
    """Where the entry begins and ends that a place is in."""
    end = body.find(b"</item", at)
    return max(body.rfind(b"<item", 0, at), 0), end if end >= 0 else len(body)


def _named(entries: list[Mapping[str, Any]], base: str) -> list[Item | None]:
    """Entries with their keys. A guid that several entries of one feed share names none."""
    links = [_link(entry, base) for entry in entries]
    guids = [_string(entry.get("id")) for entry in entries]
    pairs = {(guid, link) for guid, link in zip(guids, links, strict=True)}
    shared = {guid for guid, n in Counter(guid for guid, _ in pairs).items() if n > 1}
    return [
        _item(entry, link, "" if guid in shared else guid)
        for entry, link, guid in zip(entries, links, guids, strict=True)
    ]


def _item(entry: Mapping[str, Any], link: str | None, guid: str) -> Item | None:
    title = plain(_string(entry.get("title")))
    text = plain(_body(entry))
    published = _time(entry, "published")
    key = (normal(guid) or guid) if guid else (normal(link) if link else None)
    if not key and (title or text):
        said = f"{title}\n{published or text}"
        key = "said:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    if not key:
        return None
    return Item(
        key=key,
        url=link,
        title=title,
        text="" if text == title else text,
        published=published or _time(entry, "updated"),
        updated=_time(entry, "updated"),
        comments=_count(entry),
    )


def _count(entry: Mapping[str, Any]) -> int | None:
    """`slash:comments`; each parser has its own name for it."""
    said = _string(entry.get("slash_comments")) or _string(entry.get("comments"))
    return int(said) if said.isdecimal() and len(said) < 9 else None


def _body(entry: Mapping[str, Any]) -> str:
    """The fullest text that the entry has."""
    contents = entry.get("content")
    first = contents[0] if isinstance(contents, list) and contents else {}
    content = _string(first.get("value")) if isinstance(first, Mapping) else ""
    return content or _string(entry.get("description")) or _string(entry.get("summary"))


def _string(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _time(entry: Mapping[str, Any], name: str) -> datetime | None:
    parsed = entry.get(f"{name}_parsed")
    try:
        if isinstance(parsed, struct_time):
            return datetime(*parsed[:6], tzinfo=UTC)
        at = datetime.fromisoformat(_string(entry.get(name)))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _link(entry: Mapping[str, Any], base: str) -> str | None:
    """The entry's address, absolute, only of the web."""
    raw = _string(entry.get("link"))
    if not raw:
        return None
    try:
        link = urljoin(base, raw)
        return link if urlsplit(link).scheme in ("http", "https") else None
    except ValueError:
        return None


def normal(url: str) -> str | None:
    """An address as identity: without scheme, www, fragment and what only counts visits.

    `None` when it is no address of the web.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode(sorted(p for p in pairs if not _TRACKING.match(p[0].lower())))
    return f"{host}{port}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")
