-- Settlements without their topics: a day of the country has a sixth of those cells, and the list of
-- the loudest settlements reads no others unless a topic is chosen. They are the sums of by_place of
-- the same row, computed by the engine when it is written and, of rows that stand, when they are read
-- or merged: there is nothing to compute again. Hours and minutes are few and go without.

ALTER TABLE rollup_days ${on_cluster} ADD COLUMN IF NOT EXISTS towns Array(Tuple(
    region LowCardinality(String), district LowCardinality(String),
    settlement LowCardinality(String), posts UInt32, negative UInt32, neutral UInt32,
    positive UInt32, urgent UInt32))
    MATERIALIZED arrayMap(
        found -> arrayMap(
            (place, posts, negative, neutral, positive, urgent) -> (
                trimRight(substring(place, 1, 2)), trimRight(substring(place, 3, 9)),
                substring(place, 12), posts, negative, neutral, positive, urgent),
            found.1, found.2, found.3, found.4, found.5, found.6),
        [arrayReduce(
            'sumMap',
            [arrayMap(
                (region, district, settlement) -> concat(
                    rightPad(toString(region), 2), rightPad(toString(district), 9),
                    toString(settlement)),
                by_place.region, by_place.district, by_place.settlement)],
            [by_place.posts], [by_place.negative], [by_place.neutral], [by_place.positive],
            [by_place.urgent])])[1];

ALTER TABLE rollup_days ${on_cluster} MATERIALIZE COLUMN towns;

ALTER TABLE rollup_months ${on_cluster} ADD COLUMN IF NOT EXISTS towns Array(Tuple(
    region LowCardinality(String), district LowCardinality(String),
    settlement LowCardinality(String), posts UInt32, negative UInt32, neutral UInt32,
    positive UInt32, urgent UInt32))
    MATERIALIZED arrayMap(
        found -> arrayMap(
            (place, posts, negative, neutral, positive, urgent) -> (
                trimRight(substring(place, 1, 2)), trimRight(substring(place, 3, 9)),
                substring(place, 12), posts, negative, neutral, positive, urgent),
            found.1, found.2, found.3, found.4, found.5, found.6),
        [arrayReduce(
            'sumMap',
            [arrayMap(
                (region, district, settlement) -> concat(
                    rightPad(toString(region), 2), rightPad(toString(district), 9),
                    toString(settlement)),
                by_place.region, by_place.district, by_place.settlement)],
            [by_place.posts], [by_place.negative], [by_place.neutral], [by_place.positive],
            [by_place.urgent])])[1];

ALTER TABLE rollup_months ${on_cluster} MATERIALIZE COLUMN towns;

CREATE OR REPLACE VIEW flow_towns ${on_cluster} AS
SELECT toUInt32(300) AS grain, at,
    by_place.region AS region, by_place.district AS district, by_place.settlement AS settlement,
    by_place.posts AS posts, by_place.negative AS negative, by_place.neutral AS neutral,
    by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_fives FINAL ARRAY JOIN by_place
UNION ALL
SELECT toUInt32(3600) AS grain, at,
    by_place.region AS region, by_place.district AS district, by_place.settlement AS settlement,
    by_place.posts AS posts, by_place.negative AS negative, by_place.neutral AS neutral,
    by_place.positive AS positive, by_place.urgent AS urgent
FROM rollup_hours FINAL ARRAY JOIN by_place
UNION ALL
SELECT toUInt32(86400) AS grain, at,
    town.region AS region, town.district AS district, town.settlement AS settlement,
    town.posts AS posts, town.negative AS negative, town.neutral AS neutral,
    town.positive AS positive, town.urgent AS urgent
FROM rollup_days FINAL ARRAY JOIN towns AS town
UNION ALL
SELECT toUInt32(2592000) AS grain, at,
    town.region AS region, town.district AS district, town.settlement AS settlement,
    town.posts AS posts, town.negative AS negative, town.neutral AS neutral,
    town.positive AS positive, town.urgent AS urgent
FROM rollup_months FINAL ARRAY JOIN towns AS town;
