"""Scores of places: on rows of our own always, on the labelled rows where they are."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from models import places
from models.places.units import FOLDER
from models.texts import Text
from models.train.evaluate_places import counts, main, read, result, results, scores, write
from models.train.places_card import Report, card
from rezonans.cli.evaluate import evaluate

ROWS = [
    {"text": "В Таразе нет воды", "region_kato2": "31", "place_kato": "311010000"},
    {"text": "Астана и Алматы", "region_kato2": "71;75", "place_kato": ""},
    {"text": "Абай великий поэт", "region_kato2": "", "place_kato": ""},
    {"text": "Жамбылский район", "region_kato2": "", "place_kato": "", "alt_kato2": "31;19;59"},
    {"text": "Село без имени", "region_kato2": "31", "place_kato": "314030100"},
]


def test_counts_regions_places_and_false_ones() -> None:
    each = counts(ROWS, places.load()([Text(text=row["text"]) for row in ROWS]))
    assert each.sum(axis=0).tolist() == [3, 3, 4, 1, 0, 2, 1]
    measured = scores(each)
    assert measured["region precision"].value == 1.0
    assert measured["region recall"].value == 0.75
    assert measured["region F1"].value == pytest.approx(6 / 7)
    assert measured["false places"].value == 0.0
    assert measured["districts and settlements"].value == 0.5


def test_intervals_hold_the_value_and_are_the_same_again() -> None:
    each = counts(ROWS * 20, [()] * 50 + places.load()([Text(text="В Таразе")] * 50))
    measured = scores(each)
    assert measured == scores(each)
    assert all(found.low <= found.value <= found.high for found in measured.values())


def test_nothing_found_is_a_score_of_zero() -> None:
    assert scores(counts(ROWS, [()] * len(ROWS)))["region F1"].value == 0.0
    assert scores(counts([], [])) == {}


def test_a_false_place_is_counted() -> None:
    found = places.load()([Text(text="В Таразе")] * len(ROWS))
    assert scores(counts(ROWS, found))["false places"].value == 1.0


def test_rows_without_places_have_no_region_to_score() -> None:
    assert set(scores(counts(ROWS[2:3], [()]))) == {"false places"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "labels").mkdir()
    for name in ("region_dev.csv", "tengri_dev.csv"):
        rows = "text,region_kato2,place_kato\nВ Таразе нет воды,31,311010000\nВоды нет,,\n"
        (tmp_path / "labels" / name).write_text(rows, encoding="utf-8")
    return tmp_path


def test_every_set_is_measured_and_the_card_says_so(data: Path, tmp_path: Path) -> None:
    head = places.load()
    found = results(data, head)
    assert found[0].scores["region F1"].value == 1.0
    assert {"names, Latin Kazakh", "names, «кушти» spelling"} <= {each.name for each in found}
    write(found, head, tmp_path)
    assert "names, Latin Kazakh" in (tmp_path / "card.md").read_text("utf-8")
    report = msgspec.json.decode((tmp_path / "report.json").read_bytes(), type=Report)
    assert report == Report(version=head.version, results=found)


def test_the_report_is_of_the_packaged_gazetteer() -> None:
    report = msgspec.json.decode((FOLDER / "report.json").read_bytes(), type=Report)
    assert report.version == places.load().version
    assert (FOLDER / "card.md").read_text("utf-8") == card(report)


def test_the_public_command_measures_places(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate("places", data=data, json=True) == 0
    report = msgspec.json.decode(capsys.readouterr().out, type=Report)
    assert report.results[0].scores["region F1"].value == 1.0


def test_the_command_prints_a_line_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,region_kato2\nВ Таразе нет воды,31\nВ Актобе,\n", encoding="utf-8")
    assert main([str(path), "--errors"]) == 0
    shown = capsys.readouterr().out
    assert "### rows.csv" in shown
    assert "- false places: 1.000" in shown
    assert "В Актобе" in shown


def test_a_missing_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "absent.csv")]) == 2
    assert "there is no file" in capsys.readouterr().err


@pytest.mark.shared
def test_regions_of_the_labelled_week(shared_dir: Path) -> None:
    rows = read(shared_dir / "labels" / "region_dev.csv")
    measured = result("region_dev", rows, places.load()).scores
    assert measured["region F1"].low >= 0.95
    assert measured["false places"].value <= 0.04
    assert measured["districts and settlements"].value >= 0.9


@pytest.mark.shared
def test_foreign_news_name_hardly_any_village(shared_dir: Path) -> None:
    with (shared_dir / "kursk_appeals" / "train_clean.csv").open(encoding="utf-8") as file:
        texts = [Text(text=row["text"]) for row in csv.DictReader(file)]
    found = places.load()(texts)
    assert sum(bool(named) for named in found) <= 0.02 * len(texts)
