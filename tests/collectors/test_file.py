"""Exports as people make them: encodings, separators, growing, replaced, broken in every row."""

from __future__ import annotations

import asyncio
import os
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import Answer, Rejected, file
from collectors.runner import instance
from collectors.tables.appeals import APPEALS
from collectors.tables.form import cells
from collectors.tables.records import records
from rezonans.records import Post
from rezonans.refused import SettingsError
from rezonans.troubles import Busy, Invalid
from tests.collectors.stage import Log, Store, Time, run
from tests.collectors.table2 import COLUMNS, MOBILE, MOBILE_ROWS, TABLE2, TOTAL, write_table2

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HEADER = "Номер;Дата;Тип;Канал;Текст\n"
Got = list[Post | Rejected]


def table(path: Path, **more: Any) -> dict[str, Any]:
    return {
        "kind": "file",
        "legal_basis": "ours",
        "system": "109",
        "paths": [str(path)],
        "columns": COLUMNS,
        **more,
    }


def poll(
    path: Path, cursor: str | None = None, *, now: datetime = NOW, **more: Any
) -> tuple[Got, str | None, list[Answer]]:
    """One poll to its end: what it brought, the cursor after it, its answers."""
    config = file.Config.model_validate(table(path, **more))
    target = file.targets(config)[0]

    async def read() -> list[Answer]:
        async with httpx.AsyncClient() as http:
            return [a async for a in file.fetch(config, target, http, cursor, now)]

    answers = asyncio.run(read())
    for answer in answers:
        cursor = answer.cursor or cursor
    return [p for a in answers for p in file.parse(config, target, a)], cursor, answers


def write(path: Path, text: str, encoding: str = "utf-8", *, age: float = 3600.0) -> None:
    path.write_bytes(text.encode(encoding))
    when = NOW.timestamp() - age
    os.utime(path, (when, when))


def row(number: int, kind: str = "Жалобы", text: str = "Не вывозят мусор") -> str:
    return f"{number};20.11.2026 10:{number % 60:02d}:00;{kind};Звонок;{text}\n"


def items(got: Got) -> list[str]:
    return [piece.item.removeprefix("file:109:") for piece in got if isinstance(piece, Post)]


