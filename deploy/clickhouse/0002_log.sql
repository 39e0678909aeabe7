-- What the pipeline itself did: looks, cursors, spikes, actions, dead letters, arrivals.

-- One row a page: a target was looked at. Without posts it is a heartbeat.
CREATE TABLE IF NOT EXISTS looks ${on_cluster}
(
    target LowCardinality(String),
    sequence UInt64,
    part UInt32,
    platform LowCardinality(String),
    container String,
    collector LowCardinality(String),
    collector_version LowCardinality(String),
    looked_until DateTime64(3, 'UTC'),
    observed_at DateTime64(3, 'UTC'),
    history Bool,
    posts UInt32,
    newest Nullable(DateTime64(3, 'UTC')),
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree
PARTITION BY toYYYYMM(observed_at)
ORDER BY (target, sequence, part);

-- Where each target goes on: the cursor of its newest page that carried one.
CREATE TABLE IF NOT EXISTS cursors ${on_cluster}
(
    target String,
    sequence UInt64,
    cursor String,
    platform LowCardinality(String),
    container String,
    collector LowCardinality(String),
    collector_version LowCardinality(String),
    looked_until DateTime64(3, 'UTC'),
    observed_at DateTime64(3, 'UTC'),
    history Bool,
    posts UInt32,
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree(sequence)
ORDER BY target;

-- One row a change in the life of a spike; record is the whole of it as JSON.
CREATE TABLE IF NOT EXISTS spikes ${on_cluster}
(
    spike String,
    revision UInt32,
    change LowCardinality(String),
    alarm LowCardinality(String),
    topic LowCardinality(Nullable(String)),
    region LowCardinality(Nullable(String)),
    at DateTime64(3, 'UTC'),
    since DateTime64(3, 'UTC'),
    score Float64,
    threshold Float64,
    observed Float64,
    expected Float64,
    low Float64,
    high Float64,
    window_seconds UInt32,
    posts UInt64,
    voices UInt64,
    peak Float64,
    trigger LowCardinality(String),
    simulation Bool,
    places Array(Tuple(key String, observed Float64, expected Float64)),
    sentiments Array(Tuple(key String, observed Float64, expected Float64)),
    platforms Array(Tuple(key String, observed Float64, expected Float64)),
    topics Array(Tuple(key String, observed Float64, expected Float64)),
    record String,
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree
ORDER BY (spike, revision);

-- What a person did on the desk.
CREATE TABLE IF NOT EXISTS actions ${on_cluster}
(
    action String,
    at DateTime64(3, 'UTC'),
    subject String,
    verb LowCardinality(String),
    `by` LowCardinality(String),
    value Nullable(String),
    note Nullable(String),
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree
ORDER BY (subject, at, action);

-- What could not be processed, where and why.
CREATE TABLE IF NOT EXISTS dead_letters ${on_cluster}
(
    at DateTime64(3, 'UTC'),
    stage LowCardinality(String),
    kind LowCardinality(String),
    reason String,
    place String,
    digest String,
    payload Nullable(String),
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (stage, place, digest);

-- One row a stored batch: how long its live posts took from publication to a visible row.
CREATE TABLE IF NOT EXISTS arrivals ${on_cluster}
(
    at DateTime64(3, 'UTC'),
    `rows` UInt32,
    live UInt32,
    targets Array(LowCardinality(String)),
    seconds Array(Float32)
)
ENGINE = ${replicated}MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY at;
