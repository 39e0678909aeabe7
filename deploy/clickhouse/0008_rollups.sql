-- How much was said, by five minutes, hour and day (of Almaty): what boards read for any range.
--
-- A row is a span of time with all of its cells. It is computed again from mentions FINAL when a
-- batch has touched its hour, and replaced as a whole: what was delivered twice, came late, was
-- edited, labelled anew or deleted is never counted twice and leaves no cell behind. FINAL reads
-- few rows, and of a row only the cells and columns that a query asks for.
-- An empty string: the model abstained, or nothing was found. Reposts are cells of their own.

-- The hours that were touched, and when last. One is behind while its row is not younger.
CREATE TABLE IF NOT EXISTS touched ${on_cluster}
(
    hour DateTime('UTC'),
    at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree(at)
ORDER BY hour;

CREATE TABLE IF NOT EXISTS rollup_fives ${on_cluster}
(
    at DateTime('UTC'),
    version UInt64,
    by_flow Nested(
        topic LowCardinality(String), region LowCardinality(String),
        platform LowCardinality(String), language LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, negative UInt32, neutral UInt32, positive UInt32, urgent UInt32),
    by_place Nested(
        region LowCardinality(String), district LowCardinality(String),
        settlement LowCardinality(String), topic LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, negative UInt32, neutral UInt32, positive UInt32, urgent UInt32),
    by_appeal Nested(
        appeal LowCardinality(String), channel LowCardinality(String),
        kind LowCardinality(String), topic LowCardinality(String),
        region LowCardinality(String), official LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, stated UInt32, negative UInt32, neutral UInt32, positive UInt32,
        urgent UInt32),
    by_model Nested(
        generation UInt32, language LowCardinality(String),
        platform LowCardinality(String), simulation Bool,
        posts UInt32, with_topic UInt32, with_appeal UInt32, with_sentiment UInt32,
        with_place UInt32, topic_thousandths UInt64, appeal_thousandths UInt64)
)
ENGINE = ${replicated}ReplacingMergeTree(version)
PARTITION BY toYYYYMM(at)
ORDER BY at
SETTINGS index_granularity_bytes = 1048576;

-- by_voice: unique voices can not be summed, so each way to ask for them has cells of its own.
CREATE TABLE IF NOT EXISTS rollup_hours ${on_cluster}
(
    at DateTime('UTC'),
    version UInt64,
    by_flow Nested(
        topic LowCardinality(String), region LowCardinality(String),
        platform LowCardinality(String), language LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, negative UInt32, neutral UInt32, positive UInt32, urgent UInt32),
    by_place Nested(
        region LowCardinality(String), district LowCardinality(String),
        settlement LowCardinality(String), topic LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, negative UInt32, neutral UInt32, positive UInt32, urgent UInt32),
    by_appeal Nested(
        appeal LowCardinality(String), channel LowCardinality(String),
        kind LowCardinality(String), topic LowCardinality(String),
        region LowCardinality(String), official LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, stated UInt32, negative UInt32, neutral UInt32, positive UInt32,
        urgent UInt32),
    by_model Nested(
        generation UInt32, language LowCardinality(String),
        platform LowCardinality(String), simulation Bool,
        posts UInt32, with_topic UInt32, with_appeal UInt32, with_sentiment UInt32,
        with_place UInt32, topic_thousandths UInt64, appeal_thousandths UInt64),
    by_voice Nested(
        scope LowCardinality(String), topic LowCardinality(String),
        region LowCardinality(String), district LowCardinality(String),
        platform LowCardinality(String), official LowCardinality(String), simulation Bool,
        posts UInt32, voices UInt32)
)
ENGINE = ${replicated}ReplacingMergeTree(version)
PARTITION BY toYYYYMM(at)
ORDER BY at
SETTINGS index_granularity_bytes = 1048576;

-- at is midnight in Almaty, where the day of the boards begins, said in UTC.
CREATE TABLE IF NOT EXISTS rollup_days ${on_cluster}
(
    at DateTime('UTC'),
    version UInt64,
    by_flow Nested(
        topic LowCardinality(String), region LowCardinality(String),
        platform LowCardinality(String), language LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, negative UInt32, neutral UInt32, positive UInt32, urgent UInt32),
    by_place Nested(
        region LowCardinality(String), district LowCardinality(String),
        settlement LowCardinality(String), topic LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, negative UInt32, neutral UInt32, positive UInt32, urgent UInt32),
    by_appeal Nested(
        appeal LowCardinality(String), channel LowCardinality(String),
        kind LowCardinality(String), topic LowCardinality(String),
        region LowCardinality(String), official LowCardinality(String),
        repost Bool, simulation Bool,
        posts UInt32, stated UInt32, negative UInt32, neutral UInt32, positive UInt32,
        urgent UInt32),
    by_model Nested(
        generation UInt32, language LowCardinality(String),
        platform LowCardinality(String), simulation Bool,
        posts UInt32, with_topic UInt32, with_appeal UInt32, with_sentiment UInt32,
        with_place UInt32, topic_thousandths UInt64, appeal_thousandths UInt64),
    by_voice Nested(
        scope LowCardinality(String), topic LowCardinality(String),
        region LowCardinality(String), district LowCardinality(String),
        platform LowCardinality(String), official LowCardinality(String), simulation Bool,
        posts UInt32, voices UInt32)
)
ENGINE = ${replicated}ReplacingMergeTree(version)
ORDER BY at
SETTINGS index_granularity_bytes = 1048576;

-- grain: seconds of a row's span, 300, 3600 or 86400. A query names one; it reads that table.
CREATE OR REPLACE VIEW flow ${on_cluster} AS
SELECT toUInt32(300) AS grain, at, by_flow.topic AS topic, by_flow.region AS region,
    by_flow.platform AS platform, by_flow.language AS language, by_flow.repost AS repost,
    by_flow.simulation AS simulation, by_flow.posts AS posts, by_flow.negative AS negative,
    by_flow.neutral AS neutral, by_flow.positive AS positive, by_flow.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_flow
UNION ALL
SELECT toUInt32(3600) AS grain, at, by_flow.topic AS topic, by_flow.region AS region,
    by_flow.platform AS platform, by_flow.language AS language, by_flow.repost AS repost,
    by_flow.simulation AS simulation, by_flow.posts AS posts, by_flow.negative AS negative,
    by_flow.neutral AS neutral, by_flow.positive AS positive, by_flow.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_flow
UNION ALL
SELECT toUInt32(86400) AS grain, at, by_flow.topic AS topic, by_flow.region AS region,
    by_flow.platform AS platform, by_flow.language AS language, by_flow.repost AS repost,
    by_flow.simulation AS simulation, by_flow.posts AS posts, by_flow.negative AS negative,
    by_flow.neutral AS neutral, by_flow.positive AS positive, by_flow.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_flow;

CREATE OR REPLACE VIEW flow_places ${on_cluster} AS
SELECT toUInt32(300) AS grain, at, by_place.region AS region, by_place.district AS district,
    by_place.settlement AS settlement, by_place.topic AS topic, by_place.repost AS repost,
    by_place.simulation AS simulation, by_place.posts AS posts, by_place.negative AS negative,
    by_place.neutral AS neutral, by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_place
UNION ALL
SELECT toUInt32(3600) AS grain, at, by_place.region AS region, by_place.district AS district,
    by_place.settlement AS settlement, by_place.topic AS topic, by_place.repost AS repost,
    by_place.simulation AS simulation, by_place.posts AS posts, by_place.negative AS negative,
    by_place.neutral AS neutral, by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_place
UNION ALL
SELECT toUInt32(86400) AS grain, at, by_place.region AS region, by_place.district AS district,
    by_place.settlement AS settlement, by_place.topic AS topic, by_place.repost AS repost,
    by_place.simulation AS simulation, by_place.posts AS posts, by_place.negative AS negative,
    by_place.neutral AS neutral, by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_place;

CREATE OR REPLACE VIEW flow_appeals ${on_cluster} AS
SELECT toUInt32(300) AS grain, at, by_appeal.appeal AS appeal, by_appeal.channel AS channel,
    by_appeal.kind AS kind, by_appeal.topic AS topic, by_appeal.region AS region,
    by_appeal.official AS official, by_appeal.repost AS repost, by_appeal.simulation AS simulation,
    by_appeal.posts AS posts, by_appeal.stated AS stated, by_appeal.negative AS negative,
    by_appeal.neutral AS neutral, by_appeal.positive AS positive, by_appeal.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_appeal
UNION ALL
SELECT toUInt32(3600) AS grain, at, by_appeal.appeal AS appeal, by_appeal.channel AS channel,
    by_appeal.kind AS kind, by_appeal.topic AS topic, by_appeal.region AS region,
    by_appeal.official AS official, by_appeal.repost AS repost, by_appeal.simulation AS simulation,
    by_appeal.posts AS posts, by_appeal.stated AS stated, by_appeal.negative AS negative,
    by_appeal.neutral AS neutral, by_appeal.positive AS positive, by_appeal.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_appeal
UNION ALL
SELECT toUInt32(86400) AS grain, at, by_appeal.appeal AS appeal, by_appeal.channel AS channel,
    by_appeal.kind AS kind, by_appeal.topic AS topic, by_appeal.region AS region,
    by_appeal.official AS official, by_appeal.repost AS repost, by_appeal.simulation AS simulation,
    by_appeal.posts AS posts, by_appeal.stated AS stated, by_appeal.negative AS negative,
    by_appeal.neutral AS neutral, by_appeal.positive AS positive, by_appeal.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_appeal;

CREATE OR REPLACE VIEW flow_models ${on_cluster} AS
SELECT toUInt32(300) AS grain, at, by_model.generation AS generation, by_model.language AS language,
    by_model.platform AS platform, by_model.simulation AS simulation, by_model.posts AS posts,
    by_model.with_topic AS with_topic, by_model.with_appeal AS with_appeal,
    by_model.with_sentiment AS with_sentiment, by_model.with_place AS with_place,
    by_model.topic_thousandths AS topic_thousandths, by_model.appeal_thousandths AS appeal_thousandths
FROM rollup_fives FINAL ARRAY JOIN by_model
UNION ALL
SELECT toUInt32(3600) AS grain, at, by_model.generation AS generation, by_model.language AS language,
    by_model.platform AS platform, by_model.simulation AS simulation, by_model.posts AS posts,
    by_model.with_topic AS with_topic, by_model.with_appeal AS with_appeal,
    by_model.with_sentiment AS with_sentiment, by_model.with_place AS with_place,
    by_model.topic_thousandths AS topic_thousandths, by_model.appeal_thousandths AS appeal_thousandths
FROM rollup_hours FINAL ARRAY JOIN by_model
UNION ALL
SELECT toUInt32(86400) AS grain, at, by_model.generation AS generation, by_model.language AS language,
    by_model.platform AS platform, by_model.simulation AS simulation, by_model.posts AS posts,
    by_model.with_topic AS with_topic, by_model.with_appeal AS with_appeal,
    by_model.with_sentiment AS with_sentiment, by_model.with_place AS with_place,
    by_model.topic_thousandths AS topic_thousandths, by_model.appeal_thousandths AS appeal_thousandths
FROM rollup_days FINAL ARRAY JOIN by_model;

-- scope: what the voices are unique in: all, topic, region, topic_region, district, platform,
-- official. Columns that the scope does not name are empty. There is no row of five minutes.
CREATE OR REPLACE VIEW flow_voices ${on_cluster} AS
SELECT toUInt32(3600) AS grain, at, by_voice.scope AS scope, by_voice.topic AS topic,
    by_voice.region AS region, by_voice.district AS district, by_voice.platform AS platform,
    by_voice.official AS official, by_voice.simulation AS simulation, by_voice.posts AS posts,
    by_voice.voices AS voices
FROM rollup_hours FINAL ARRAY JOIN by_voice
UNION ALL
SELECT toUInt32(86400) AS grain, at, by_voice.scope AS scope, by_voice.topic AS topic,
    by_voice.region AS region, by_voice.district AS district, by_voice.platform AS platform,
    by_voice.official AS official, by_voice.simulation AS simulation, by_voice.posts AS posts,
    by_voice.voices AS voices
FROM rollup_days FINAL ARRAY JOIN by_voice;

-- How far the rollups are: boards say it, an alert watches it.
CREATE OR REPLACE VIEW rollup_state ${on_cluster} AS
SELECT
    count() AS hours,
    countIf(toUnixTimestamp64Milli(journal.at) >= known.version) AS hours_behind,
    minIfOrNull(journal.at, toUnixTimestamp64Milli(journal.at) >= known.version) AS behind_since,
    max(journal.at) AS touched_at
FROM (SELECT hour, max(at) AS at FROM touched GROUP BY hour) AS journal
LEFT JOIN (SELECT at AS hour, max(version) AS version FROM rollup_hours GROUP BY hour) AS known
    ON known.hour = journal.hour;

-- What was stored before there was a journal is computed once.
INSERT INTO touched (hour, at)
SELECT toStartOfHour(published_at) AS hour, max(stored_at) AS at
FROM mentions GROUP BY hour;
