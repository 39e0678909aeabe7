"""Which files a pattern, or a watched folder, means now."""

from __future__ import annotations

import glob
from pathlib import Path

from rezonans.troubles import Busy, Invalid

MOST_FILES = 2_000
TABLES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".xlsx", ".xlsm", ".xls", ".ods")
"""What is read of a folder that is named as such."""
_UNFINISHED = (".part", ".partial", ".filepart", ".crdownload", ".tmp", ".temp", ".swp")


def tables_at(pattern: str) -> list[Path]:
    """The files, by name; of a folder, all tables in it.

    Files that programs keep beside the one they write (`~$109.xlsx`, `109.csv.part`) are none.
    `Busy` where a pattern finds nothing yet; a folder may be empty.
    """
    folder = Path(pattern)
    if folder.is_dir():
        found = [path for path in folder.iterdir() if path.suffix.lower() in TABLES]
    else:
        found = [Path(name) for name in glob.glob(pattern, recursive=True)]
        if not found:
            raise Busy(f"{pattern}: no such file yet", 60.0)
    paths = sorted(path for path in found if path.is_file() and not _is_aside(path))
    if len(paths) > MOST_FILES:
        raise Invalid(
            f"{pattern}: {len(paths)} files; name at most {MOST_FILES} with one pattern, or move "
            "what is read to another folder"
        )
    return paths


def _is_aside(path: Path) -> bool:
    return path.name.startswith(("~$", ".")) or path.suffix.lower() in _UNFINISHED
