"""What word lists say of lemmas, given to training as columns and folded away afterwards.

A list gives each lemma a number. For the rows of the feature matrix that is one more column, a
weighted sum of the columns of lemmas; because it is linear, what a machine learns of it can be
added to the coefficients of those lemmas. Nothing of a list is shipped but this.
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix

from models import features
from models.train import rows

_SENTILEX = {"positive": 2, "postive": 2, "negative": 3}
_FACT = 4
_COLUMNS = 5


def column(word: str) -> int:
    """The column of the lemma of a word in the feature matrix."""
    return crc32(f"l{features.lemma(word)}".encode()) & (features.DIMENSION - 1)


def russian(data: Path) -> csr_matrix:
    """Shape (feature columns, numbers of a lemma): KartaSlovSent good and bad, RuSentiLex good,
    bad by opinion, bad by fact."""
    found = np.zeros((features.width(), _COLUMNS), np.float32)
    for raw in rows.table(data / "lexicons" / "kartaslovsent.csv", delimiter=";"):
        if " " not in raw["term"]:
            value, place = float(raw["value"]), column(raw["term"])
            side = 0 if value > 0 else 1
            found[place, side] = max(found[place, side], abs(value))
    for line in rows.lines(data / "lexicons" / "rusentilex_2017.txt"):
        parts = [part.strip() for part in line.split(",")]
        if len(parts) < 5 or line.startswith("!") or " " in parts[2]:
            continue
        side = _SENTILEX.get(parts[3], -1)
        if side == 3 and parts[4] == "fact":
            side = _FACT
        if side >= 0:
            found[column(parts[2].lower()), side] = 1
    return csr_matrix(found)
