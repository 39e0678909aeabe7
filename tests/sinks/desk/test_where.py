"""The page of the map: shapes, shades and columns; what it shows is what the panels answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import regions
from sinks.desk import atlas, columns
from tests.sinks.desk.mapped import mapped
from tests.sinks.desk.test_page import NASTY, ask
from tests.sinks.desk.world import NOW, World

COUNTS = st.integers(0, 10**7)


def page(world: World, query: str = "", language: str = "ru") -> str:
    answer = ask(world, f"/where{query}", headers={"Cookie": f"language={language}"})
    assert answer.status_code == 200
    return answer.text


def test_every_region_is_drawn_inside_of_the_picture() -> None:
    drawn = atlas.shapes()
    assert {shape.code for shape in drawn} == set(regions.regions())
    assert [shape.code for shape in drawn if shape.city] == [shape.code for shape in drawn[-3:]]
    for shape in drawn:
        numbers = [int(number) for number in re.findall(r"-?\d+", shape.path)]
        across, down = [*numbers[::2], shape.x], [*numbers[1::2], shape.y]
        assert 0 <= min(across) <= max(across) <= atlas.WIDTH, shape.code
        assert 0 <= min(down) <= max(down) <= atlas.HEIGHT, shape.code
        assert shape.city or len(numbers) > 20


@given(COUNTS, COUNTS, COUNTS)
def test_more_is_never_paler_and_nothing_has_no_colour(one: int, other: int, most: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= atlas.shade(low, most) <= atlas.shade(high, most) <= atlas.SHADES
    assert (atlas.shade(low, most) == 0) == (low == 0 or most == 0)


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), max_size=20))
def test_columns_are_stacked_to_the_height_of_their_sum(counts: list[tuple[int, ...]]) -> None:
    since = NOW - timedelta(hours=24)
    spans = [columns.Span(since + timedelta(hours=n), one) for n, one in enumerate(counts)]
    drawn = columns.bars(spans, since, NOW, 3600)
    tall = [float(tall) for path in drawn.paths for tall in re.findall(r"v(\d+\.\d)", path)]
    assert drawn.most == max((sum(one) for one in counts), default=0)
    shares = sum(sum(one) for one in counts) / drawn.most if drawn.most else 0
    assert sum(tall) == pytest.approx(shares * columns.HEIGHT, abs=0.06 * len(tall) + 0.01)


def test_a_mark_before_the_range_stands_at_its_edge() -> None:
    since = NOW - timedelta(hours=24)
    marks = [(since - timedelta(hours=1), "a", "red"), (NOW - timedelta(hours=12), "b", "red")]
    assert [mark.x for mark in columns.bars([], since, NOW, 900, marks).marks] == [0, 500]


def test_numbers_lead_to_the_posts_behind_them() -> None:
    text = page(World(**mapped()))
    assert "Публикаций: 157, из них без региона: 7." in text
    assert 'href="/?topic=water&amp;region=31#stream" title="Вода и канализация' in text
    assert re.search(r'<a href="/\?region=31#stream">Жамбылская область</a>', text)
    assert "40\xa0%" in text
    assert text.count("shade-5") == 1
    assert "22 ноября, 12:35: Вода и канализация, Жамбылская область" in text


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_store_without_posts_is_a_quiet_page(language: str) -> None:
    text = page(World(), language=language)
    assert text.count('class="shade-0"') == 20
    assert 'class="course"' not in text


def test_a_choice_goes_into_the_queries_and_nothing_else_does() -> None:
    world = World(**mapped())
    page(world, "?range=year&topic=water&language=kk&sentiment=negative&region=31')--")
    assert len(world.texts) == 4
    for text in world.texts:
        assert "'%7Bwater%7D'" in text
        assert '--"' not in text
        assert "31" not in "".join(re.findall(r"decodeURLComponent\('([^']*)'", text))
    long = page(world, "?range=century")
    assert 'value="week" aria-pressed="true"' in long


def test_a_store_that_is_away_is_said() -> None:
    world = World(**mapped())
    world.down = True
    answer = ask(world, "/where")
    assert answer.status_code == 503
    assert "Traceback" not in answer.text


def test_a_topic_that_the_taxonomy_does_not_name_is_not_shown() -> None:
    rows = mapped()
    rows["topics_by_region"][0]["topic"] = NASTY
    rows["places"][1]["loudest_topic"] = rows["spike_marks"][0]["title"] = NASTY
    text = page(World(**rows))
    assert "script>" not in text.partition("</head>")[2]
    assert "Дороги" in text
    assert "Вода и канализация" not in text.partition('<section id="heat"')[2]


def test_a_group_is_the_sum_of_its_topics_and_leads_to_their_posts() -> None:
    rows = mapped()
    none = {name: 0 for name in rows["topics_by_region"][0] if name.startswith("region_")}
    rows["topics_by_region"].append({"topic": "gas", **none, "region_31": 50})
    text = page(World(**rows)).partition('<section id="groups"')[2].partition("</section>")[0]
    utilities, city = re.findall(r"<tr><th scope=.row.>.*?</tr>", text, re.S)
    assert 'href="/?topic=group-utilities#stream">Коммунальные услуги</a>' in utilities
    assert ">144<" in utilities
    assert "72\xa0%" in utilities
    assert ">56<" in city


def test_a_group_goes_into_the_queries_as_its_topics() -> None:
    world = World(**mapped())
    text = page(world, "?topic=group-safety")
    assert all("'%7Bemergency%2Corder%2Canimals%7D'" in sql for sql in world.texts)
    assert '<option value="group-safety" selected>Безопасность и порядок: все темы' in text
    assert '<optgroup label="Безопасность и порядок">' in text
