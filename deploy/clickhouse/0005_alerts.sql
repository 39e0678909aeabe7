-- What became of each message that a desk was, or was not, to have, and why. The last word on
-- a message stands: a redelivery or a second attempt replaces its row.
CREATE TABLE IF NOT EXISTS alerts ${on_cluster}
(
    alert String,
    channel String,
    at DateTime64(3, 'UTC'),
    desk LowCardinality(String),
    told LowCardinality(String),
    outcome LowCardinality(String),
    reason LowCardinality(String),
    event String,
    spike Nullable(String),
    revision Nullable(UInt32),
    alarm LowCardinality(Nullable(String)),
    topic LowCardinality(Nullable(String)),
    region LowCardinality(Nullable(String)),
    `by` Nullable(String),
    `until` Nullable(DateTime64(3, 'UTC')),
    attempts UInt32,
    simulation Bool,
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree(at)
ORDER BY (alert, channel);
