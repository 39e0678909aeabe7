"""The picture: a whole PNG, in both languages, whatever the title holds."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rezonans.i18n import LANGUAGES, Language, translator
from sinks.alerts.chart import HEIGHT, WIDTH, Caption, png, rise, svg
from sinks.desk.plot import Plot

START = 1_800_000_000 // 3600 * 3600
TIMES = tuple(range(START, START + 7 * 3600, 300))
PLOT = Plot(
    TIMES,
    tuple(2 + n % 3 + (12 if n > 70 else 0) for n in range(len(TIMES))),
    tuple(2.5 for _ in TIMES),
    tuple(1.0 for _ in TIMES),
    tuple(4.0 for _ in TIMES),
)
CAPTION = Caption(
    "Су және кәріз, Жамбыл облысы: бір сағатта 118 жарияланым", "red", START + 6 * 3600
)
NAMESPACE = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(picture).iter(f"{NAMESPACE}text")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_a_picture_with_the_key_in_the_readers_language(language: Language) -> None:
    words = translator(language)
    picture = svg(PLOT, CAPTION, words)
    assert words.gettext("posts in five minutes") in texts(picture)
    drawn = png(picture)
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", drawn[16:24]) == (WIDTH, HEIGHT)
    assert drawn != png(
        svg(PLOT, CAPTION, words).replace("<text", "<g").replace("</text", "</g")
    ), "words are drawn"


def test_every_kazakh_letter_has_a_shape_of_its_own() -> None:
    drawn = {png(svg(PLOT, Caption(letter, "red", 0), translator("kk"))) for letter in "ӘҒҚҢӨҰҮҺІ□"}
    assert len(drawn) == 10


def test_without_what_is_usual_only_what_came_is_drawn() -> None:
    picture = svg(Plot(TIMES, PLOT.observed), CAPTION, translator("ru"))
    assert "обычно" not in texts(picture)
    assert png(picture)


def test_a_beginning_is_drawn_where_the_line_rises() -> None:
    """What begins at eight minutes past is in the point of five past: the line rises to it."""
    eight, five = START + 8 * 60, START + 5 * 60
    assert START < rise(eight) < five
    assert rise(five) == rise(eight)
    assert rise(five - 1) < START


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=290),
    st.text(max_size=200),
    st.integers(-(10**5), 10**5),
)
def test_any_counts_and_any_title_give_a_picture(counts: list[int], title: str, since: int) -> None:
    times = tuple(START + 300 * n for n in range(len(counts)))
    picture = svg(
        Plot(times, tuple(counts)), Caption(title, "yellow", START + since), translator("ru")
    )
    assert ElementTree.fromstring(picture).tag == f"{NAMESPACE}svg"
    ticks = [text for text in texts(picture) if text.replace("\xa0", "").isdigit()]
    assert len(ticks) < 140
