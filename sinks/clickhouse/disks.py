"""How much room there is for the data: of the disk of each folder, and of the disks of a server.

An answer names each disk by what is free there, as words that follow `GB are free`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

GB = 1e9
FOR_ALL, FOR_STATE = "for the data", "in the state folder"

# a bucket has no end: it says that the greatest number is free
_DISKS = """
SELECT
    hostName() AS host, name, least(free_space, unreserved_space) AS free, keep_free_space AS kept
FROM {} WHERE total_space < pow(2, 60) ORDER BY host, name
"""
_OWN, _ALL = "system.disks", "clusterAllReplicas({cluster:String}, system.disks)"


class Disk(NamedTuple):
    """What holds a folder."""

    device: int
    free: int
    """Bytes."""


def disk_of(folder: Path) -> Disk:
    """Of a folder, or of the nearest one above that exists."""
    place = next(one for one in (folder, *folder.parents) if one.exists())
    return Disk(place.stat().st_dev, shutil.disk_usage(place).free)


def of_folders(state: Path, disk: Callable[[Path], Disk] = disk_of) -> dict[str, float]:
    """Of the state folder, and of the embedded store's where that lies on a disk of its own."""
    rows = (state / "store").resolve()
    whole, own = disk(state.resolve()), disk(rows)
    if own.device == whole.device:
        return {FOR_ALL: whole.free / GB}
    return {FOR_STATE: whole.free / GB, f"for the store, on the disk of {rows}": own.free / GB}


def of_state(state: Path) -> dict[str, float]:
    """Of the state folder alone: the rows are elsewhere."""
    return {FOR_STATE: disk_of(state.resolve()).free / GB}


def of_server(
    query: Callable[[str, Mapping[str, Any] | None], Sequence[Mapping[str, Any]]],
    cluster: str | None,
) -> dict[str, float]:
    """Of the disks of a server, or of all servers of a cluster; without what a server keeps free
    for itself. What `query` raises, goes on."""
    asked = {"cluster": cluster} if cluster else None
    rows = query(_DISKS.format(_ALL if cluster else _OWN), asked)
    return {
        f"for the store, on disk {row['name']} of {row['host']}": (
            max(0, int(row["free"]) - int(row["kept"])) / GB
        )
        for row in rows
    }
