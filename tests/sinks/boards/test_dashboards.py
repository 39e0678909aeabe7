"""The files that Grafana reads are what the code writes, and what Grafana understands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import pytest

from models import regions
from rezonans.i18n import LANGUAGES, Language
from sinks import boards
from sinks.boards import links, maps
from sinks.boards.__main__ import files
from sinks.boards.dashboards import BOARDS, dashboard, pipeline_board
from sinks.boards.panel import Board

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "grafana" / "schema.json").read_text("utf-8")
)
WRITTEN = dict(files())
JSONS = sorted(path for path in WRITTEN if path.startswith("boards/"))
EVERY = [(board, language) for board in BOARDS for language in LANGUAGES]
_FIELD = re.compile(r"\$\{__data\.fields\.(\w+):percentencode\}")


def read(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WRITTEN[path])
    return found


def board_of(board: Board, language: Language) -> dict[str, Any]:
    return read(f"boards/{language}/{board.name}.json")


def checked(kind: str, value: Any) -> None:
    jsonschema_rs.validator_for({**SCHEMA, "$ref": f"#/definitions/{kind}"}).validate(value)


@pytest.mark.parametrize("path", sorted(WRITTEN))
def test_the_files_are_what_the_code_writes(path: str) -> None:
    assert (boards.FOLDER / path).read_text("utf-8") == WRITTEN[path], "run `make boards`"


def test_no_file_is_left_over() -> None:
    there = {
        str(path.relative_to(boards.FOLDER))
        for path in boards.FOLDER.rglob("*")
        if path.suffix in (".json", ".yaml", ".geojson", ".xml")
    }
    assert there == set(WRITTEN)


@pytest.mark.parametrize("path", JSONS)
def test_a_board_is_valid_for_the_current_grafana(path: str) -> None:
    """Types of @grafana/schema. Its type of an annotation's query is that of built-in
    annotations only, so queries of the data source are set apart."""
    found = read(path)
    for one in found["annotations"].get("list", []):
        assert one.pop("target")["rawSql"]
    checked("Board", found)
    for panel in found["panels"]:
        kind = panel["type"]
        if "options" in panel:
            checked(f"{kind}Options", panel["options"])
        for option in panel["fieldConfig"]["overrides"]:
            for one in option["properties"]:
                valid_property(kind, one["id"], one["value"])


def valid_property(kind: str, name: str, value: Any) -> None:
    place, _, custom = name.rpartition(".")
    # a map has no fields of its own but those that hide, as a course has them
    fields = "timeseriesFields" if kind == "geomap" else f"{kind}Fields"
    owner = SCHEMA["definitions"][fields if place else "FieldConfig"]
    assert custom in owner["properties"], f"{kind}: no property {name}"
    jsonschema_rs.validator_for({**SCHEMA, **owner["properties"][custom]}).validate(value)


@pytest.mark.parametrize(("board", "language"), EVERY)
def test_a_board_holds_exactly_the_sql_of_its_panels(board: Board, language: Language) -> None:
    drawn = board_of(board, language)["panels"]
    for panel, one in zip(board.panels, drawn, strict=True):
        asked = {
            target["refId"]: target["rawSql"] for target in one["targets"] if "rawSql" in target
        }
        assert asked == {name: boards.sql(name) for name in panel.sql}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_a_board_offers_every_variable_that_its_panels_ask_for(board: Board) -> None:
    asked = {
        variable
        for panel in board.panels
        for name in (*panel.sql, *(["spike_marks"] if board.marks else []))
        for variable in boards.narrowed_by(name)
    }
    assert asked == set(board.variables)


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_panels_do_not_overlap_and_leave_no_holes(board: Board) -> None:
    panels = board_of(board, "ru")["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [panel["gridPos"] for panel in panels]
    cells = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    rows = {y: {place["h"] for place in places if place["y"] == y} for _, y in cells}
    assert all(len(heights) <= 1 for heights in rows.values()), "panels of a row differ in height"
    assert {x for x, _ in cells} == set(range(24))
    assert len(cells) == 24 * len({y for _, y in cells})


def links_of(panel: dict[str, Any]) -> Iterator[str]:
    yield from (one["url"] for one in panel["fieldConfig"]["defaults"].get("links", ()))
    for option in panel["fieldConfig"]["overrides"]:
        for one in option["properties"]:
            if one["id"] == "links":
                yield from (link["url"] for link in one["value"])


ABOUT_US = {"source_totals", "rollup_totals", "dead_letters", "arrival_course"}
"""Panels whose numbers are not about posts."""
THE_POSTS = {"mentions_total", "mentions_list", "unanswered"}
"""Panels that show the posts themselves."""


@pytest.mark.parametrize(("board", "language"), EVERY)
def test_every_number_leads_to_its_posts(board: Board, language: Language) -> None:
    uids = {links.uid(other.name, language): other for other in BOARDS}
    for panel, drawn in zip(board.panels, board_of(board, language)["panels"], strict=True):
        inside = [url for url in links_of(drawn) if url.startswith("/d/")]
        if set(panel.sql) <= ABOUT_US | THE_POSTS:
            assert not inside
            continue
        assert any(links.uid("mentions", language) in url for url in inside), panel.title
        for url in inside:
            target = uids[urlsplit(url).path.split("/")[2]]
            query = urlsplit(url).query
            window = "from=${__data.fields.window_from}&to=${__data.fields.window_to}&"
            assert "${__url_time_range}" in query or (panel.window and query.startswith(window))
            sets = [name.removeprefix("var-") for name, _ in parse_qsl(query, True) if "=" in query]
            carried = {name for name in sets if name in boards.VARIABLES}
            carried |= set(re.findall(r"\$\{(\w+):queryparam\}", query))
            narrowing = {one for name in panel.sql for one in boards.narrowed_by(name)}
            kept = narrowing if target.name == "mentions" else set(board.variables)
            assert kept <= carried, "a choice is lost on the way"
            assert target.variables
            assert set(_FIELD.findall(url)) <= set(panel.columns), panel.title


def test_the_heat_has_a_column_for_every_region() -> None:
    found = set(re.findall(r"region = '(\d\d)'\) AS region_\1\b", boards.sql("topics_by_region")))
    assert found == set(regions.regions())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_joins_its_data_by_codes_that_are_there(language: Language) -> None:
    outlines = read(f"maps/{maps.OUTLINES}")
    points = json.loads(WRITTEN[f"maps/{maps.POINTS}"])
    assert {feature["id"] for feature in outlines["features"]} == set(regions.regions())
    assert len(outlines["features"]) == 20
    known = {code for region in regions.regions() for code in regions.districts(region)}
    keys = [row["key"] for row in points]
    assert len(keys) == len(set(keys))
    assert set(keys) <= known
    assert len(keys) >= 0.85 * len(known)
    assert all(40 <= row["latitude"] <= 56 and 46 <= row["longitude"] <= 88 for row in points)
    for board in ("situation", "place"):
        [atlas] = [
            panel
            for panel in read(f"boards/{language}/{board}.json")["panels"]
            if panel["type"] == "geomap"
        ]
        areas, circles = atlas["options"]["layers"]
        assert areas["config"]["src"] == "public/rezonans/regions.geojson"
        assert circles["location"]["gazetteer"] == "public/rezonans/districts.json"
        refs = {target["refId"]: target["rawSql"] for target in atlas["targets"]}
        for layer, field in (
            (areas, areas["config"]["idField"]),
            (circles, circles["location"]["lookup"]),
        ):
            text = refs[layer["filterData"]["options"]]
            assert f"AS {field}" in text
            assert "AS negative_share" in text


def test_the_points_of_districts_lie_in_their_region() -> None:
    for row in maps.points():
        boxes = [box for box in _boxes() if box[0] == row["key"][:2]]
        [(_, west, south, east, north)] = boxes
        assert west - 0.6 <= row["longitude"] <= east + 0.6, row
        assert south - 0.6 <= row["latitude"] <= north + 0.6, row


def _boxes() -> list[tuple[str, float, float, float, float]]:
    found = []
    for feature in regions.outlines()["features"]:
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        points = [point for part in parts for ring in part for point in ring]
        across, along = [p[0] for p in points], [p[1] for p in points]
        found.append((feature["id"], min(across), min(along), max(across), max(along)))
    return found


def test_both_languages_have_the_same_boards_and_no_words_of_the_other() -> None:
    russian = {path.removeprefix("boards/ru/") for path in JSONS if path.startswith("boards/ru/")}
    kazakh = {path.removeprefix("boards/kk/") for path in JSONS if path.startswith("boards/kk/")}
    assert russian == kazakh
    assert len(russian) == len(BOARDS) + 1
    for board in BOARDS:
        one, other = dashboard(board, "ru"), dashboard(board, "kk")
        assert one.title != other.title
        titles = [
            (a.title, b.title) for a, b in zip(one.panels or (), other.panels or (), strict=True)
        ]
        assert all(a != b for a, b in titles), titles
    assert pipeline_board("ru").title != pipeline_board("kk").title
