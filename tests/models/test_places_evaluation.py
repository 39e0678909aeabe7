"""Scores of places: on rows of our own always, on the labelled rows where they are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from models import places
from models.texts import Text
from models.train.evaluate_places import main, report, score

ROWS = [
    {"text": "В Таразе нет воды", "region_kato2": "31", "place_kato": "311010000"},
    {"text": "Астана и Алматы", "region_kato2": "71;75", "place_kato": ""},
    {"text": "Абай великий поэт", "region_kato2": "", "place_kato": ""},
    {"text": "Жамбылский район", "region_kato2": "", "place_kato": "", "alt_kato2": "31;19;59"},
    {"text": "Село без имени", "region_kato2": "31", "place_kato": "314030100"},
]


def test_counts_regions_places_and_false_ones() -> None:
    found = places.load()([Text(text=row["text"]) for row in ROWS])
    result = score(ROWS, found)
    assert (result.rows, result.hit, result.found, result.labelled) == (4, 3, 3, 4)
    assert (result.empty, result.false, result.places, result.exact) == (1, 0, 2, 1)
    assert result.precision == 1.0
    assert result.recall == 0.75
    assert result.f1 == pytest.approx(6 / 7)
    assert "F1 0.857" in report("ours", result)


def test_nothing_found_is_a_score_of_zero() -> None:
    assert score(ROWS, [()] * len(ROWS)).f1 == 0.0
    assert score([], []).f1 == 0.0


def test_a_false_place_is_counted() -> None:
    found = places.load()([Text(text="В Таразе")] * len(ROWS))
    assert score(ROWS, found).false == 1


def test_the_command_prints_a_line_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,region_kato2\nВ Таразе нет воды,31\nВ Актобе,\n", encoding="utf-8")
    assert main([str(path), "--errors"]) == 0
    shown = capsys.readouterr().out
    assert "rows.csv: 2 rows" in shown
    assert "В Актобе" in shown


def test_a_missing_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "absent.csv")]) == 2
    assert "there is no file" in capsys.readouterr().err


@pytest.mark.shared
def test_regions_of_the_labelled_week(shared_dir: Path) -> None:
    with (shared_dir / "labels" / "region_dev.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    result = score(rows, places.load()([Text(text=row["text"]) for row in rows]))
    assert result.f1 >= 0.95
    assert result.false <= 1
    assert result.exact >= 0.9 * result.places


@pytest.mark.shared
def test_foreign_news_name_hardly_any_village(shared_dir: Path) -> None:
    with (shared_dir / "kursk_appeals" / "train_clean.csv").open(encoding="utf-8") as file:
        texts = [Text(text=row["text"]) for row in csv.DictReader(file)]
    found = places.load()(texts)
    assert sum(bool(named) for named in found) <= 0.02 * len(texts)
