-- Months of Almaty, which long ranges sum up: computed from the days as those are from the hours, and
-- replaced as a whole. Their grain is called 2592000, whatever their length; at is their first
-- midnight, said in UTC. There are no voices: they can not be summed.
CREATE TABLE IF NOT EXISTS rollup_months ${on_cluster}
(
    at DateTime('UTC'),
    version UInt64,
    by_flow Nested(
        topic LowCardinality(String), region LowCardinality(String),
        platform LowCardinality(String), language LowCardinality(String), repost Bool,
        simulation Bool, posts UInt32, negative UInt32, neutral UInt32, positive UInt32,
        urgent UInt32),
    by_place Nested(
        region LowCardinality(String), district LowCardinality(String),
        settlement LowCardinality(String), topic LowCardinality(String), repost Bool,
        simulation Bool, posts UInt32, negative UInt32, neutral UInt32, positive UInt32,
        urgent UInt32),
    by_district Nested(
        region LowCardinality(String), district LowCardinality(String),
        topic LowCardinality(String), repost Bool, simulation Bool, posts UInt32,
        negative UInt32, neutral UInt32, positive UInt32, urgent UInt32),
    by_appeal Nested(
        appeal LowCardinality(String), channel LowCardinality(String),
        kind LowCardinality(String), topic LowCardinality(String),
        region LowCardinality(String), official LowCardinality(String), repost Bool,
        simulation Bool, posts UInt32, stated UInt32, negative UInt32, neutral UInt32,
        positive UInt32, urgent UInt32),
    by_model Nested(
        generation UInt32, language LowCardinality(String), platform LowCardinality(String),
        simulation Bool, posts UInt32, with_topic UInt32, with_appeal UInt32,
        with_sentiment UInt32, with_place UInt32, topic_thousandths UInt64,
        appeal_thousandths UInt64),
    by_page Nested(
        container LowCardinality(String), platform LowCardinality(String),
        name LowCardinality(String), posts UInt32, answers UInt32, from_people UInt32,
        negative UInt32, felt UInt32, last_spoke DateTime('UTC')),
    by_asked Nested(
        container LowCardinality(String), platform LowCardinality(String),
        topic LowCardinality(String), region LowCardinality(String), tenths UInt16, asked UInt32)
)
ENGINE = ${replicated}ReplacingMergeTree(version)
ORDER BY at
SETTINGS index_granularity_bytes = 1048576;

CREATE OR REPLACE VIEW flow ${on_cluster} AS
SELECT toUInt32(300) AS grain, at,
    by_flow.topic AS topic, by_flow.region AS region, by_flow.platform AS platform,
    by_flow.language AS language, by_flow.repost AS repost, by_flow.simulation AS simulation,
    by_flow.posts AS posts, by_flow.negative AS negative, by_flow.neutral AS neutral,
    by_flow.positive AS positive, by_flow.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_flow
UNION ALL
SELECT toUInt32(3600) AS grain, at,
    by_flow.topic AS topic, by_flow.region AS region, by_flow.platform AS platform,
    by_flow.language AS language, by_flow.repost AS repost, by_flow.simulation AS simulation,
    by_flow.posts AS posts, by_flow.negative AS negative, by_flow.neutral AS neutral,
    by_flow.positive AS positive, by_flow.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_flow
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    by_flow.topic AS topic, by_flow.region AS region, by_flow.platform AS platform,
    by_flow.language AS language, by_flow.repost AS repost, by_flow.simulation AS simulation,
    by_flow.posts AS posts, by_flow.negative AS negative, by_flow.neutral AS neutral,
    by_flow.positive AS positive, by_flow.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_flow
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    by_flow.topic AS topic, by_flow.region AS region, by_flow.platform AS platform,
    by_flow.language AS language, by_flow.repost AS repost, by_flow.simulation AS simulation,
    by_flow.posts AS posts, by_flow.negative AS negative, by_flow.neutral AS neutral,
    by_flow.positive AS positive, by_flow.urgent AS urgent
FROM rollup_months FINAL ARRAY JOIN by_flow;

CREATE OR REPLACE VIEW flow_places ${on_cluster} AS
SELECT toUInt32(300) AS grain, at,
    by_place.region AS region, by_place.district AS district, by_place.settlement AS settlement,
    by_place.topic AS topic, by_place.repost AS repost, by_place.simulation AS simulation,
    by_place.posts AS posts, by_place.negative AS negative, by_place.neutral AS neutral,
    by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_place
