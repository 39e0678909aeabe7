"""Places: tables of strings, evidence outside of the text, what no input may do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.places import Places, load
from models.places.folding import fold
from models.places.units import FOLDER, units
from models.texts import Text
from models.train import synthetic
from rezonans.records import Place
from rezonans.troubles import Invalid
from tests.models.places_table import GIVEN, KAZAKH, NOTHING, RUSSIAN

_MARK = re.compile(r"\[([^|\]]+)\|(\d{9})\]")
_GIVEN = re.compile(r"(home|title|context)=(.*?) \| (.*)")


def _lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line.strip() and line[0] != "#"]


def _file(name: str) -> list[str]:
    """A table of strings that the evaluation reads, too."""
    return _lines((synthetic.FOLDER / f"places_{name}.txt").read_text("utf-8"))


_NAMES = (
    "Абай Жамбыл Алатау Сатпаев Шевченко Конаев Курчатов Панфилов Тараз Алматы Астана Шымкент "
    "Павлодар Кокшетау Туран Сарыарка Байтерек Самал Достык Талас Есиль Нура Алтай Каратау Балхаш "
    "Аксай Гурьев Караганда Актобе Семей Орал Туркестан Кордай Мерке Арал Зайсан"
)
_ELSE = (
    "Живу на улице {}, дом 5", "На проспекте {} пробка", "мкр. {} без света", "ЖК «{}» не сдали",
    "ТОО «{}» не платит зарплату", "кафе «{}» отравило людей", "Гостиница «{}» на ремонте",
    "ФК «{}» проиграл", "Фильм «{}» вышел", "Конфеты «{}» подорожали", "{} көшесінде жарық жоқ",
    "{} даңғылы жабық", "«{}» сауда үйі жабылды", "{} ықшамауданында су жоқ", "Рынок «{}» сгорел",
)  # fmt: skip


def _marked(line: str) -> tuple[str, dict[str, str]]:
    """The text without marks, and code -> words of the evidence."""
    return _MARK.sub(r"\1", line), {code: words for words, code in _MARK.findall(line)}


def _shown(text: str, found: tuple[Place, ...]) -> dict[str, str]:
    return {place.kato: text[slice(*place.span)] for place in found if place.span is not None}


@pytest.fixture(scope="module")
def places() -> Places:
    return load()


@pytest.mark.parametrize("line", _lines(RUSSIAN) + _lines(KAZAKH) + _file("named"))
def test_names_places(places: Places, line: str) -> None:
    text, expected = _marked(line)
    found = places([Text(text=text)])[0]
    named = _shown(text, found)
    assert expected.items() <= named.items(), found
    assert {code[:2] for code in named} == {code[:2] for code in expected}, found


@pytest.mark.parametrize("line", _lines(NOTHING))
def test_names_nothing(places: Places, line: str) -> None:
    assert places([Text(text=line)]) == [()]


@pytest.mark.parametrize("line", _lines(GIVEN) + _file("given"))
def test_uses_what_is_known_beside_the_text(places: Places, line: str) -> None:
    match = _GIVEN.fullmatch(line)
    assert match is not None
    text, expected = _marked(match.group(3))
    asked = Text(text=text, **{match.group(1): match.group(2)})
    assert _shown(text, places([asked])[0]) == expected


def test_hardly_any_other_bearer_of_a_name_is_a_place(places: Places) -> None:
    lines = _file("none")
    false = [line for line in lines if places([Text(text=line)])[0]]
    assert len(false) < 0.02 * len(lines), false


@pytest.mark.parametrize("line", _ELSE)
def test_what_is_called_after_a_place_is_none(places: Places, line: str) -> None:
    found = places([Text(text=line.format(name)) for name in _NAMES.split()])
    assert not any(found)


def test_the_tables_are_large() -> None:
    assert sum(len(_lines(table)) for table in (RUSSIAN, KAZAKH, NOTHING, GIVEN)) >= 120
    assert len(_file("named")) >= 200
    assert len(_file("none")) >= 230


@pytest.mark.parametrize(
    ("home", "code", "level"),
    [
        ("31", "310000000", "region"),
        ("310000000", "310000000", "region"),
        ("3140", "314000000", "district"),
        ("314030100", "314030100", "settlement"),
        ("314039999", "314039000", "settlement"),
    ],
)
def test_home_is_a_last_and_marked_resort(places: Places, home: str, code: str, level: str) -> None:
    (found,) = places([Text(text="Воды нет", home=home)])[0]
    assert (found.kato, found.level, found.how, found.span) == (code, level, "home", None)


@pytest.mark.parametrize("home", ["", "0", "жамбыл", "990000000", "31000000000", "³¹"])
def test_a_home_that_is_no_code_is_no_place(places: Places, home: str) -> None:
    assert places([Text(text="Воды нет", home=home)]) == [()]


def test_a_text_wins_over_context_and_home(places: Places) -> None:
    text = Text(text="В Таразе сухо", context="Паводок в Актобе", home="75")
    assert [place.kato for place in places([text])[0]] == ["311010000"]


def test_context_is_marked_and_has_no_span(places: Places) -> None:
    (found,) = places([Text(text="Ужас какой", context="Паводок в Актобе", home="75")])[0]
    assert (found.kato, found.how, found.span) == ("151010000", "context:name", None)


def test_title_counts_as_the_text(places: Places) -> None:
    (found,) = places([Text(text="Подробности позже", title="В Таразе нет воды")])[0]
    assert (found.kato, found.how, found.span) == ("311010000", "title:name", None)


def test_the_region_named_most_often_comes_first(places: Places) -> None:
    text = "Гость из Астаны в Таразе: на Таразском рынке в Таразе нет воды"
    assert [place.kato for place in places([Text(text=text)])[0]] == ["311010000", "710000000"]


def test_what_holds_a_place_is_not_repeated(places: Places) -> None:
    text = "В селе Сарыкемер Байзакского района Жамбылской области пожар"
    assert [place.name for place in places([Text(text=text)])[0]] == ["село Сарыкемер"]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("В Таразе", "name"),
        ("таразский рынок", "adjective"),
        ("алматинцы спят", "people"),
        ("В Джамбуле", "old-name"),
        ("В СКО", "abbreviation"),
        ("В Кокшету", "misspelt"),
        ("Жамбылский район, СКО", "adjective+co-mention"),
    ],
)
def test_says_how_it_was_decided(places: Places, text: str, how: str) -> None:
    assert places([Text(text=text)])[0][0].how == how


@pytest.mark.parametrize(
    "words",
    ["Тa\u200bразе", "ТАРАЗЕ", "таразе", "Та\u0301разе", "Т.а.р.а.з.е", "Т-а-р-а-з-е",
     "Т\u0336а\u0336разе",
     "Tаpазe", "Τаразе", "Т\u2060араз\u00adе", "Т*а*р*а*з*е"],
)  # fmt: skip
def test_evasive_spelling_is_read(places: Places, words: str) -> None:
    """The evidence is what was written, disguise and all."""
    text = f"Опять в {words} нет воды"
    assert _shown(text, places([Text(text=text)])[0]) == {"311010000": words}


def test_one_letter_for_ever_is_quick(places: Places) -> None:
    assert places([Text(text="а" * 65_536), Text(text="Алматы " * 9_000)])[0] == ()


_PIECES = st.sampled_from(
    [
        "Тараз",
        "в",
        "с.",
        "«",
        "»",
        "области",
        "районы",
        ",",
        "-",
        "Абай",
        "и",
        "\u200b",
        "г",
        "12",
        ".",
    ]
)
_WILD = st.one_of(st.text(), st.lists(_PIECES).map(" ".join), st.lists(_PIECES).map("".join))


@given(_WILD, st.none() | _WILD, st.none() | _WILD, st.none() | st.text("0123456789", max_size=10))
def test_any_text_gives_valid_spans(
    places: Places, text: str, title: str | None, context: str | None, home: str | None
) -> None:
    known = units()
    for place in places([Text(text=text, title=title, context=context, home=home)])[0]:
        assert known[place.kato].level == place.level
        assert place.name
        assert place.how
        if place.span is not None:
            start, end = place.span
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip()


@given(st.text())
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text) or not text.isascii()


def test_a_batch_is_its_texts_one_by_one(places: Places) -> None:
    batch = [Text(text=_marked(line)[0]) for line in _lines(RUSSIAN)]
    assert places(batch) == [places([text])[0] for text in batch]


def test_version_says_which_gazetteer(places: Places) -> None:
    assert re.fullmatch(r"kato-[0-9a-f]{12}", places.version)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "gazetteer"))


@pytest.mark.parametrize("name", ["kato.tsv.gz", "aliases.toml", "places.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(Invalid, match=rf"{name} is missing .*models\.train\.gazetteer"):
        load(folder)


@pytest.mark.parametrize("name", ["kato.tsv.gz", "aliases.toml", "places.tsv"])
@pytest.mark.parametrize("content", [b"\xff\x00broken", b"\x1f\x8b", b"a\tb\n1\t2\n"])
def test_a_damaged_file_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(Invalid, match=re.escape(name)):
        load(folder)


def test_an_alias_of_an_unknown_code_is_named(folder: Path) -> None:
    with (folder / "aliases.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[place]]\nkato = "990000000"\nnames = ["Нигде"]\n')
    with pytest.raises(
        Invalid, match=r"aliases\.toml has an entry of the unknown code '990000000'"
    ):
        load(folder)


def test_an_alias_written_by_the_user_is_read(folder: Path) -> None:
    with (folder / "aliases.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[place]]\nkato = "311010000"\nnames = ["Тарасград"]\n')
    (found,) = load(folder)([Text(text="В Тарасграде нет воды")])[0]
    assert found.kato == "311010000"
