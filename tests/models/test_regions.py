"""Names, outlines and points that boards print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import regions
from rezonans.troubles import Invalid


def test_there_are_twenty_regions_in_both_languages() -> None:
    found = regions.regions()
    assert len(found) == 20
    assert found["31"] == regions.Region(
        "31", "Жамбылская область", "Жамбыл облысы", "Жамбылская", "Жамбыл"
    )
    assert all(all(region) for region in found.values())
    assert len({region.short_ru for region in found.values()}) == 20
    assert len({region.short_kk for region in found.values()}) == 20


@pytest.mark.parametrize(
    ("code", "russian", "kazakh"),
    [
        ("31", "Жамбылская область", "Жамбыл облысы"),
        ("100000000", "область Абай", "Абай облысы"),
        ("750000000", "Алматы", "Алматы"),
        ("314200000", "Жуалынский район", "Жуалы ауданы"),
        ("114500000", "район Биржан сал", "Біржан сал ауданы"),
        ("751710000", "Медеуский район", "Медеу ауданы"),
        ("711110000", "район Алматы", "Алматы ауданы"),
        ("311010000", "Тараз", "Тараз"),
        ("314030000", "Асинский сельский округ", "Аса ауылдық округі"),
        ("314030100", "село Аса", "Аса ауылы"),
        ("235235100", "посёлок Доссор", "Доссор кенті"),
        ("999999999", "999999999", "999999999"),
    ],
)
def test_names_a_place(code: str, russian: str, kazakh: str) -> None:
    assert regions.name(code) == russian
    assert regions.name(code, "kk") == kazakh


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("314030100", "село Аса, Жамбылский район, Жамбылская область"),
        ("311010000", "Тараз, Жамбылская область"),
        ("311011100", "район Әулиеата, Тараз, Жамбылская область"),
        ("751710000", "Медеуский район, Алматы"),
        ("71", "Астана"),
        ("", ""),
    ],
)
def test_says_where_a_place_is(code: str, shown: str) -> None:
    assert regions.path(code) == shown


@pytest.mark.parametrize(
    ("code", "district"),
    [
        ("314030100", "314000000"),
        ("311010000", "311000000"),
        ("311011100", "311000000"),
        ("751710000", "751710000"),
        ("31", None),
        ("750000000", None),
        ("999999999", None),
    ],
)
def test_finds_the_district(code: str, district: str | None) -> None:
    assert regions.district(code) == district


def test_districts_of_a_region() -> None:
    assert len(regions.districts("31")) == 11
    assert len(regions.districts("75")) == 8


def test_short_names() -> None:
    assert regions.short("271010000", "kk") == "БҚО"
    assert regions.short("59") == "СКО"
    assert regions.short("99") == "99"


def test_outlines_have_the_codes_of_the_regions() -> None:
    features = regions.outlines()["features"]
    assert {feature["id"] for feature in features} == set(regions.regions())
    assert all(40 < feature["properties"]["lat"] < 56 for feature in features)


def test_points_are_of_known_places() -> None:
    points = regions.points()
    assert all(regions.unit(code) for code in points)
    assert points["311010000"].lat == pytest.approx(42.9, abs=0.1)


@pytest.mark.parametrize("content", ["", "{}", "[", '{"features": []}'])
def test_damaged_outlines_are_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "regions.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=r"regions\.geojson"):
        regions.outlines(tmp_path)


def test_missing_outlines_are_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"regions\.geojson is missing"):
        regions.outlines(tmp_path)


def test_outlines_are_plain_json() -> None:
    assert json.loads(json.dumps(regions.outlines())) == regions.outlines()
