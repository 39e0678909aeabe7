-- Districts without their settlements: a day of the country has ten times fewer of these cells, and
-- the map reads no others. Hours that were computed before are computed again.
ALTER TABLE rollup_fives ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_district.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.district Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.repost Array(Bool),
    ADD COLUMN IF NOT EXISTS by_district.simulation Array(Bool),
    ADD COLUMN IF NOT EXISTS by_district.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.neutral Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.positive Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.urgent Array(UInt32);

ALTER TABLE rollup_hours ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_district.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.district Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.repost Array(Bool),
    ADD COLUMN IF NOT EXISTS by_district.simulation Array(Bool),
    ADD COLUMN IF NOT EXISTS by_district.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.neutral Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.positive Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.urgent Array(UInt32);

ALTER TABLE rollup_days ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_district.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.district Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_district.repost Array(Bool),
    ADD COLUMN IF NOT EXISTS by_district.simulation Array(Bool),
    ADD COLUMN IF NOT EXISTS by_district.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.neutral Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.positive Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_district.urgent Array(UInt32);

CREATE OR REPLACE VIEW flow_districts ${on_cluster} AS
SELECT toUInt32(300) AS grain, at, by_district.region AS region,
    by_district.district AS district, by_district.topic AS topic, by_district.repost AS repost,
    by_district.simulation AS simulation, by_district.posts AS posts,
    by_district.negative AS negative, by_district.neutral AS neutral,
    by_district.positive AS positive, by_district.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_district
UNION ALL
SELECT toUInt32(3600) AS grain, at, by_district.region AS region,
    by_district.district AS district, by_district.topic AS topic, by_district.repost AS repost,
    by_district.simulation AS simulation, by_district.posts AS posts,
    by_district.negative AS negative, by_district.neutral AS neutral,
    by_district.positive AS positive, by_district.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_district
UNION ALL
SELECT toUInt32(86400) AS grain, at, by_district.region AS region,
    by_district.district AS district, by_district.topic AS topic, by_district.repost AS repost,
    by_district.simulation AS simulation, by_district.posts AS posts,
    by_district.negative AS negative, by_district.neutral AS neutral,
    by_district.positive AS positive, by_district.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN by_district;

INSERT INTO touched (hour, at)
SELECT toStartOfHour(published_at) AS hour, now64(3) AS at
FROM mentions GROUP BY hour;
