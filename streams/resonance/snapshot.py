"""State and position, saved together: what is in the lanes and what was read are one file.

Guarantee: after `write` returns the file is on disk, whole; a crash at any moment leaves the
file before or the file after. A message is acknowledged only when a snapshot that contains it
is written, and one at or below the snapshot's positions is skipped: each mention enters the
bank once, whatever crashed. What is told of spikes is in the file before it is told: after a
crash it is told again, the same bytes, and never told differently.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from streams.resonance.settings import ResonanceSettings
from streams.resonance.state import Resonance
from streams.resonance.stored import Unusable

MAGIC = b"rezonans-snapshot-1\n"


class _File(msgspec.Struct, array_like=True):
    epoch: str
    positions: dict[str, int]
    state: bytes
    telling: list[bytes] = []


@dataclass
class Snapshot:
    """Lanes, and the last offset of every partition that is in them."""

    epoch: str
    """Identity of the log: offsets mean nothing in another one."""
    state: Resonance
    positions: dict[str, int] = field(default_factory=dict)
    """`topic/partition` to the offset of the last message that is in the state."""
    telling: list[bytes] = field(default_factory=list)
    """Changes of spikes, encoded, that are in the state and perhaps not in the log yet."""

    def covers(self, partition: str, offset: int) -> bool:
        """Whether the message is in the state already and has to be skipped."""
        return offset <= self.positions.get(partition, -1)

    def advance(self, partition: str, offset: int) -> None:
        """The message is in the state from now on."""
        self.positions[partition] = max(offset, self.positions.get(partition, -1))

    def write(self, path: Path) -> None:
        """Replace the file at `path`; `OSError` when the folder can not be written."""
        content = _File(self.epoch, self.positions, self.state.dump(), self.telling)
        payload = msgspec.msgpack.encode(content)
        _replace(path, MAGIC + hashlib.sha256(payload).digest() + payload)


def read(path: Path, epoch: str, settings: ResonanceSettings) -> Snapshot:
    """The snapshot at `path`, an empty one where there is none. Of another epoch the positions
    are ignored, the lanes and the seen items kept. `Unusable` when it is damaged."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Snapshot(epoch, Resonance(settings))
    except OSError as error:
        reason = f"{path}: can not be read ({error.strerror}): correct its rights"
        raise Unusable(reason) from None
    head = len(MAGIC) + 32
    payload = data[head:]
    sound = hashlib.sha256(payload).digest() == data[len(MAGIC) : head]
    if not data.startswith(MAGIC) or not sound:
        reason = f"{path}: the snapshot is damaged: remove it and let the lanes learn again"
        raise Unusable(reason)
    try:
        content = msgspec.msgpack.decode(payload, type=_File)
        state = Resonance.load(content.state, settings)
    except msgspec.DecodeError:
        reason = f"{path}: of another version: remove it and let the lanes learn again"
        raise Unusable(reason) from None
    except Unusable as error:
        reason = f"{path}: {error}"
        raise Unusable(reason) from error
    positions = content.positions if content.epoch == epoch else {}
    return Snapshot(epoch, state, positions, content.telling)


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
