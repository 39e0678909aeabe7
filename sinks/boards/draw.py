"""Panels as Grafana has them, in one language: types of grafana-foundation-sdk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import dashboard as grafana

from models.taxonomy import Taxonomy
from rezonans.i18n import Language, translator
from sinks import boards
from sinks.boards import links, maps
from sinks.boards.panel import Column, Panel, Steps
from sinks.boards.vocabulary import COLOURS, names, shown

PLUGIN_VERSION = "4.20.0"
"""Of grafana-clickhouse-datasource, which these queries are written for."""
SOURCE = grafana.DataSourceRef("grafana-clickhouse-datasource", "${source}")
METRICS = grafana.DataSourceRef("prometheus", "${metrics}")
_SERIES, _TABLE = 0, 1
_NEUTRAL, _FINE = "#8e8e8e", "transparent"
_TYPES = {"numbers": "stat", "map": "geomap", "table": "table"}


class Query(Dataquery):
    """SQL for Grafana's ClickHouse data source."""

    def __init__(self, name: str, text: str, *, series: bool) -> None:
        self._given = {
            "datasource": SOURCE,
            "editorType": "sql",
            "format": _SERIES if series else _TABLE,
            "pluginVersion": PLUGIN_VERSION,
            "queryType": "timeseries" if series else "table",
            "rawSql": text,
            "refId": name,
        }

    def to_json(self) -> dict[str, object]:
        return dict(self._given)


def draw(
    panel: Panel,
    number: int,
    place: tuple[int, int],
    language: Language,
    variables: Sequence[str],
    *,
    known: Taxonomy | None = None,
) -> grafana.Panel:
    """A panel at a place (x, y) of the grid of a board that offers these variables; topics are
    called as `known` says, by default as in the packaged taxonomy."""
    words = translator(language)
    series = panel.kind in ("course", "bars", "series")
    width, height = panel.size
    return grafana.Panel(
        type_val=_TYPES.get(panel.kind, "timeseries"),
        id_val=number,
        title=words.gettext(panel.title),
        description=words.gettext(panel.about) or None,
        datasource=METRICS if panel.metrics else SOURCE,
        grid_pos=grafana.GridPos(x=place[0], y=place[1], w=width, h=height),
        targets=[
            *(Query(name, boards.sql(name), series=series) for name in panel.sql),
            *asked_of_metrics(panel.metrics, language),
        ],
        options=_options(panel),
        field_config=grafana.FieldConfigSource(
            defaults=_defaults(panel, links.of(panel, language, variables)),
            overrides=[
                *_series(panel, language, known),
                *(
                    _column(name, one, panel, language, variables, known=known)
                    for name, one in panel.columns.items()
                ),
            ],
        ),
    )


def asked_of_metrics(
    queries: Sequence[tuple[str, str]], language: Language
) -> list[prometheus.Dataquery]:
    """PromQL with its legends, as Grafana asks Prometheus."""
    words = translator(language)
    return [
        prometheus.Dataquery(
            ref_id=chr(65 + number),
            datasource=METRICS,
            expr=expr,
            legend_format=words.gettext(legend),
        )
        for number, (expr, legend) in enumerate(queries)
    ]


def _options(panel: Panel) -> object:
    if panel.kind == "numbers":
        return stat.Options(
            graph_mode=common.BigValueGraphMode.NONE,
            color_mode=common.BigValueColorMode.VALUE,
            text_mode=common.BigValueTextMode.VALUE_AND_NAME,
            reduce_options=common.ReduceDataOptions(calcs=["lastNotNull"], fields="/.*/"),
            percent_change_color_mode=common.PercentChangeColorMode.STANDARD,
            orientation=common.VizOrientation.AUTO,
        )
    if panel.kind == "map":
        return maps.options(panel)
    if panel.kind == "table":
        options = table.Options(cell_height=common.TableCellHeight.SM).to_json()
        del options["footer"]  # each column has its own since Grafana 12
        return options
    return timeseries.Options(
        legend=common.VizLegendOptions(
            display_mode=common.LegendDisplayMode.LIST,
            placement=common.LegendPlacement.BOTTOM,
            show_legend=True,
            calcs=[],
        ),
        tooltip=common.VizTooltipOptions(
            mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING
        ),
    )


def _defaults(panel: Panel, leads: list[dict[str, Any]]) -> grafana.FieldConfig:
    """What all columns of a panel share: where a click leads, and how a course is drawn."""
    custom: dict[str, Any] = {}
    if panel.kind == "bars":
        custom = {
            "drawStyle": "bars", "fillOpacity": 80, "lineWidth": 0,
            "stacking": {"mode": "normal", "group": "A"},
        }  # fmt: skip
    elif panel.kind in ("course", "series"):
        custom = {"drawStyle": "line", "fillOpacity": 8, "lineWidth": 2, "showPoints": "auto"}
    elif panel.kind == "table":
        custom = {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False}
    steps = _heat(panel)
    return grafana.FieldConfig(
        unit="percentunit" if panel.metrics else _unit(panel),
        min_val=0 if panel.kind in ("bars", "series") or panel.metrics else None,
        links=leads or None,  # type: ignore[arg-type]  # data links, which the types call others
        thresholds=thresholds(steps) if steps else None,
        custom=custom or None,
        no_value="–",
    )


