"""What `rezonans train` says below the card."""

from __future__ import annotations

from pathlib import Path

import pytest

from rezonans.cli.models import _remarks


@pytest.mark.parametrize(
    ("folder", "copied", "learned", "said"),
    [
        (
            "own",
            ["topic", "urgent"],
            False,
            ["Copied from used, so that own is whole: topic,"],
        ),
        ("own", [], True, ["rezonans evaluate --shadow own"]),
        ("own", ["topic"], True, ["Copied from used", "rezonans evaluate --shadow own"]),
        ("own", [], False, []),
        ("./used", [], True, []),  # in use already: nothing is there to compare
    ],
)
def test_remarks(folder: str, copied: list[str], learned: bool, said: list[str]) -> None:
    found = _remarks(Path(folder), Path("used"), copied, learned)
    assert len(found) == len(said)
    for part, text in zip(said, found, strict=True):
        assert part in text
