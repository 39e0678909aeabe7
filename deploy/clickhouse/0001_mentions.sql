-- What was said, understood: one row a version of an item's content.
--
-- The row with the highest version stands (FINAL): a deletion wins, then the revision, then
-- the generation of the models, then the first time it was seen. Nothing that a model says
-- is in the key, so understanding an item again replaces its row.
-- day comes from the platform's own date; 1970-01-01 where the platform gave none.

CREATE TABLE IF NOT EXISTS mentions ${on_cluster}
(
    item String,
    day Date,
    version UInt128,
    revision UInt64,
    generation UInt32,
    deleted UInt8,
    platform LowCardinality(String),
    container String,
    target LowCardinality(String),
    collector LowCardinality(String),
    kind LowCardinality(String),
    channel LowCardinality(Nullable(String)),
    stated_appeal LowCardinality(Nullable(String)),
    parent Nullable(String),
    root Nullable(String),
    context Nullable(String),
    author Nullable(String),
    author_kind LowCardinality(String),
    author_name Nullable(String),
    author_followers Nullable(UInt64),
    title Nullable(String),
    text String,
    url Nullable(String),
    published_at DateTime64(3, 'UTC'),
    published_precision LowCardinality(String),
    published_origin LowCardinality(String),
    edited_at Nullable(DateTime64(3, 'UTC')),
    observed_at DateTime64(3, 'UTC'),
    stored_at DateTime64(3, 'UTC'),
    history Bool,
    geo_lat Nullable(Float64),
    geo_lon Nullable(Float64),
    home LowCardinality(Nullable(String)),
    repost_of Nullable(String),
    flags Array(LowCardinality(String)),
    legal_basis LowCardinality(String),
    language LowCardinality(Nullable(String)),
    script LowCardinality(Nullable(String)),
    topic LowCardinality(Nullable(String)),
    topic_probability Nullable(Float32),
    topics Array(Tuple(String, Float32)),
    appeal LowCardinality(Nullable(String)),
    appeal_guess LowCardinality(Nullable(String)),
    appeal_probability Nullable(Float32),
    sentiment LowCardinality(Nullable(String)),
    negative Nullable(Float32),
    neutral Nullable(Float32),
    positive Nullable(Float32),
    urgent Nullable(Float32),
    region LowCardinality(Nullable(String)),
    district LowCardinality(Nullable(String)),
    place LowCardinality(Nullable(String)),
    place_how LowCardinality(Nullable(String)),
    places Array(Tuple(kato String, level String, name String, how String)),
    fingerprint Nullable(UInt64),
    official LowCardinality(Nullable(String)),
    model Map(LowCardinality(String), String),
    INDEX mentions_item item TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = ${replicated}ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (day, item);

-- Totals of an item at a moment. A name that is absent is not offered by the platform.
CREATE TABLE IF NOT EXISTS counters ${on_cluster}
(
    item String,
    observed_at DateTime64(3, 'UTC'),
    platform LowCardinality(String),
    container String,
    counters Map(LowCardinality(String), UInt64),
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree
PARTITION BY toYYYYMM(observed_at)
ORDER BY (item, observed_at);

-- Items that are gone at the source. Their rows in mentions are emptied as well.
CREATE TABLE IF NOT EXISTS deletions ${on_cluster}
(
    item String,
    observed_at DateTime64(3, 'UTC'),
    platform LowCardinality(String),
    container String,
    stored_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree
ORDER BY item;
