"""The gazetteer is built the same from the same inputs."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from models.places.units import FOLDER
from models.train.gazetteer import main

KATO = """kato,kato_version,level,type_code,name_ru,name_kk
310000000,TEST,oblast,0,Жамбылская область,Жамбыл облысы
311000000,TEST,district,1,Тараз Г.А.,Тараз Қ.Ә.
311010000,TEST,sub_district,1,г.Тараз,Тараз қ.
311011100,TEST,settlement,1,район Әулиеата,Әулиеата ауданы
314200000,TEST,district,2,Жуалынский район,Жуалы ауданы
314230000,TEST,sub_district,2,Б.Момышулы с.о.,Б.Момышұлы атын.а.о.
314230100,TEST,settlement,2,с.им.Б.Момышулы,Б.Момышұлы атын.а.
314230200,TEST,settlement,2,рзд.27,рзд.27
314230300,TEST,settlement,2,зимовка Аксай,Ақсай қыстауы
"""
PLACES = """geonameid,name,lat,lon,population,admin1code,alternatenames
1516905,Taraz,42.9,71.36667,358153,17,Тараз|Джамбул
1,Taraz,52.9,71.3,9,17,Тараз
"""
SQUARE = [[[70.0, 42.0, 0.0], [73.0, 42.0, 0.0], [73.0, 44.0, 0.0], [70.0, 42.0, 0.0]]]
OUTLINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kato2": "31", "lon": 72.4, "lat": 44.2, "iso": "KZ-31"},
            "geometry": {"type": "Polygon", "coordinates": SQUARE},
        }
    ],
}


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    (tmp_path / "kato.csv").write_text(KATO, encoding="utf-8")
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "outlines.geojson").write_text(json.dumps(OUTLINES), encoding="utf-8")
    files = {"kato": "kato.csv", "places": "places.csv", "outlines": "outlines.geojson"}
    return [part for key, name in files.items() for part in (f"--{key}", str(tmp_path / name))]


def test_strips_the_words_of_types(inputs: list[str], tmp_path: Path) -> None:
    assert main([*inputs, "--out", str(tmp_path / "out")]) == 0
    lines = gzip.decompress((tmp_path / "out" / "kato.tsv.gz").read_bytes()).decode().splitlines()
    assert [line.split("\t")[1:] for line in lines[1:]] == [
        ["region", "Жамбылская", "Жамбыл"],
        ["akimat", "Тараз", "Тараз"],
        ["city", "Тараз", "Тараз"],
        ["quarter", "Әулиеата", "Әулиеата"],
        ["district", "Жуалынский", "Жуалы"],
        ["okrug", "Б.Момышулы", "Б.Момышұлы"],
        ["village", "Б.Момышулы", "Б.Момышұлы"],
        ["station", "27", "27"],
        ["other", "зимовка Аксай", "Ақсай қыстауы"],
    ]


def test_gives_coordinates_to_the_place_of_that_region(inputs: list[str], tmp_path: Path) -> None:
    assert main([*inputs, "--out", str(tmp_path / "out")]) == 0
    lines = (tmp_path / "out" / "places.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["311010000\t42.9\t71.36667\t358153\t1516905"]


def test_the_same_inputs_give_the_same_bytes(inputs: list[str], tmp_path: Path) -> None:
    for out in ("one", "two"):
        assert main([*inputs, "--out", str(tmp_path / out)]) == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_missing_input_is_one_sentence(
    inputs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kato.csv").unlink()
    assert main([*inputs, "--out", str(tmp_path / "out")]) == 2
    assert "there is no file" in capsys.readouterr().err


@pytest.mark.shared
def test_the_committed_gazetteer_is_what_the_script_builds(
    shared_dir: Path, tmp_path: Path
) -> None:
    given = {
        "kato": "kato/kato.csv",
        "outlines": "kz_adm1/kz_adm1_simplified_kato.geojson",
        "places": "geonames_kz/geonames_kz_cities500.csv",
    }
    inputs = [part for key, path in given.items() for part in (f"--{key}", str(shared_dir / path))]
    assert main([*inputs, "--out", str(tmp_path)]) == 0
    for path in tmp_path.iterdir():
        built, shipped = path.read_bytes(), (FOLDER / path.name).read_bytes()
        unpack = gzip.decompress if path.suffix == ".gz" else bytes
        assert unpack(built) == unpack(shipped), path.name
