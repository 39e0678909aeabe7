"""The generation of everything that comes with the package: which understanding is the newer.

Digests say that weights differ, not which came later. Every version that is stored with a mention
begins with this number, so that a row understood anew takes the place of the older one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

GENERATION = 19
"""Raise it by one whenever weights or gazetteer of the package change, and write the record anew:
`python -m models.train.generation`. A test holds the two together."""

RECORD = "generation.json"


class Record(msgspec.Struct, frozen=True):
    """Which versions are those of a generation."""

    generation: int
    digests: dict[str, str]


def stamped(versions: Mapping[str, str], generation: int = GENERATION) -> dict[str, str]:
    """Versions as they are stored: "2d09ec62dbae" becomes "1+2d09ec62dbae".

    A plus, as in build numbers, because a reader of the leading number may take points and
    dashes, and the digits of a digest behind them, as parts of it.
    """
    return {name: f"{generation}+{version}" for name, version in sorted(versions.items())}


def read(folder: Path) -> Record:
    """The record beside the packaged weights."""
    return msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)


def write(folder: Path, digests: Mapping[str, str], generation: int = GENERATION) -> None:
    """Keep the record of a generation."""
    listed = msgspec.json.encode(Record(generation, dict(sorted(digests.items()))))
    (folder / RECORD).write_bytes(msgspec.json.format(listed, indent=2) + b"\n")