def bad(got: Got) -> list[tuple[str, str]]:
    return [(piece.place, piece.reason) for piece in got if isinstance(piece, Rejected)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_form_is_found_out(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    text = (HEADER + row(1) + row(2)).replace(";", separator).replace("\n", end)
    write(tmp_path / "a.csv", text, encoding)
    got, _, _ = poll(tmp_path / "a.csv")
    assert items(got) == ["1", "2"]
    assert isinstance(got[0], Post)
    assert got[0].text == "Не вывозят мусор"
    assert got[0].published_at == datetime(2026, 11, 20, 5, 1, tzinfo=UTC)
    assert got[0].channel == "Звонок"
    assert got[0].author_kind == "anonymous"


def test_the_form_can_be_told(tmp_path: Path) -> None:
    text = HEADER + row(1, "Шағым", "Су жоқ, қыста жылу да жоқ")
    write(tmp_path / "a.csv", text, "kz1048")
    got, _, _ = poll(tmp_path / "a.csv", encoding="kz1048", separator=";")
    assert isinstance(got[0], Post)
    assert got[0].text == "Су жоқ, қыста жылу да жоқ"
    assert got[0].stated_appeal == "complaint"


def test_json_lines_with_nested_keys(tmp_path: Path) -> None:
    lines = [
        '{"id": 7, "body": {"text": "Не горит свет"}, "at": "2026-11-20T10:00:00+05:00"}',
        '{"id": 8, "body": {"text": "Су жоқ"}, "at": "2026-11-20 10:00"',
        "[1, 2]",
        '{"id": 9, "body": "нет", "at": "2026-11-20"}',
        '{"id": 10, "body": {"text": "Яма"}, "at": "2026-11-20"}',
    ]
    write(tmp_path / "a.jsonl", "\n".join(lines) + "\n")
    columns = {"id": "id", "text": "body.text", "published": "at"}
    got, _, _ = poll(tmp_path / "a.jsonl", columns=columns)
    assert items(got) == ["7", "10"]
    assert isinstance(got[0], Post)
    assert got[0].published_at == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert [place for place, _ in bad(got)] == ["a.jsonl:2:", "a.jsonl:3:", "a.jsonl:4:body.text"]


def test_every_bad_row_has_its_place_and_spoils_no_other(tmp_path: Path) -> None:
    broken = [
        "101;20.11.2026 10:00:00;Жалобы\n",
        "102;31.02.2026 10:00:00;Жалобы;Звонок;мусор\n",
        ";20.11.2026 10:00:00;Жалобы;Звонок;мусор\n",
        "104;20.11.2026 10:00:00;Просьба;Звонок;мусор\n",
        "105;20.11.2026 10:00:00;Жалобы;Звонок;\n",
        "106;20.11.2062 10:00:00;Жалобы;Звонок;мусор\n",
        '107;20.11.2026 10:00:00;Жалобы;Звонок;"да" нет\n',
        "108;20.11.0206 10:00:00;Жалобы;Звонок;мусор\n",
        "109;20.11.2026 10:00:00;Жалобы;Звонок;му;сор\n",
    ]
    text = HEADER + "".join(row(n) + line for n, line in enumerate(broken, 1)) + row(99)
    write(tmp_path / "a.csv", text)
    got, _, _ = poll(tmp_path / "a.csv")
    assert items(got) == [str(n) for n in (*range(1, 10), 99)]
    places = [place for place, _ in bad(got)]
    assert places == [
        "a.csv:3:Тип",
        "a.csv:5:Дата",
        "a.csv:7:Номер",
        "a.csv:9:Тип",
        "a.csv:11:Текст",
        "a.csv:13:Дата",
        "a.csv:15:",
        "a.csv:17:Дата",
        "a.csv:19:Текст",
    ]
    assert all("мусор" not in reason and "Просьба" not in reason for _, reason in bad(got))


def test_bytes_of_another_encoding_are_found_in_their_column(tmp_path: Path) -> None:
    good = "".join(row(n) for n in range(1, 30)).encode()
    wrong = (
        "30;20.11.2026 10:00:00;Жалобы;".encode() + "Звонок".encode("cp1251") + ";яма\n".encode()
    )
    (tmp_path / "a.csv").write_bytes(HEADER.encode() + good + wrong + row(31).encode())
    got, _, _ = poll(tmp_path / "a.csv")
    assert items(got) == [*map(str, range(1, 30)), "31"]
    assert [place for place, _ in bad(got)] == ["a.csv:31:Канал"]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    open_ = '2;20.11.2026 10:00:00;Жалобы;Звонок;"не закрыта\n'
    inch = row(3, text='труба 6" лопнула')
    quoted = row(4, text='"хорошо, ""да"""')
    text = HEADER + row(1) + open_ + inch + quoted + "".join(row(n) for n in range(5, 400))
    write(tmp_path / "a.csv", text)
    got, _, _ = poll(tmp_path / "a.csv", rows=37)
    assert items(got) == ["1", *map(str, range(3, 400))]
    assert bad(got) == [("a.csv:3:", "a quote is not closed at the end of its cell")]


def test_a_row_longer_than_our_patience_moves_no_line_numbers(tmp_path: Path) -> None:
    """And no piece of it passes for a row, wherever it is cut."""
    long = row(1, text="я" * 120_000 + row(7).strip() + ";" + row(8) * 20_000).replace("\n", ";")
    for rows in (1, 500):
        write(tmp_path / "a.csv", HEADER + long + "\n" + "x\n" + row(2))
        got, _, _ = poll(tmp_path / "a.csv", rows=rows)
        assert items(got) == ["2"]
        assert {place.split(":")[1] for place, _ in bad(got)} == {"2", "3"}


def test_what_is_written_behind_half_a_row_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, HEADER + row(1) + row(2).strip())
    got, cursor, _ = poll(path)
    assert items(got) == ["1", "2"]
    write(path, HEADER + row(1) + row(2).strip() + row(3) + row(4))
    got, _, _ = poll(path, cursor)
    assert items(got) == ["4"]
    assert [place for place, _ in bad(got)] == ["a.csv:3:"]


def test_a_file_that_is_no_table_holds_up_no_other(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "[" * 200_000 + "\n")
    write(tmp_path / "b.csv", HEADER + row(1))
    got, _, _ = poll(tmp_path / "*.csv")
    assert items(got) == ["1"]
    ((_, reason),) = bad(got)
    assert reason.startswith("a.csv: the header is no row of a table")


def test_a_file_without_a_header_does_not_tell_its_first_row(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", row(1, text="звоните 8 701 123 45 67, " + "живу на улице " * 9))
    write(tmp_path / "b.csv", HEADER + row(2))
    got, _, _ = poll(tmp_path / "*.csv")
    ((_, reason),) = bad(got)
    assert "[phone]" in reason
    assert len(reason) < 300


def test_line_numbers_hold_behind_texts_of_several_lines(tmp_path: Path) -> None:
    text = HEADER + row(1, text='"раз\nдва ""три""\nчетыре"') + "x\n" + row(2)
    write(tmp_path / "a.csv", text)
    for rows in (1, 2, 500):
        got, _, _ = poll(tmp_path / "a.csv", rows=rows)
        assert isinstance(got[0], Post)
        assert got[0].text == 'раз\nдва "три"\nчетыре'
        assert [place for place, _ in bad(got)] == ["a.csv:5:Номер"]
        assert items(got) == ["1", "2"]


def test_a_growing_file_goes_on_and_half_a_row_waits(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    half = row(3)[:-12]
    write(path, HEADER + row(1) + row(2) + half, age=5.0)
    got, cursor, answers = poll(path)
    assert items(got) == ["1", "2"]
    assert bad(got) == []
    assert all(answer.history for answer in answers)
    write(path, HEADER + row(1) + row(2) + row(3) + row(4), age=5.0)
    got, cursor, answers = poll(path, cursor)
    assert items(got) == ["3", "4"]
    assert not any(answer.history for answer in answers)
    got, again, _ = poll(path, cursor)
    assert (got, again) == ([], cursor)


def test_a_last_row_without_an_end_is_a_row_when_the_file_has_rested(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADER + row(1) + row(2).rstrip("\n"), age=120.0)
    got, _, _ = poll(tmp_path / "a.csv")
    assert items(got) == ["1", "2"]


def test_a_replaced_file_is_read_again_with_a_newer_revision(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, HEADER + row(1) + row(2))
    first, cursor, _ = poll(path)
    write(path, HEADER + row(1, text="Мусор вывезли") + row(2) + row(3), age=60.0)
    second, cursor, _ = poll(path, cursor)
    assert items(second) == ["1", "2", "3"]
    assert {piece.revision for piece in first if isinstance(piece, Post)} == {0}
    assert {piece.revision for piece in second if isinstance(piece, Post)} == {
        int((NOW - timedelta(seconds=60)).timestamp() * 1000)
    }
    assert poll(path, cursor)[0] == []


def test_a_stated_change_is_the_revision(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "Номер;Текст;Дата;Обновлено\n1;яма;19.11.2026;20.11.2026 09:00\n")
    columns = {"id": "Номер", "text": "Текст", "published": "Дата", "updated": "Обновлено"}
    got, _, _ = poll(tmp_path / "a.csv", columns=columns)
    assert isinstance(got[0], Post)
    assert got[0].edited_at == datetime(2026, 11, 20, 4, tzinfo=UTC)
    assert got[0].revision == int(datetime(2026, 11, 20, 4, tzinfo=UTC).timestamp() * 1000)
    assert got[0].published_precision == "day"
    assert got[0].published_at.date().isoformat() == "2026-11-19"


def test_a_folder_with_one_bad_file_gives_the_good_ones_and_says_which(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADER + row(1))
    write(tmp_path / "b.csv", "Что-то;другое\n1;2\n")
    write(tmp_path / "c.csv", HEADER + row(3))
    log, time = Log(), Time(now=NOW, most=2)
    one = instance("calls", table(tmp_path / "*.csv"))
    reported = run([one], log, time=time)
    assert [post.item for post in log.posts] == ["file:109:1", "file:109:3"]
    assert reported[-1].state == "error"
    assert "b.csv: no column for id = 'Номер'" in reported[-1].reason
    assert "Что-то, другое" in reported[-1].reason
    (letter,) = log.letters
    assert "b.csv: no column" in letter.reason


def test_beside_a_bad_file_the_good_ones_go_live_and_keep_their_pace(tmp_path: Path) -> None:
    good, broken = tmp_path / "a.csv", tmp_path / "b.csv"
    write(good, HEADER + row(1))
    write(broken, "Что-то;другое\n1;2\n", age=60.0)
    first, cursor, answers = poll(tmp_path / "*.csv")
    assert (
        items(first),
        [piece.lasting for piece in first[1:] if isinstance(piece, Rejected)],
    ) == (
        ["1"],
        [True],
    )
    assert answers[-1].looked_until == NOW - timedelta(seconds=3600), "not that of the bad file"
    write(good, HEADER + row(1) + row(2), age=1800.0)
    second, cursor, answers = poll(tmp_path / "*.csv", cursor)
    assert items(second) == ["2"]
    assert not any(answer.history for answer in answers)
    assert answers[-1].looked_until == NOW - timedelta(seconds=1800)
    write(broken, HEADER + row(3), age=60.0)
    third, _, _ = poll(tmp_path / "*.csv", cursor)
    assert (items(third), bad(third)) == (["3"], [])


def test_a_bad_file_is_told_once_and_said_at_every_look(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADER + row(1))
    write(tmp_path / "b.csv", "Что-то;другое\n1;2\n")
    log, time = Log(), Time(now=NOW, most=6)
    reported = run([instance("calls", table(tmp_path / "*.csv"))], log, time=time)
    looks = [status for status in reported if status.state != "starting"]
    assert {status.state for status in looks} == {"error"}
    assert looks[-1].failures == 0
    assert looks[-1].last_success is not None
    assert len(log.letters) == 1
    assert [page.history for page in log.pages[-3:]] == [False] * 3


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"PK\x03\x04rest", "no whole spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "no whole spreadsheet"),
        (b"\x7fELF\0\0\n", "neither text nor a spreadsheet; export it as CSV in UTF-8"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, raw: bytes, says: str) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    os.utime(tmp_path / "a.csv", (NOW.timestamp() - 3600,) * 2)
    with pytest.raises(Invalid, match=says):
        poll(tmp_path / "a.csv")


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    with pytest.raises(Busy, match="no such file yet"):
        poll(tmp_path / "none-*.csv")


def test_an_empty_file_is_quiet(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "")
    assert poll(tmp_path / "a.csv")[0] == []
    write(tmp_path / "a.csv", HEADER)
    got, _, answers = poll(tmp_path / "a.csv")
    assert got == []
    assert answers[-1].looked_until == NOW - timedelta(seconds=3600)


def test_places_are_homes_only_as_codes(tmp_path: Path) -> None:
    text = "Номер;Текст;Место\n1;яма;311000000\n2;яма;Тараз\n3;яма;\n"
    write(tmp_path / "a.csv", text)
    columns = {"id": "Номер", "text": "Текст", "place": "Место"}
    got, _, _ = poll(tmp_path / "a.csv", columns=columns, home="31")
    posts = [piece for piece in got if isinstance(piece, Post)]
    assert [(post.home, post.context) for post in posts] == [
        ("311000000", None),
        ("31", "Тараз"),
        ("31", None),
    ]
    assert {post.published_origin for post in posts} == {"first_seen"}


@pytest.mark.parametrize(
    ("stated", "appeal"),
    [
        ("Консультации", "question"),
        ("  ЖАЛОБА ", "complaint"),
        ("Инцидент", "incident"),
        ("Благодарность", "gratitude"),
        ("Предложение", "suggestion"),
        ("Шағым", "complaint"),
        ("Алғыс", "gratitude"),
        ("кеңес беру", "question"),
        ("Авария", "incident"),
        ("", None),
    ],
)
def test_appeals(tmp_path: Path, stated: str, appeal: str | None) -> None:
    write(tmp_path / "a.csv", HEADER + row(1, stated))
    got, _, _ = poll(tmp_path / "a.csv", appeal_map={"авария": "incident"})
    assert isinstance(got[0], Post)
    assert got[0].stated_appeal == appeal


def test_every_name_of_an_appeal_is_folded() -> None:
    assert all(name == name.casefold() for name in APPEALS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"columns": {"id": "Номер"}}, "text must be given a column"),
        ({"columns": {**COLUMNS, "name": "ФИО"}}, "name: no such field"),
        ({"time_zone": "Mars/Olympus"}, "not a time zone"),
        ({"encoding": "cp1252x"}, "not a known encoding"),
        ({"system": "109 Астана"}, "system"),
        ({"appeal_map": {"Просьба": "plea"}}, "appeal_map"),
        ({"paths": []}, "paths"),
        ({"paths": ["a.csv", "a.csv"]}, "two targets are named"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        instance("calls", table(tmp_path / "a.csv") | change)
    assert str(caught.value).startswith("collectors.calls")


def test_an_unknown_kind_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"one of: .*file.*rss"):
        instance("calls", {"kind": "fax"})


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=8))
def test_records_are_cut_where_a_csv_writer_put_their_ends(rows: list[list[str]]) -> None:
    written = [";".join('"' + c.replace('"', '""') + '"' for c in cells_) + "\n" for cells_ in rows]
    raw = "".join(written).encode()
    cut = list(records(BytesIO(raw), 1, ";"))
    assert [record.raw for record in cut] == [line.encode() for line in written]
    assert [cells(r.raw.decode()[:-1], ";") for r in cut] == rows


