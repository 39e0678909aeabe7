"""The file that says what really happened, for whoever wants to judge the spikes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from collectors.region.incidents import Truth
from rezonans.troubles import Busy

_DECODER = msgspec.json.Decoder(Truth)
_ENCODER = msgspec.json.Encoder()


def write(path: Path, rows: Sequence[Truth]) -> None:
    """Put rows in their place; those of earlier live periods stay. All of it or nothing."""
    again = {row.incident for row in rows}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [row for row in _read(path) if row.incident not in again]
        draft = path.with_name(path.name + ".draft")
        draft.write_bytes(_ENCODER.encode_lines([*kept, *rows]))
        os.replace(draft, path)
    except OSError as error:
        reason = f"truth: can not write {path} ({error.strerror}); choose another file or none"
        raise Busy(reason, 60.0) from None


def _read(path: Path) -> list[Truth]:
    """What is there; a file of somebody else is left alone."""
    try:
        return _DECODER.decode_lines(path.read_bytes()) if path.exists() else []
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Busy(f"truth: {path} holds something else; choose another file", 60.0) from None