UNION ALL
SELECT toUInt32(3600) AS grain, at,
    by_place.region AS region, by_place.district AS district, by_place.settlement AS settlement,
    by_place.topic AS topic, by_place.repost AS repost, by_place.simulation AS simulation,
    by_place.posts AS posts, by_place.negative AS negative, by_place.neutral AS neutral,
    by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_place
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    by_place.region AS region, by_place.district AS district, by_place.settlement AS settlement,
    by_place.topic AS topic, by_place.repost AS repost, by_place.simulation AS simulation,
    by_place.posts AS posts, by_place.negative AS negative, by_place.neutral AS neutral,
    by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_place
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    by_place.region AS region, by_place.district AS district, by_place.settlement AS settlement,
    by_place.topic AS topic, by_place.repost AS repost, by_place.simulation AS simulation,
    by_place.posts AS posts, by_place.negative AS negative, by_place.neutral AS neutral,
    by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_months FINAL ARRAY JOIN by_place;

CREATE OR REPLACE VIEW flow_districts ${on_cluster} AS
SELECT toUInt32(300) AS grain, at,
    by_district.region AS region, by_district.district AS district, by_district.topic AS topic,
    by_district.repost AS repost, by_district.simulation AS simulation, by_district.posts AS
    posts, by_district.negative AS negative, by_district.neutral AS neutral,
    by_district.positive AS positive, by_district.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_district
UNION ALL
SELECT toUInt32(3600) AS grain, at,
    by_district.region AS region, by_district.district AS district, by_district.topic AS topic,
    by_district.repost AS repost, by_district.simulation AS simulation, by_district.posts AS
    posts, by_district.negative AS negative, by_district.neutral AS neutral,
    by_district.positive AS positive, by_district.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_district
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    by_district.region AS region, by_district.district AS district, by_district.topic AS topic,
    by_district.repost AS repost, by_district.simulation AS simulation, by_district.posts AS
    posts, by_district.negative AS negative, by_district.neutral AS neutral,
    by_district.positive AS positive, by_district.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_district
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    by_district.region AS region, by_district.district AS district, by_district.topic AS topic,
    by_district.repost AS repost, by_district.simulation AS simulation, by_district.posts AS
    posts, by_district.negative AS negative, by_district.neutral AS neutral,
    by_district.positive AS positive, by_district.urgent AS urgent
FROM rollup_months FINAL ARRAY JOIN by_district;

CREATE OR REPLACE VIEW flow_appeals ${on_cluster} AS
SELECT toUInt32(300) AS grain, at,
    by_appeal.appeal AS appeal, by_appeal.channel AS channel, by_appeal.kind AS kind,
    by_appeal.topic AS topic, by_appeal.region AS region, by_appeal.official AS official,
    by_appeal.repost AS repost, by_appeal.simulation AS simulation, by_appeal.posts AS posts,
    by_appeal.stated AS stated, by_appeal.negative AS negative, by_appeal.neutral AS neutral,
    by_appeal.positive AS positive, by_appeal.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_appeal
UNION ALL
SELECT toUInt32(3600) AS grain, at,
    by_appeal.appeal AS appeal, by_appeal.channel AS channel, by_appeal.kind AS kind,
    by_appeal.topic AS topic, by_appeal.region AS region, by_appeal.official AS official,
    by_appeal.repost AS repost, by_appeal.simulation AS simulation, by_appeal.posts AS posts,
    by_appeal.stated AS stated, by_appeal.negative AS negative, by_appeal.neutral AS neutral,
    by_appeal.positive AS positive, by_appeal.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_appeal
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    by_appeal.appeal AS appeal, by_appeal.channel AS channel, by_appeal.kind AS kind,
    by_appeal.topic AS topic, by_appeal.region AS region, by_appeal.official AS official,
    by_appeal.repost AS repost, by_appeal.simulation AS simulation, by_appeal.posts AS posts,
    by_appeal.stated AS stated, by_appeal.negative AS negative, by_appeal.neutral AS neutral,
    by_appeal.positive AS positive, by_appeal.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_appeal
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    by_appeal.appeal AS appeal, by_appeal.channel AS channel, by_appeal.kind AS kind,
    by_appeal.topic AS topic, by_appeal.region AS region, by_appeal.official AS official,
    by_appeal.repost AS repost, by_appeal.simulation AS simulation, by_appeal.posts AS posts,
    by_appeal.stated AS stated, by_appeal.negative AS negative, by_appeal.neutral AS neutral,
    by_appeal.positive AS positive, by_appeal.urgent AS urgent
FROM rollup_months FINAL ARRAY JOIN by_appeal;

