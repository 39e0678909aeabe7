"""The Situation board as Grafana reads it: what is loud, its course, where, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import regions
from sinks import boards
from sinks.names import regions_of, topics

_SOURCE = {"type": "grafana-clickhouse-datasource", "uid": "${source}"}
_TABLE, _SERIES = 1, 0

Panel = dict[str, Any]
Place = tuple[int, int, int, int]
"""x, y, width, height in cells of the grid, which is 24 wide."""


def situation() -> dict[str, Any]:
    """The dashboard, ready to be written as JSON."""
    return {
        "uid": "rezonans-situation",
        "title": "Резонанс: обстановка",
        "tags": ["rezonans"],
        "schemaVersion": 42,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": [_source_variable()]},
        "annotations": {"list": []},
        "panels": [_loud(), _course(), _places(), _spikes()],
    }


def _source_variable() -> Panel:
    return {
        "name": "source",
        "label": "Хранилище",
        "type": "datasource",
        "query": "grafana-clickhouse-datasource",
        "refresh": 1,
    }


def _loud() -> Panel:
    columns = {
        "topic": ("Тема", _names(topics("ru"))),
        "posts": ("За час", {}),
        "usual": ("Обычно за час", {"decimals": 1}),
        "times": ("Во сколько раз", {"unit": "x", "decimals": 1}),
        "negative_share": ("Негатив", {"unit": "percentunit"}),
        "urgent_posts": ("Срочных", {}),
        "regions": ("Регионов", {}),
    }
    panel = _panel(1, "Громкие темы за последний час", "table", "loud_topics", (0, 0, 10, 10))
    return {**panel, "fieldConfig": _fields(columns)}


def _course() -> Panel:
    columns = {
        "negative": ("Негативные", _colour("#c4162a")),
        "neutral": ("Нейтральные", _colour("#8e8e8e")),
        "positive": ("Позитивные", _colour("#37872d")),
        "unlabelled": ("Без оценки", _colour("#d8d9da")),
    }
    panel = _panel(
        2, "Упоминания по тональности", "timeseries", "mentions_by_sentiment", (10, 0, 14, 10)
    )
    defaults = {
        "custom": {
            "drawStyle": "bars",
            "stacking": {"mode": "normal"},
            "fillOpacity": 80,
            "lineWidth": 0,
        }
    }
    return {**panel, "fieldConfig": _fields(columns, defaults)}


def _places() -> Panel:
    columns = {
        "region": ("Регион", _names(regions_of("ru"))),
        "posts": ("Упоминаний", {"custom": {"cellOptions": {"type": "gauge", "mode": "basic"}}}),
        "negative_share": ("Негатив", {"unit": "percentunit"}),
        "urgent_posts": ("Срочных", {}),
        "loudest_topic": ("Громче всего", _names(topics("ru"))),
        "loudest_district": ("Где", _names(_districts())),
        "latest": ("Последнее", {"unit": "dateTimeFromNow"}),
    }
    panel = _panel(3, "О каких местах пишут", "table", "places", (0, 10, 10, 12))
    return {**panel, "fieldConfig": _fields(columns)}


def _spikes() -> Panel:
    columns = {
        "since": ("С", {"unit": "dateTimeAsLocal"}),
        "updated": ("Обновлено", {"unit": "dateTimeFromNow"}),
        "state": ("Уровень", _states()),
        "topic": ("Тема", _names(topics("ru"))),
        "region": ("Регион", _names(regions_of("ru"))),
        "observed": ("Постов", {}),
        "expected": ("Ожидалось", {}),
        "low": ("от", {}),
        "high": ("до", {}),
        "times": ("Во сколько раз", {"unit": "x"}),
        "posts": ("С копиями", {}),
        "voices": ("Голосов", {}),
        "trigger": ("Причина", _names({"spread": "широкий охват", "leader": "лидер мнений"})),
        "decades_of_rarity": ("Редкость, порядков", {}),
        "from_places": ("Откуда прирост", {}),
        "from_sentiments": ("Тональность прироста", {}),
        "simulation": ("Симуляция", {}),
    }
    panel = _panel(4, "Всплески и что их объясняет", "table", "spikes", (10, 10, 14, 12))
    return {**panel, "fieldConfig": _fields(columns)}


def _panel(
    number: int, title: str, kind: str, name: str, place: tuple[int, int, int, int]
) -> Panel:
    """A panel whose only query is the SQL of that name. Place: x, y, width, height."""
    series = kind == "timeseries"
    return {
        "id": number,
        "title": title,
        "type": kind,
        "datasource": _SOURCE,
        "gridPos": dict(zip("xywh", place, strict=True)),
        "targets": [
            {
                "refId": name,
                "datasource": _SOURCE,
                "editorType": "sql",
                "queryType": "timeseries" if series else "table",
                "format": _SERIES if series else _TABLE,
                "rawSql": boards.sql(name),
            }
        ],
    }


def _fields(
    columns: Mapping[str, tuple[str, Panel]], defaults: Panel | None = None
) -> dict[str, Any]:
    """What columns are called and how they look."""
    return {
        "defaults": defaults or {},
        "overrides": [
            {
                "matcher": {"id": "byName", "options": column},
                "properties": [
                    {"id": "displayName", "value": title},
                    *({"id": key, "value": value} for key, value in look.items()),
                ],
            }
            for column, (title, look) in columns.items()
        ],
    }


def _names(known: Mapping[str, str]) -> Panel:
    """Codes shown by their names."""
    return {
        "mappings": [
            {
                "type": "value",
                "options": {
                    code: {"text": text, "index": index}
                    for index, (code, text) in enumerate(known.items())
                },
            }
        ]
    }


def _states() -> Panel:
    shown = {
        "red": ("красный", "dark-red"),
        "orange": ("оранжевый", "orange"),
        "yellow": ("жёлтый", "yellow"),
        "closed": ("закрыт", "text"),
    }
    options = {code: {"text": text, "color": colour} for code, (text, colour) in shown.items()}
    return {"mappings": [{"type": "value", "options": options}]}


def _colour(code: str) -> Panel:
    return {"color": {"mode": "fixed", "fixedColor": code}}


def _districts() -> dict[str, str]:
    """Names of the districts, by the nine digits that the store has."""
    return {
        code: found.russian
        for region in regions.regions()
        for code, found in regions.districts(region).items()
    }
