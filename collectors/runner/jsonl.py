"""Posts as JSON lines: in full (`post.v1`), or with no more than item, time and text.

Guarantee: every line becomes one post or one rejection with line and column.
"""

from __future__ import annotations

import gzip
import heapq
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from collectors import Rejected
from rezonans.records import Post
from rezonans.troubles import Invalid

WINDOW = 200_000
"""Posts that are held to put them in order; a file with fewer may be in any order."""
_DEFAULTS = {"schema": "post.v1", "kind": "post", "legal_basis": "replay of a file"}
_KEYS = {f.encode_name for f in msgspec.structs.fields(Post)} | {"schema", "container"}
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_AT_KEY = re.compile(r"at `\$\.(\w+)")


class Sourced(NamedTuple):
    """A post and where it was seen."""

    container: str
    post: Post


@contextmanager
def opened(path: Path) -> Iterator[Iterator[bytes]]:
    """The lines of a file, packed with gzip or not; `Invalid` where it can not be read."""
    try:
        file = gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 below
    except OSError as error:
        raise Invalid(f"{path}: can not be read ({error.strerror}); check the name") from None
    with file:
        yield _lines(file, path)


def _lines(file: Iterable[bytes], path: Path) -> Iterator[bytes]:
    try:
        yield from file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Invalid(f"{path}: damaged ({error}); pack it again") from None


def read(lines: Iterable[bytes], name: str) -> Iterator[tuple[int, Sourced | Rejected]]:
    """The posts of JSON lines with their line numbers, in the order of the file. Pure."""
    for number, raw in enumerate(lines, 1):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else raw.strip()
        if not line:
            continue
        try:
            yield number, _sourced(line, Path(name).stem)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _Bad) as error:
            place = f"{name}:{number}:{_column(line, str(error))}"
            reason = _AT_BYTE.sub("", str(error)).strip()
            yield number, Rejected(place=place, reason=reason, digest=sha256(line).hexdigest())


class _Bad(Exception):
    """A line that is JSON and no post; says where like msgspec does."""


def _sourced(line: bytes, stem: str) -> Sourced:
    table = msgspec.json.decode(line, type=dict[str, Any])
    for key in table.keys() - _KEYS:
        raise _Bad(f"no such key {key!r}; take it out or check the spelling - at `$.{key}`")
    for key in ("item", "published_at", "text"):
        if key not in table and not (key == "text" and "title" in table):
            raise _Bad(f"{key!r} is missing")
    container = table.pop("container", None)
    post = _in_utc(_post(table))
    return Sourced(_container(container, post.item, stem), post)


def _post(table: dict[str, Any]) -> Post:
    if "observed_at" in table:
        return msgspec.convert({**_DEFAULTS, **table}, Post)
    full = {**_DEFAULTS, **table, "observed_at": table["published_at"]}
    try:
        return msgspec.convert(full, Post)
    except msgspec.ValidationError as error:  # the reader knows the key that stands in the file
        raise _Bad(str(error).replace("$.observed_at", "$.published_at")) from None


def _container(given: Any, item: str, stem: str) -> str:
    platform, colon, rest = item.partition(":")
    if not (platform and colon and rest):
        raise _Bad("item must look like `platform:id` - at `$.item`")
    if given is None:
        return f"{platform}:{stem}"
    if not isinstance(given, str) or not all(given.partition(":")):
        raise _Bad("container must look like `platform:name` - at `$.container`")
    return given


def _in_utc(post: Post) -> Post:
    times = {n: getattr(post, n) for n in ("published_at", "observed_at", "edited_at")}
    for name, time in times.items():
        if time is not None and time.tzinfo is None:
            raise _Bad(f"a time needs a zone, like 2024-04-12T09:30:00+05:00 - at `$.{name}`")
    try:
        return msgspec.structs.replace(
            post, **{n: t and t.astimezone(UTC) for n, t in times.items()}
        )
    except OverflowError:
        raise _Bad("a time out of range - at `$.published_at`") from None


def _column(line: bytes, error: str) -> int:
    """Where in a line an error is, counted in characters from 1."""
    byte, key = _AT_BYTE.search(error), _AT_KEY.search(error)
    named = line.find(f'"{key[1]}"'.encode()) if key else 0
    at = int(byte[1]) if byte else len(line) if "truncated" in error else max(named, 0)
    return len(line[:at].decode("utf-8", "replace")) + 1


def in_order(posts: Iterable[tuple[int, Sourced]], name: str) -> Iterator[Sourced]:
    """By time of publication, holding `WINDOW` posts; `Invalid` where that is not enough."""
    heap: list[tuple[datetime, int, Sourced]] = []
    last = datetime.min.replace(tzinfo=UTC)
    for number, sourced in posts:
        if sourced.post.published_at < last:
            raise Invalid(
                f"{name}:{number}: published {sourced.post.published_at:%Y-%m-%d %H:%M}, more than "
                f"{WINDOW:,} posts behind its place; sort the file by published_at"
            )
        heapq.heappush(heap, (sourced.post.published_at, number, sourced))
        if len(heap) > WINDOW:
            last, _, earliest = heapq.heappop(heap)
            yield earliest
    while heap:
        yield heapq.heappop(heap)[2]