@given(st.binary(max_size=300))
def test_records_lose_no_byte(raw: bytes) -> None:
    assert b"".join(record.raw for record in records(BytesIO(raw), 1, ";")) == raw
    assert b"".join(record.raw for record in records(BytesIO(raw), 1, None)) == raw


def test_table_2_comes_out_exactly(tmp_path: Path) -> None:
    path = tmp_path / "109.csv"
    write_table2(path)
    types, channels, seen, history = Counter[Any](), Counter[Any](), set(), set()
    config = file.Config.model_validate(table(path))
    target = file.targets(config)[0]

    async def read() -> None:
        async with httpx.AsyncClient() as http:
            async for answer in file.fetch(config, target, http, None, NOW):
                history.add(answer.history)
                for piece in file.parse(config, target, answer):
                    assert isinstance(piece, Post), piece
                    types[piece.stated_appeal] += 1
                    channels[piece.channel] += 1
                    seen.add(piece.item)

    asyncio.run(read())
    assert types == TABLE2
    assert types.total() == len(seen) == TOTAL
    assert channels[MOBILE] == MOBILE_ROWS
    assert history == {True}


def test_a_big_file_streams(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    write(path, HEADER + "".join(row(n, text="Не вывозят мусор " * 20) for n in range(20_000)))
    config = file.Config.model_validate(table(path))
    target = file.targets(config)[0]

    async def read() -> int:
        async with httpx.AsyncClient() as http:
            answers = file.fetch(config, target, http, None, NOW)
            return sum([len(answer.body) async for answer in answers])

    tracemalloc.start()
    size = asyncio.run(read())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 12_000_000
    assert peak < 8_000_000


def test_a_crash_in_a_big_file_goes_on_behind_the_last_stored_page(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, HEADER + "".join(row(n) for n in range(100)))
    one = instance("calls", table(path, rows=7))
    dying = Log(lambda call, moment: RuntimeError() if call > 5 else None)
    run([one], dying, time=Time(now=NOW, most=2))
    assert 0 < len(dying.posts) < 100
    after = Log()
    run([one], after, store=Store(dying.pages), time=Time(now=NOW, most=2))
    seen = [post.item for post in (*dying.posts, *after.posts)]
    assert len(seen) == len(set(seen)) == 100
    assert all(page.history for page in after.pages), "the first reading is history to its end"
