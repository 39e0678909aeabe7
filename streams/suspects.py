"""Which messages were in hand when the worker died: one post can not stop the country.

Before a batch is taken its places are written to a file, afterwards the file is emptied. A
message that is found there at the start was in hand at a crash; after two crashes it is taken
post by post, and a post that was alone in hand at a crash is refused. Guarantee: a message
that always crashes the worker is set aside after three starts, its neighbours go through.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

CRASHES_TO_SPLIT = 2


class _Hand(msgspec.Struct):
    epoch: str
    crashes: dict[str, int]
    """Place to the number of times it was in hand at a crash."""
    in_hand: list[str]
    alone: str | None = None
    """The part, `place/index`, that is taken alone now."""
    refused: list[str] = []


class Suspects:
    """The file of one agent."""

    def __init__(self, path: Path, epoch: str) -> None:
        self._path = path
        self._hand = _read(path, epoch)
        for place in self._hand.in_hand:
            self._hand.crashes[place] = self._hand.crashes.get(place, 0) + 1
        if self._hand.alone is not None:
            self._hand.refused.append(self._hand.alone)
        self._hand.in_hand, self._hand.alone = [], None

    def splits(self, place: str) -> bool:
        """Whether a message has crashed the worker so often that it is taken in parts."""
        return self._hand.crashes.get(place, 0) >= CRASHES_TO_SPLIT

    def refused(self, part: str) -> bool:
        """Whether this part crashed the worker when it was taken alone."""
        return part in self._hand.refused

    def take(self, places: Iterable[str], alone: str | None = None) -> None:
        """Note what is in hand from now on."""
        self._hand.in_hand, self._hand.alone = list(places), alone
        self._write()

    def release(self) -> None:
        """What was in hand went through: it is forgotten."""
        for place in self._hand.in_hand:
            self._hand.crashes.pop(place, None)
        self.put_back()

    def put_back(self) -> None:
        """Nothing is in hand any more, and nothing was proven: the worker stops, or waits."""
        self._hand.in_hand, self._hand.alone = [], None
        self._write()

    def _write(self) -> None:
        # No fsync: this guards against a dying process, not against power loss.
        temporary = self._path.with_suffix(".new")
        temporary.write_bytes(msgspec.json.encode(self._hand))
        os.replace(temporary, self._path)


def _read(path: Path, epoch: str) -> _Hand:
    """What the file says; another life of the log, or a damaged file, says nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        hand = msgspec.json.decode(path.read_bytes(), type=_Hand)
    except (FileNotFoundError, msgspec.DecodeError):
        return _Hand(epoch, {}, [])
    return hand if hand.epoch == epoch else _Hand(epoch, {}, [])
