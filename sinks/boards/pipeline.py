"""The Pipeline board over Prometheus: whether the system itself is well."""

from __future__ import annotations

from typing import Any

_SOURCE = {"type": "prometheus", "uid": "${metrics}"}
_WIDTH, _HEIGHT, _ACROSS = 8, 7, 3

Query = tuple[str, str]
"""PromQL and the legend of its series."""


def _p(quantile: float, name: str, by: str) -> str:
    rate = f"rate({name}_bucket[$__rate_interval])"
    return f"histogram_quantile({quantile}, sum by (le, {by}) ({rate}))"


def _rate(name: str, by: str) -> str:
    return f"sum by ({by}) (rate({name}[$__rate_interval]))"


PANELS: tuple[tuple[str, str, tuple[Query, ...]], ...] = (
    (
        "Публикаций в секунду, по этапам",
        "cps",
        (
            (_rate("rezonans_records_received_total", "component"), "{{component}}: принято"),
            (_rate("rezonans_records_sent_total", "component"), "{{component}}: отдано"),
        ),
    ),
    (
        "От публикации до строки",
        "s",
        (
            (_p(0.5, "rezonans_post_to_row_seconds", "platform"), "{{platform}}, половина"),
            (_p(0.99, "rezonans_post_to_row_seconds", "platform"), "{{platform}}, 99 %"),
        ),
    ),
    (
        "Отложено и отброшено",
        "cps",
        ((_rate("rezonans_records_discarded_total", "component, reason"), "{{reason}}"),),
    ),
    (
        "Сбои по этапам",
        "cps",
        ((_rate("rezonans_errors_total", "stage, error_type"), "{{stage}}: {{error_type}}"),),
    ),
    (
        "Давно не читали источник",
        "s",
        (("max by (kind) (rezonans_source_lag_seconds)", "{{kind}}"),),
    ),
    (
        "От публикации до журнала",
        "s",
        (
            (_p(0.5, "rezonans_post_to_log_seconds", "kind"), "{{kind}}, половина"),
            (_p(0.95, "rezonans_post_to_log_seconds", "kind"), "{{kind}}, 95 %"),
        ),
    ),
    (
        "Пропуски в источниках за час",
        "short",
        (("sum by (kind, what) (increase(rezonans_gaps_total[1h]))", "{{kind}}: {{what}}"),),
    ),
    (
        "Источники по состоянию",
        "short",
        (("sum by (state) (rezonans_sources_count)", "{{state}}"),),
    ),
    (
        "Время одной порции",
        "s",
        ((_p(0.9, "rezonans_flush_seconds", "component"), "{{component}}, 90 %"),),
    ),
    (
        "Ряды и открытые всплески",
        "short",
        (
            ("sum(rezonans_lanes_count)", "рядов"),
            ("sum(rezonans_open_spikes_count)", "всплесков открыто"),
        ),
    ),
    (
        "Опоздавшие публикации",
        "cps",
        ((_rate("rezonans_late_posts_total", "component"), "старше горизонта"),),
    ),
    (
        "Скрыто личных данных",
        "cps",
        ((_rate("rezonans_masked_total", "what"), "{{what}}"),),
    ),
    (
        "Оповещения",
        "short",
        (
            (
                "sum by (component, outcome) (increase(rezonans_alerts_total[$__rate_interval]))",
                "{{component}}: {{outcome}}",
            ),
        ),
    ),
    (
        "Запросы к хранилищу",
        "cps",
        ((_rate("rezonans_store_queries_total", "outcome"), "{{outcome}}"),),
    ),
    (
        "Сохранение состояния рядов",
        "s",
        ((_p(0.9, "rezonans_snapshot_seconds", "process"), "90 %"),),
    ),
    (
        "Перезапуски и новые журналы",
        "short",
        (
            ("sum by (child) (increase(rezonans_restarts_total[1h]))", "{{child}} за час"),
            ("sum(increase(rezonans_log_rolls_total[1d]))", "журнал сменён за сутки"),
        ),
    ),
    (
        "Память процессов",
        "bytes",
        (('process_resident_memory_bytes{job="rezonans"}', "{{process}}"),),
    ),
)


def pipeline() -> dict[str, Any]:
    """The dashboard, ready to be written as JSON."""
    return {
        "uid": "rezonans-pipeline",
        "title": "Резонанс: конвейер",
        "tags": ["rezonans"],
        "schemaVersion": 42,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {
                    "name": "metrics",
                    "label": "Метрики",
                    "type": "datasource",
                    "query": "prometheus",
                    "refresh": 1,
                }
            ]
        },
        "annotations": {"list": []},
        "panels": [_panel(number, *found) for number, found in enumerate(PANELS)],
    }


def _panel(number: int, title: str, unit: str, queries: tuple[Query, ...]) -> dict[str, Any]:
    row, column = divmod(number, _ACROSS)
    place = {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT}
    return {
        "id": number + 1,
        "title": title,
        "type": "timeseries",
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(65 + i), "datasource": _SOURCE, "expr": expr, "legendFormat": legend}
            for i, (expr, legend) in enumerate(queries)
        ],
    }
