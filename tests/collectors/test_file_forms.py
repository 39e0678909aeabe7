"""Exports in every form: spreadsheets, old encodings, titles above the header, half-written."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.tables import sheets
from collectors.tables.encodings import candidates
from collectors.tables.form import Wish, form_of
from rezonans.records import Post
from rezonans.troubles import Busy, Invalid
from tests.collectors.test_file import HEADER, NOW, bad, items, poll, row, write
from tests.collectors.workbook import Cell, workbook

KAZAKH = "Ауылымызда үш күннен бері су жоқ, әкімдік қашан жөндейді, өтініш"
Rows = list[list[Cell]]
NAMES: list[Cell] = ["Номер", "Дата", "Тип", "Канал", "Текст"]


def appeal(number: int, text: str = "Не вывозят мусор", day: int = 20) -> list[Cell]:
    moment = datetime(2026, 11, day, 10, 30, tzinfo=UTC)
    return [number, moment, "Жалобы", "Звонок", text]


def save(path: Path, book: bytes, *, age: float = 3600.0) -> Path:
    path.write_bytes(book)
    os.utime(path, (NOW.timestamp() - age,) * 2)
    return path


def test_a_spreadsheet_is_read_like_a_table(tmp_path: Path) -> None:
    rows: Rows = [
        ["Отчёт за ноябрь"],
        [],
        NAMES,
        appeal(1, KAZAKH),
        appeal(2, 'Строка "раз"; два\nстрока три'),
        [3.0, "20.11.2026 10:00", "Жалобы", "Звонок", "Яма"],
    ]
    path = save(tmp_path / "a.xlsx", workbook({"Пусто": [], "Лист1": rows}))
    got, cursor, answers = poll(path)
    assert items(got) == ["1", "2", "3"]
    first, second = got[0], got[1]
    assert isinstance(first, Post)
    assert isinstance(second, Post)
    assert first.text == KAZAKH
    assert first.published_at == datetime(2026, 11, 20, 5, 30, tzinfo=UTC)
    assert second.text == 'Строка "раз"; два\rстрока три', "the runner makes it a line end"
    assert answers[-1].looked_until is not None
    again, _, answers = poll(path, cursor)
    assert (again, len(answers)) == ([], 1), "it is not even opened"


def test_a_bad_row_of_a_spreadsheet_has_its_row_and_column(tmp_path: Path) -> None:
    rows: Rows = [
        NAMES,
        appeal(1),
        [2, "вчера", "Жалобы", "Звонок", "Яма"],
        [],
        [None, *appeal(4)[1:]],
    ]
    got, _, _ = poll(save(tmp_path / "a.xlsx", workbook({"Лист1": rows})))
    assert items(got) == ["1"]
    assert [place for place, _ in bad(got)] == ["a.xlsx:3:Дата", "a.xlsx:5:Номер"]
    assert "add its form to them" in bad(got)[0][1]
    assert "fill it in" in bad(got)[1][1]


def test_a_spreadsheet_that_grows_is_read_on_and_one_that_changes_again(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", workbook({"Л": [NAMES, appeal(1)]}))
    _, cursor, _ = poll(path)
    wider: Rows = [[*NAMES, "Статус"], [*appeal(1)], [*appeal(2), "новое"]]
    save(path, workbook({"Л": [NAMES, appeal(1), appeal(2)]}), age=60)
    got, cursor, _ = poll(path, cursor)
    assert items(got) == ["2"]
    save(path, workbook({"Л": wider}), age=30)
    got, cursor, _ = poll(path, cursor)
    assert items(got) == ["1", "2"]
    assert all(piece.revision for piece in got if isinstance(piece, Post))


def test_the_sheet_can_be_named_and_is_found_by_its_columns(tmp_path: Path) -> None:
    book: dict[str, Rows] = {
        "Сводка": [["Итого", 7]],
        "Данные": [NAMES, appeal(1)],
        "Архив": [NAMES, appeal(2)],
    }
    path = save(tmp_path / "a.xlsx", workbook(book))
    assert items(poll(path)[0]) == ["1"]
    assert items(poll(path, sheet="Архив")[0]) == ["2"]
    with pytest.raises(Invalid, match=r"no sheet 'Лист1'; it has: Сводка, Данные, Архив"):
        poll(path, sheet="Лист1")
    with pytest.raises(
        Invalid, match=r"a.xlsx: no column for id = 'Номер'.*sheet 'Сводка', line 1"
    ):
        poll(path, sheet="Сводка")


def test_half_a_spreadsheet_is_waited_for_and_a_damaged_one_said(tmp_path: Path) -> None:
    book = workbook({"Л": [NAMES, appeal(1)]})
    path = save(tmp_path / "a.xlsx", book[: len(book) // 2], age=5)
    with pytest.raises(Busy, match="still being written"):
        poll(path)
    save(tmp_path / "b.xlsx", workbook({"Л": [NAMES, appeal(2)]}))
    got, _, _ = poll(tmp_path / "*.xlsx")
    assert (items(got), bad(got)) == (["2"], [])
    save(path, book[: len(book) // 2], age=600)
    got, cursor, _ = poll(tmp_path / "*.xlsx")
    assert "a.xlsx: is no whole spreadsheet" in bad(got)[0][1]
    assert "export it again" in bad(got)[0][1]
    save(path, book, age=5)
    assert items(poll(tmp_path / "*.xlsx", cursor)[0]) == ["1"]


def test_half_a_header_is_waited_for(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADER[:9], age=5)
    with pytest.raises(Busy, match="still being written"):
        poll(tmp_path / "a.csv")
    write(tmp_path / "a.csv", HEADER + row(1), age=5)
    assert items(poll(tmp_path / "a.csv")[0]) == ["1"]


def test_a_spreadsheet_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_BYTES", 1000)
    path = save(tmp_path / "a.xlsx", workbook({"Л": [NAMES, appeal(1)]}))
    with pytest.raises(Invalid, match="export it as CSV, or in parts"):
        poll(path)


def test_a_folder_is_watched(tmp_path: Path) -> None:
    assert poll(tmp_path)[0] == [], "an empty folder is no mistake"
    write(tmp_path / "1.csv", HEADER + row(1))
    save(tmp_path / "2.xlsx", workbook({"Л": [NAMES, appeal(2)]}))
    for name in ("~$2.xlsx", ".1.csv.swp", "3.csv.part", "photo.jpg", "читай.docx"):
        (tmp_path / name).write_bytes(b"no table")
    got, cursor, _ = poll(tmp_path)
    assert (items(got), bad(got)) == (["1", "2"], [])
    write(tmp_path / "0.csv", HEADER + row(7), age=60)
    got, _, _ = poll(tmp_path, cursor)
    assert items(got) == ["7"]


@pytest.mark.parametrize("encoding", ["cp1251", "kz1048", "cp866", "koi8-r", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_old_encodings_and_titles_above_the_header(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    text = "Отчёт по обращениям за ноябрь 2026 года\n\n" + (HEADER + row(1)).replace(";", separator)
    write(tmp_path / "a.csv", text, encoding)
    got, _, _ = poll(tmp_path / "a.csv")
    assert items(got) == ["1"]
    assert isinstance(got[0], Post)
    assert got[0].text == "Не вывозят мусор"


def test_kazakh_letters_of_windows_are_no_serbian(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADER + row(1, text=KAZAKH), "kz1048")
    got, _, _ = poll(tmp_path / "a.csv")
    assert isinstance(got[0], Post)
    assert got[0].text == KAZAKH


def test_places_count_the_lines_above_the_header(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "sep=;\n\n" + HEADER + row(1) + row(2, "Просьба"))
    got, _, _ = poll(tmp_path / "a.csv")
    assert items(got) == ["1"]
    assert [place for place, _ in bad(got)] == ["a.csv:5:Тип"]


@given(st.text(alphabet="абвгдежзиклмнопрстуфхцчшыэюя АБВ.", min_size=30, max_size=200))
def test_a_wish_is_confirmed_by_the_columns(text: str) -> None:
    for encoding in ("cp1251", "cp866", "koi8-r", "utf-8"):
        sample = f"{text}\nНомер;Текст\n1;{text}\n".encode(encoding)
        form = form_of(sample, "a.csv", Wish(columns={"id": "Номер", "text": "Текст"}))
        assert form.encoding == ("utf-8" if sample.isascii() else encoding)
        assert (form.separator, form.first_line) == (";", 3)


@given(st.binary(max_size=300))
def test_any_bytes_have_candidates_or_are_refused(sample: bytes) -> None:
    assert candidates(sample)
    with suppress(Invalid):
        assert form_of(sample, "a.csv", Wish()).format in ("csv", "jsonl")
