"""What Grafana is provisioned with beside its boards: data sources, folders, contact points,
alert rules, and the files of the map. Names of fields are Grafana's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from models import regions
from rezonans.i18n import LANGUAGES, Language, mark, translator
from sinks import boards
from sinks.boards import links, maps, rights


class Rule(NamedTuple):
    """A rule asks one number of the store, and fires while it is above a bound."""

    name: str
    title: str
    sql: str
    board: str
    """That shows what is behind it."""
    severity: str = "warning"
    above: float = 0
    lasting: str = "10m"


_HEAD = "# Written by `make boards`; change sinks/boards instead.\n"
_FOLDERS = {"ru": "Резонанс", "kk": "Резонанс · қазақша"}
_RULES = (
    Rule("red-spike", mark("A red spike is open"), "red_spikes", "situation", "critical", 0, "0s"),
    Rule(
        "unanswered",
        mark("Danger that nobody has answered for a day"),
        "unanswered",
        "response",
    ),
    Rule("silent-sources", mark("Sources are not looked at"), "silent_sources", "sources"),
    Rule(
        "abstention",
        mark("The models abstain more than usual"),
        "abstention",
        "models",
        above=0.15,
        lasting="30m",
    ),
    Rule(
        "counts-behind",
        mark("The counts of the boards are behind"),
        "counts_behind",
        "sources",
        above=1800,
    ),
)


def files() -> Iterator[tuple[str, str]]:
    """Path under `deploy/grafana` and text of each file."""
    yield "provisioning/datasources/rezonans.yaml", _text(_sources())
    yield "provisioning/dashboards/rezonans.yaml", _text(_providers())
    yield "provisioning/alerting/contact-points.yaml", _text(_contacts())
    yield "provisioning/alerting/rules.yaml", _text(_rules("ru"))
    yield "users/grafana.xml", rights.user()
    yield f"maps/{maps.OUTLINES}", _json(outlines())
    yield f"maps/{maps.POINTS}", _json(maps.points())


def _text(found: dict[str, Any]) -> str:
    said = yaml.safe_dump(
        {"apiVersion": 1, **found}, allow_unicode=True, sort_keys=False, width=1000
    )
    return f"{_HEAD}{said}"


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def _sources() -> dict[str, Any]:
    """The store through a user who may only read what boards read; values from the environment."""
    store = {
        "name": "Rezonans",
        "uid": "rezonans",
        "type": "grafana-clickhouse-datasource",
        "access": "proxy",
        "isDefault": True,
        "editable": False,
        "jsonData": {
            "host": "$REZONANS_STORE_HOST",
            "port": "$REZONANS_STORE_PORT",
            "protocol": "http",
            "username": "grafana",
            "defaultDatabase": "rezonans",
            "queryTimeout": "30",
            "validateSql": False,
        },
        "secureJsonData": {"password": "$REZONANS_STORE_PASSWORD"},
    }
    metrics = {
        "name": "Rezonans metrics",
        "uid": "rezonans-metrics",
        "type": "prometheus",
        "access": "proxy",
        "editable": False,
        "url": "$REZONANS_PROMETHEUS_URL",
    }
    return {"datasources": [store, metrics]}


def _providers() -> dict[str, Any]:
    return {
        "providers": [
            {
                "name": f"rezonans-{language}",
                "folder": _FOLDERS[language],
                "folderUid": f"rezonans-{language}",
                "type": "file",
                "disableDeletion": True,
                "allowUiUpdates": False,
                "options": {"path": f"/var/lib/grafana/dashboards/{language}"},
            }
            for language in LANGUAGES
        ]
    }


def _contacts() -> dict[str, Any]:
    """One point, by mail, and the way to it. The address comes from the environment."""
    receiver = {
        "uid": "rezonans-mail",
        "type": "email",
        "settings": {"addresses": "$REZONANS_BOARDS_MAIL", "singleEmail": True},
    }
    return {
        "contactPoints": [{"orgId": 1, "name": "rezonans", "receivers": [receiver]}],
        "policies": [
            {
                "orgId": 1,
                "receiver": "rezonans",
                "group_by": ["grafana_folder", "alertname"],
                "group_wait": "30s",
                "group_interval": "10m",
                "repeat_interval": "12h",
            }
        ],
    }


def _rules(language: Language) -> dict[str, Any]:
    return {
        "groups": [
            {
                "orgId": 1,
                "name": "rezonans",
                "folder": _FOLDERS[language],
                "interval": "1m",
                "rules": [_rule(language, rule) for rule in _RULES],
            }
        ]
    }


def _rule(language: Language, rule: Rule) -> dict[str, Any]:
    words = translator(language)
    query = {
        "refId": "A",
        "relativeTimeRange": {"from": 86_400, "to": 0},
        "datasourceUid": "rezonans",
        "model": {
            "refId": "A",
            "editorType": "sql",
            "format": 1,
            "queryType": "table",
            "rawSql": _escaped(boards.sql(f"alert_{rule.sql}")),
        },
    }
    bound = {
        "refId": "B",
        "datasourceUid": "__expr__",
        "model": {
            "refId": "B",
            "type": "threshold",
            "expression": "A",
            "conditions": [{"evaluator": {"type": "gt", "params": [rule.above]}}],
        },
    }
    return {
        "uid": f"rezonans-{rule.name}",
        "title": words.gettext(rule.title),
        "condition": "B",
        "data": [query, bound],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": rule.lasting,
        "labels": {"severity": rule.severity, "component": "boards"},
        "annotations": {
            "summary": words.gettext(rule.title),
            "board": f"/d/{links.uid(rule.board, language)}",
        },
    }


def _escaped(text: str) -> str:
    """A dollar alone stands for the environment in files that Grafana is provisioned from."""
    return text.replace("$", "$$")


def outlines() -> dict[str, Any]:
    """The outlines with the names of the regions, for the map and for its tooltips."""
    known = regions.regions()
    features = [
        {
            **feature,
            "properties": {
                "code": feature["id"],
                "name": known[feature["id"]].ru,
                "name_kk": known[feature["id"]].kk,
            },
        }
        for feature in regions.outlines()["features"]
    ]
    return {"type": "FeatureCollection", "features": features}
