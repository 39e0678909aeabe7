"""Writes which weights and gazetteer are those of the present generation.

Run `python -m models.train.generation` after `models.generation.GENERATION` was raised.
"""

from __future__ import annotations

from pathlib import Path

from models import generation, understanding
from models.weights import ARTIFACTS


def main(folder: Path = ARTIFACTS) -> None:
    """Record the versions of a folder of weights."""
    generation.write(folder, understanding.load(folder).digests)


if __name__ == "__main__":
    main()
