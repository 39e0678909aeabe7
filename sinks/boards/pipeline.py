"""The Pipeline board over Prometheus: whether the system itself is well."""

from __future__ import annotations

from grafana_foundation_sdk.models import dashboard as grafana

from rezonans.i18n import Language, mark, translator
from sinks.boards.draw import METRICS, asked_of_metrics
from sinks.boards.panel import Board

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
        mark("Posts a second, by stage"),
        "cps",
        (
            (_rate("rezonans_records_received_total", "component"), mark("{{component}}: taken")),
            (_rate("rezonans_records_sent_total", "component"), mark("{{component}}: passed on")),
        ),
    ),
    (
        mark("From publication to a row"),
        "s",
        (
            (_p(0.5, "rezonans_post_to_row_seconds", "platform"), mark("{{platform}}, half")),
            (_p(0.99, "rezonans_post_to_row_seconds", "platform"), "{{platform}}, 99 %"),
        ),
    ),
    (
        mark("Put aside and dropped"),
        "cps",
        ((_rate("rezonans_records_discarded_total", "component, reason"), "{{reason}}"),),
    ),
    (
        mark("Failures by stage"),
        "cps",
        ((_rate("rezonans_errors_total", "stage, error_type"), "{{stage}}: {{error_type}}"),),
    ),
    (
        mark("Not looked at for"),
        "s",
        (("max by (kind) (rezonans_source_lag_seconds)", "{{kind}}"),),
    ),
    (
        mark("From publication to the log"),
        "s",
        (
            (_p(0.5, "rezonans_post_to_log_seconds", "kind"), mark("{{kind}}, half")),
            (_p(0.95, "rezonans_post_to_log_seconds", "kind"), "{{kind}}, 95 %"),
        ),
    ),
    (
        mark("Gaps of the sources in an hour"),
        "short",
        (("sum by (kind, what) (increase(rezonans_gaps_total[1h]))", "{{kind}}: {{what}}"),),
    ),
    (
        mark("Sources by state"),
        "short",
        (("sum by (state) (rezonans_sources_count)", "{{state}}"),),
    ),
    (
        mark("Time of one batch"),
        "s",
        ((_p(0.9, "rezonans_flush_seconds", "component"), "{{component}}, 90 %"),),
    ),
    (
        mark("Lanes and open spikes"),
        "short",
        (
            ("sum(rezonans_lanes_count)", mark("lanes")),
            ("sum(rezonans_open_spikes_count)", mark("spikes open")),
        ),
    ),
    (
        mark("Late posts"),
        "cps",
        ((_rate("rezonans_late_posts_total", "component"), mark("older than the horizon")),),
    ),
    (
        mark("Personal data masked"),
        "cps",
        ((_rate("rezonans_masked_total", "what"), "{{what}}"),),
    ),
    (
        mark("Alerts"),
        "short",
        (
            (
                "sum by (component, outcome) (increase(rezonans_alerts_total[$__rate_interval]))",
                "{{component}}: {{outcome}}",
            ),
        ),
    ),
    (
        mark("Queries of the store"),
        "cps",
        ((_rate("rezonans_store_queries_total", "outcome"), "{{outcome}}"),),
    ),
    (
        mark("Saving the lanes"),
        "s",
        ((_p(0.9, "rezonans_snapshot_seconds", "process"), "90 %"),),
    ),
    (
        mark("Restarts and new logs"),
        "short",
        (
            (
                "sum by (child) (increase(rezonans_restarts_total[1h]))",
                mark("{{child}} in an hour"),
            ),
            ("sum(increase(rezonans_log_rolls_total[1d]))", mark("logs replaced in a day")),
        ),
    ),
    (
        mark("Memory of the processes"),
        "bytes",
        (('process_resident_memory_bytes{job="rezonans"}', "{{process}}"),),
    ),
)


BOARD = Board(
    name="pipeline",
    title=mark("Pipeline"),
    about=mark("Whether the system itself is well: lag, throughput, dead letters, memory."),
    panels=(),
    variables=(),
    since="now-6h",
    refresh="30s",
)
"""Its panels ask Prometheus and are drawn here."""


def panels(language: Language) -> list[grafana.Panel]:
    """The panels, three in a row."""
    return [_panel(number, *found, language) for number, found in enumerate(PANELS)]


def _panel(
    number: int, title: str, unit: str, queries: tuple[Query, ...], language: Language
) -> grafana.Panel:
    words = translator(language)
    row, column = divmod(number, _ACROSS)
    return grafana.Panel(
        type_val="timeseries",
        id_val=number + 1,
        title=words.gettext(title),
        datasource=METRICS,
        grid_pos=grafana.GridPos(x=column * _WIDTH, y=row * _HEIGHT, w=_WIDTH, h=_HEIGHT),
        field_config=grafana.FieldConfigSource(
            defaults=grafana.FieldConfig(unit=unit, min_val=0), overrides=[]
        ),
        targets=list(asked_of_metrics(queries, language)),
    )
