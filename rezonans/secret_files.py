"""Secrets in files of this machine: whole or not there, readable by their owner alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in a file, made when the file is missing. Raises `OSError`.

    Guarantee: of processes that start together one writes and all read the same; a full
    disk or a kill leaves no half of a secret under its name.
    """
    with suppress(FileNotFoundError):
        return path.read_text(encoding="utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _put(path, make() + "\n")
    return path.read_text(encoding="utf-8").strip()


def _put(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first; its value counts
            os.link(name, path)
    finally:
        os.unlink(name)
