"""The taxonomy: complete, in three languages, and clear about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import taxonomy
from models.weights import ARTIFACTS, load
from rezonans.records import Invalid

CODES = """
water heating electricity gas housing waste ecology roads transport health education social
prices jobs land emergency order animals services corruption culture politics other
"""


def test_all_codes_have_names_and_a_group() -> None:
    found = taxonomy.load()
    assert sorted(found.topics) == sorted(CODES.split())
    assert found.name("water", "kk") == "Су және кәріз"
    assert found.name("water", "ru") == "Вода и канализация"
    assert found.name("water", "en") == "Water and sewerage"
    assert found.name("unheard", "ru") == "unheard"


def test_the_head_knows_no_other_codes() -> None:
    manifest, _ = load(ARTIFACTS / "topic")
    assert sorted(manifest.classes) == sorted(CODES.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[groups", "taxonomy"),
        ("[groups]\n[topics.water]\ngroup='x'\nru='а'\nkk='ә'\nen='a'", "water: group 'x' is not"),
        ("[groups]\n[topics.water]\ngroup='x'\nru='а'\nen='a'", "`kk`"),
        ("[groups.x]\nru='а'\nkk='ә'\nen='a'\ncolour='red'\n[topics]", "colour"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid, match=message):
        taxonomy.load(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="No such file"):
        taxonomy.load(tmp_path / "taxonomy.toml")
