"""Every metric, declared once, with its help text. Labels are few and never an id."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900, 3600)

RECEIVED = Counter(
    "rezonans_records_received_total", "Records taken in by a component", ["component", "kind"]
)
SENT = Counter(
    "rezonans_records_sent_total", "Records acknowledged by the next stage", ["component", "kind"]
)
DISCARDED = Counter(
    "rezonans_records_discarded_total",
    "Records left out on purpose, by reason",
    ["component", "kind", "reason"],
)
ERRORS = Counter(
    "rezonans_errors_total", "Failures, by stage and type", ["component", "stage", "error_type"]
)
LATE = Counter(
    "rezonans_late_posts_total",
    "Posts older than the horizon: stored, never alerted",
    ["component"],
)
MASKED = Counter(
    "rezonans_masked_total", "Personal data masked before the log, by what it was", ["what"]
)
LAG = Gauge(
    "rezonans_source_lag_seconds", "Time since a target was last looked at with success", ["kind"]
)
SOURCES = Gauge(
    "rezonans_sources_count",
    "Targets of collectors by how they stand: starting, ok, quiet, silent, waiting, error",
    ["kind", "state"],
)
GAPS = Counter(
    "rezonans_gaps_total",
    "Stretches that a source did not show any more when we looked: opened, closed",
    ["kind", "what"],
)
FRESH = Histogram(
    "rezonans_post_to_log_seconds",
    "From publication to the log's acknowledgement, live posts whose time the platform gives",
    ["kind"],
    buckets=(1, 5, 15, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400),
)
FLUSH = Histogram(
    "rezonans_flush_seconds", "Time of one batch in a component", ["component"], buckets=_BUCKETS
)
VISIBLE = Histogram(
    "rezonans_post_to_row_seconds",
    "From publication to a visible row, live posts",
    ["platform"],
    buckets=_BUCKETS,
)
WORDS = Counter(
    "rezonans_words_total",
    "Words of one text a batch: known are those of a dictionary or surely of a language",
    ["known"],
)
LANES = Gauge("rezonans_lanes_count", "Series that are watched")
OPEN_SPIKES = Gauge("rezonans_open_spikes_count", "Spikes open now")
SNAPSHOT = Histogram(
    "rezonans_snapshot_seconds", "Time to write the state of the lanes", buckets=_BUCKETS
)
RESTARTS = Counter(
    "rezonans_restarts_total", "Children that the supervisor started again", ["child"]
)
ROLLS = Counter("rezonans_log_rolls_total", "New lives of the embedded log because it was long")
ALERTS = Counter(
    "rezonans_alerts_total", "Alerts by channel kind and outcome", ["component", "outcome"]
)
ROLLUP_BEHIND = Gauge(
    "rezonans_rollup_hours_behind_count", "Hours whose rollups wait to be computed again"
)
QUERIES = Counter(
    "rezonans_store_queries_total", "Queries at the store's door, by outcome", ["outcome"]
)
