-- The district of an alert, where it is about one: a list of what was sent can be read and searched
-- by it. Rows of before take it from the spike that they are about.
ALTER TABLE alerts ${on_cluster}
    ADD COLUMN IF NOT EXISTS district LowCardinality(Nullable(String)) AFTER region;

INSERT INTO alerts (alert, channel, at, desk, told, outcome, reason, event, spike, revision, alarm,
    topic, region, district, `by`, `until`, attempts, simulation, stored_at)
SELECT
    told.alert, told.channel, told.at, told.desk, told.told, told.outcome, told.reason, told.event,
    told.spike, told.revision, told.alarm, told.topic, told.region, about.narrow, told.by,
    told.until, told.attempts, told.simulation, told.stored_at
FROM (SELECT * FROM alerts FINAL WHERE isNull(district) AND isNotNull(spike)) AS told
INNER JOIN
(
    SELECT spike, any(district) AS narrow FROM spikes WHERE isNotNull(district) GROUP BY spike
) AS about ON about.spike = told.spike;
