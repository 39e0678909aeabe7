"""Sentences as citizens, journalists and officials write them, with the places a reader expects.

All of them were written, with what is expected, before any was read by the program. Every third
was then looked at, and classes of errors in the others were mended after the first measurement,
which the documentation keeps (`docs/models.md`).
"""

from __future__ import annotations

from collections.abc import Iterator

from models.train import synthetic

Row = dict[str, str]
_TUNED = 3
"""One of so many, from the first on, is for tuning."""


def read(name: str = "citizens") -> Iterator[Row]:
    """Of a file: `text`, what else is given (`home`, `title`, `context`), and the codes by `;`."""
    lines = (synthetic.FOLDER / f"places_{name}.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line and line[0] != "#":
            cell, *given, text = line.split(" | ")
            codes = cell.replace("-", "").split()
            narrow = [code for code in codes if not code.endswith("0000000")]
            regions = dict.fromkeys(code[:2] for code in codes)
            row = {"text": text, "codes": ";".join(codes)}
            row |= {"region_kato2": ";".join(regions), "place_kato": ";".join(narrow)}
            for each in given:
                name, _, value = each.partition("=")
                row[name] = value
            yield row


def parts() -> tuple[list[Row], list[Row]]:
    """Those that were tuned on, and the others."""
    rows = list(read())
    return rows[::_TUNED], [row for at, row in enumerate(rows) if at % _TUNED]
