"""Small files that a process writes for the next one: whole or not at all.

What is lost with such a file is learnt again, so neither a full disk nor a damaged file stops
the reading.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TypeVar

import msgspec

Kept = TypeVar("Kept", bound=msgspec.Struct)


def read(path: Path | None, kind: type[Kept]) -> Kept:
    """What a file holds; an empty `kind` where there is none, or none that can be read."""
    if path is None:
        return kind()
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return kind()


def write(path: Path | None, held: msgspec.Struct) -> None:
    """Put a new file in the place of the old one."""
    if path is None:
        return
    aside = path.with_suffix(".new")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(msgspec.json.encode(held))
        os.replace(aside, path)
