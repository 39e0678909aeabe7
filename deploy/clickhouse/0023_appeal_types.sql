-- Appeals without their channel, kind and authority: a day of the country has a tenth of those cells,
-- and a course of a year, which has a point a day, reads no others. Hours that were computed before
-- are computed again.

ALTER TABLE rollup_fives ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_type.appeal Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.repost Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.simulation Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.stated Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.neutral Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.positive Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.urgent Array(UInt32);

ALTER TABLE rollup_hours ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_type.appeal Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.repost Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.simulation Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.stated Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.neutral Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.positive Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.urgent Array(UInt32);

ALTER TABLE rollup_days ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_type.appeal Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.repost Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.simulation Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.stated Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.neutral Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.positive Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.urgent Array(UInt32);

ALTER TABLE rollup_months ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_type.appeal Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_type.repost Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.simulation Array(Bool),
    ADD COLUMN IF NOT EXISTS by_type.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.stated Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.neutral Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.positive Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_type.urgent Array(UInt32);

CREATE OR REPLACE VIEW flow_types ${on_cluster} AS
SELECT toUInt32(300) AS grain, at,
    by_type.appeal AS appeal, by_type.topic AS topic, by_type.region AS region,
    by_type.repost AS repost, by_type.simulation AS simulation, by_type.posts AS posts,
    by_type.stated AS stated, by_type.negative AS negative, by_type.neutral AS neutral,
    by_type.positive AS positive, by_type.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_type
UNION ALL
SELECT toUInt32(3600) AS grain, at,
    by_type.appeal AS appeal, by_type.topic AS topic, by_type.region AS region,
    by_type.repost AS repost, by_type.simulation AS simulation, by_type.posts AS posts,
    by_type.stated AS stated, by_type.negative AS negative, by_type.neutral AS neutral,
    by_type.positive AS positive, by_type.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_type
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    by_type.appeal AS appeal, by_type.topic AS topic, by_type.region AS region,
    by_type.repost AS repost, by_type.simulation AS simulation, by_type.posts AS posts,
    by_type.stated AS stated, by_type.negative AS negative, by_type.neutral AS neutral,
    by_type.positive AS positive, by_type.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_type
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    by_type.appeal AS appeal, by_type.topic AS topic, by_type.region AS region,
    by_type.repost AS repost, by_type.simulation AS simulation, by_type.posts AS posts,
    by_type.stated AS stated, by_type.negative AS negative, by_type.neutral AS neutral,
    by_type.positive AS positive, by_type.urgent AS urgent
FROM rollup_months FINAL ARRAY JOIN by_type;

INSERT INTO touched (hour, at)
SELECT toStartOfHour(published_at) AS hour, now64(3) AS at
FROM mentions GROUP BY hour;
