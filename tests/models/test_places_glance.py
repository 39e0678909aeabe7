"""The first look at a text only saves time: what it lets go names no place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.places import Places, load
from models.texts import Text

# A type word that stands beside nothing, so that the whole text is looked at.
LOOK = "\n\n\n.\nсело"
WORDS = """
рахмет үш Үш сағат жаңа Жаңа ақша жол Жол балалар су да де из в под между и в районе село
ауылы ауылында ауданы облысы қаласы жолы көшесі с. г. п. с/о р-н им. имени Т. кизил орда Орда
нур султан абай Абай облиси батыс қазақстан Қазақстан западни казахстан Алматы алматы Таразда
таразский алматылықтар Алматы-Тараз жаңа-су Rahmet rahmet jana auyly oblysy almaty Almatyda
третий Третий октября кордай Кордай бірінші мектеп Мектепте дали Дали , . — «Рахмет»
"""
texts = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=9).map(" ".join)
homes = st.sampled_from([None, "31", "75", "61", "100000000", "431010000", "11"])


@pytest.fixture(scope="module")
def places() -> Places:
    return load()


@settings(max_examples=400, deadline=None)
@given(text=texts, home=homes)
def test_the_first_look_changes_no_place(places: Places, text: str, home: str | None) -> None:
    loud = f"рахмет{LOOK}"  # it takes a word that is loud by itself to look at all
    whole, glanced = (
        places([Text(text=f"{text}\n\n\n.\n{tail}", home=home)])[0] for tail in (loud, "рахмет")
    )
    assert glanced == whole


@pytest.mark.parametrize(
    ("text", "home", "named"),
    [
        ("су жоқ, рахмет сізге", None, False),
        ("рахмет ауылында су жоқ", None, True),
        ("В селе Рахмет нет воды", None, True),
        ("алматыда су жоқ", None, True),
        ("рахмет, алматыда су бар", None, True),
    ],
)
def test_a_village_in_small_letters_needs_a_word_beside_it(
    places: Places, text: str, home: str | None, named: bool
) -> None:
    assert bool(places([Text(text=text, home=home)])[0]) is named


HOSTILE = {
    "adjective without end": "Тараз село Аса " * 100 + "ская-" * 1_700,
    "adjective of one piece": "Тараз село Аса " * 100 + "ская" * 2_000,
    "spaces": "Аса ауылы. Таразская" + " " * 9_900,
    "villages with their type": "Рахмет ауылы " * 700,
    "namesakes abroad": "Кентау. Костанай. " * 500,
    "initials": "Т. " * 3_000 + "Рыскулов",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_text_is_gone_over_once_however_many_places_it_names(places: Places, text: str) -> None:
    """A pattern that each find tried from each letter would not end within the hour."""
    assert len(places([Text(text=text)])[0]) <= 10