CREATE OR REPLACE VIEW flow_models ${on_cluster} AS
SELECT toUInt32(300) AS grain, at,
    by_model.generation AS generation, by_model.language AS language, by_model.platform AS
    platform, by_model.simulation AS simulation, by_model.posts AS posts, by_model.with_topic AS
    with_topic, by_model.with_appeal AS with_appeal, by_model.with_sentiment AS with_sentiment,
    by_model.with_place AS with_place, by_model.topic_thousandths AS topic_thousandths,
    by_model.appeal_thousandths AS appeal_thousandths
FROM rollup_fives FINAL ARRAY JOIN by_model
UNION ALL
SELECT toUInt32(3600) AS grain, at,
    by_model.generation AS generation, by_model.language AS language, by_model.platform AS
    platform, by_model.simulation AS simulation, by_model.posts AS posts, by_model.with_topic AS
    with_topic, by_model.with_appeal AS with_appeal, by_model.with_sentiment AS with_sentiment,
    by_model.with_place AS with_place, by_model.topic_thousandths AS topic_thousandths,
    by_model.appeal_thousandths AS appeal_thousandths
FROM rollup_hours FINAL ARRAY JOIN by_model
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    by_model.generation AS generation, by_model.language AS language, by_model.platform AS
    platform, by_model.simulation AS simulation, by_model.posts AS posts, by_model.with_topic AS
    with_topic, by_model.with_appeal AS with_appeal, by_model.with_sentiment AS with_sentiment,
    by_model.with_place AS with_place, by_model.topic_thousandths AS topic_thousandths,
    by_model.appeal_thousandths AS appeal_thousandths
FROM rollup_days FINAL ARRAY JOIN by_model
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    by_model.generation AS generation, by_model.language AS language, by_model.platform AS
    platform, by_model.simulation AS simulation, by_model.posts AS posts, by_model.with_topic AS
    with_topic, by_model.with_appeal AS with_appeal, by_model.with_sentiment AS with_sentiment,
    by_model.with_place AS with_place, by_model.topic_thousandths AS topic_thousandths,
    by_model.appeal_thousandths AS appeal_thousandths
FROM rollup_months FINAL ARRAY JOIN by_model;

CREATE OR REPLACE VIEW flow_pages ${on_cluster} AS
SELECT toUInt32(3600) AS grain, at,
    by_page.container AS container, by_page.platform AS platform, by_page.name AS name,
    by_page.posts AS posts, by_page.answers AS answers, by_page.from_people AS from_people,
    by_page.negative AS negative, by_page.felt AS felt, by_page.last_spoke AS last_spoke
FROM rollup_hours FINAL ARRAY JOIN by_page
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    by_page.container AS container, by_page.platform AS platform, by_page.name AS name,
    by_page.posts AS posts, by_page.answers AS answers, by_page.from_people AS from_people,
    by_page.negative AS negative, by_page.felt AS felt, by_page.last_spoke AS last_spoke
FROM rollup_days FINAL ARRAY JOIN by_page
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    by_page.container AS container, by_page.platform AS platform, by_page.name AS name,
    by_page.posts AS posts, by_page.answers AS answers, by_page.from_people AS from_people,
    by_page.negative AS negative, by_page.felt AS felt, by_page.last_spoke AS last_spoke
FROM rollup_months FINAL ARRAY JOIN by_page;

CREATE OR REPLACE VIEW flow_questions ${on_cluster} AS
SELECT toUInt32(3600) AS grain, at, by_question.asked_at AS asked_at,
    by_question.container AS container, by_question.platform AS platform, by_question.topic AS
    topic, by_question.region AS region, by_question.tenths AS tenths,
    tenths < 65535 AS is_answered, toUInt32(1) AS asked
FROM rollup_hours FINAL ARRAY JOIN by_question
UNION ALL
SELECT toUInt32(86400) AS grain, at, at AS asked_at,
    by_asked.container AS container, by_asked.platform AS platform, by_asked.topic AS topic,
    by_asked.region AS region, by_asked.tenths AS tenths,
    tenths < 65535 AS is_answered, by_asked.asked AS asked
FROM rollup_days FINAL ARRAY JOIN by_asked
UNION ALL
SELECT toUInt32(2592000) AS grain, at, at AS asked_at,
    by_asked.container AS container, by_asked.platform AS platform, by_asked.topic AS topic,
    by_asked.region AS region, by_asked.tenths AS tenths,
    tenths < 65535 AS is_answered, by_asked.asked AS asked
FROM rollup_months FINAL ARRAY JOIN by_asked;
