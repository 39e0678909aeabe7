"""The map: outlines of the regions coloured by the data, circles on the districts.

Grafana reads both files from its own web server (`deploy/grafana/maps`, mounted into its
`public` folder). A region is joined to its outline by the feature's id, its two-digit code; a
district to its point by its nine-digit code.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from grafana_foundation_sdk.models import common, geomap

from models import regions
from sinks.boards.panel import Panel

PUBLIC = "public/rezonans"
"""Folder of Grafana's web server that the files of `deploy/grafana/maps` are mounted at."""
OUTLINES, POINTS = "regions.geojson", "districts.json"
CITIES = ("71", "75", "79")
"""Regions that are a city: Astana, Almaty, Shymkent."""


def options(panel: Panel) -> geomap.Options:
    """`panel.sql` are the queries of the regions and of the districts, in this order."""
    areas, points = panel.sql
    return geomap.Options(
        view=geomap.MapViewConfig(id_val="coords", lat=48, lon=67, zoom=4, all_layers=True),
        controls=geomap.ControlsOptions(
            show_zoom=True, mouse_wheel_zoom=False, show_attribution=True, show_scale=False
        ),
        basemap=common.MapLayerOptions(type_val="default", name="base"),
        layers=[_outlines(areas), _circles(points)],
        tooltip=geomap.TooltipOptions(mode=geomap.TooltipMode.DETAILS),
    )


def _outlines(query: str) -> common.MapLayerOptions:
    colour = {"field": "negative_share", "fixed": "#8e8e8e"}
    style = {"color": {"fixed": "#8e8e8e"}, "opacity": 0.15, "lineWidth": 1}
    return common.MapLayerOptions(
        type_val="dynamic-geojson",
        name="regions",
        config={
            "src": f"{PUBLIC}/{OUTLINES}",
            "idField": "region_code",
            "rules": [],
            "style": {**style, "color": colour},
            "dataStyle": {**style, "color": colour, "opacity": 0.45},
        },
        filter_data={"id": "byRefId", "options": query},
        tooltip=True,
    )


def _circles(query: str) -> common.MapLayerOptions:
    style: dict[str, Any] = {
        "color": {"field": "negative_share", "fixed": "#3b6ea5"},
        "opacity": 0.6,
        "size": {"field": "posts", "fixed": 5, "min": 4, "max": 22},
        "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
    }
    return common.MapLayerOptions(
        type_val="markers",
        name="districts",
        config={"showLegend": True, "style": style},
        location=common.FrameGeometrySource(
            mode=common.FrameGeometrySourceMode.LOOKUP,
            lookup="district_code",
            gazetteer=f"{PUBLIC}/{POINTS}",
        ),
        filter_data={"id": "byRefId", "options": query},
        tooltip=True,
    )


def points() -> list[dict[str, Any]]:
    """A point a district: its centre; of a district of a large city the middle of the city. The
    rural districts whose centre has no coordinates are left to the table. Rows as Grafana's
    gazetteer reads them."""
    known = regions.points()
    found = []
    for region, middle in sorted(_middles().items()):
        for code, unit in sorted(regions.districts(region).items()):
            inside = _centres().get(code)
            if inside is None and region not in CITIES:
                continue
            point = known[inside] if inside else middle
            found.append(
                {
                    "key": code,
                    "latitude": round(point.lat, 4),
                    "longitude": round(point.lon, 4),
                    "name": unit.russian,
                }
            )
    return found


@cache
def _centres() -> dict[str, str]:
    """The first place of each district that has a point; places stand by their codes, and that
    of the centre is the smallest."""
    found: dict[str, str] = {}
    for code in sorted(regions.points()):
        district = regions.district(code)
        if district is not None:
            found.setdefault(district, code)
    return found


def _middles() -> dict[str, regions.Point]:
    return {
        feature["id"]: regions.Point(feature["properties"]["lat"], feature["properties"]["lon"])
        for feature in regions.outlines()["features"]
    }