def _unit(panel: Panel) -> str | None:
    return "locale" if panel.kind in ("bars", "series") else None


def _heat(panel: Panel) -> Steps:
    """A map and a number take the steps of their first column that has some."""
    if panel.kind != "map":
        return ()
    return next((one.steps for one in panel.columns.values() if one.steps), ())


def _column(
    name: str,
    column: Column,
    panel: Panel,
    language: Language,
    variables: Sequence[str],
    *,
    known: Taxonomy | None,
) -> grafana.DashboardFieldConfigSourceOverrides:
    words = translator(language)
    given: dict[str, Any] = {"displayName": words.gettext(column.title)}
    if column.named:
        given["displayName"] = names(column.named[0], language, known)[column.named[1]]
    if column.look == "hidden":  # nothing in it is nothing in a link
        given = {
            "custom.hideFrom": {"viz": True, "legend": True, "tooltip": True},
            "noValue": "",
        }
    if column.unit:
        given["unit"] = column.unit
    if column.decimals is not None:
        given["decimals"] = column.decimals
    if column.codes:
        given["mappings"] = [mapping(column.codes, language, known)]
    if column.colour:
        given["color"] = {"mode": "fixed", "fixedColor": column.colour}
    if column.steps:
        given |= _stepped(column, panel)
    if panel.kind == "table":
        given |= _cell(column)
    if column.look == "link":
        given["links"] = [links.web(language)]
    elif column.sets:
        given["links"] = links.of(panel, language, variables, column.sets)
    return override("byName", name, given)


def _stepped(column: Column, panel: Panel) -> dict[str, Any]:
    given: dict[str, Any] = {"thresholds": thresholds(column.steps)}
    if panel.kind == "numbers":
        given["color"] = {"mode": "thresholds"}
    if panel.kind == "table":
        given["custom.cellOptions"] = {"type": "color-text"}
        given["color"] = {"mode": "thresholds"}
    return given


def _cell(column: Column) -> dict[str, Any]:
    given: dict[str, Any] = {"custom.width": column.width} if column.width else {}
    if column.look == "gauge":
        given["custom.cellOptions"] = {
            "type": "gauge", "mode": "basic", "valueDisplayMode": "text",
        }  # fmt: skip
        given["min"] = 0
    if column.look == "heat":
        given["custom.cellOptions"] = {"type": "color-background", "mode": "basic"}
        given["color"] = {"mode": "continuous-blues"}
        given["min"] = 0
    if column.look == "wrapped":
        given["custom.wrapText"] = True
    return given


def _series(
    panel: Panel, language: Language, known: Taxonomy | None
) -> list[grafana.DashboardFieldConfigSourceOverrides]:
    """Names of the series of a panel, whose labels are codes: Grafana calls one `posts water`."""
    if not panel.codes:
        return []
    return [
        override("byRegexp", f"/^(\\w+ )?{code}$/", {"displayName": name})
        for code, name in shown(panel.codes, language, known).items()
        if code
    ]


def thresholds(steps: Steps) -> grafana.ThresholdsConfig:
    found = [grafana.Threshold(value=value, color=colour) for value, colour in steps]
    return grafana.ThresholdsConfig(
        mode=grafana.ThresholdsMode.ABSOLUTE,
        steps=[grafana.Threshold(color="text"), *found],
    )


def mapping(codes: str, language: Language, known: Taxonomy | None = None) -> grafana.ValueMap:
    """Codes shown by their names."""
    return grafana.ValueMap(
        {
            code: grafana.ValueMappingResult(text=name, index=index, color=COLOURS.get(code))
            for index, (code, name) in enumerate(shown(codes, language, known).items())
        }
    )


def override(
    matcher: str, name: str, given: Mapping[str, Any]
) -> grafana.DashboardFieldConfigSourceOverrides:
    return grafana.DashboardFieldConfigSourceOverrides(
        matcher=grafana.MatcherConfig(id_val=matcher, options=name),
        properties=[grafana.DynamicConfigValue(key, value) for key, value in given.items()],
    )


def placed(panels: Sequence[Panel]) -> list[tuple[int, int]]:
    """Where panels stand: from left to right, a new row when one is full."""
    found, x, y, tallest = [], 0, 0, 0
    for panel in panels:
        width, height = panel.size
        if x + width > 24:
            x, y, tallest = 0, y + tallest, 0
        found.append((x, y))
        x, tallest = x + width, max(tallest, height)
    return found
