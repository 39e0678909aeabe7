-- The last day hour by hour, newest last; `recent` is the last 60 minutes whatever the clock
-- says, `before` the same 60 minutes a day ago, `voices` the authors of the last whole hour.
SELECT
    toUnixTimestamp(toStartOfHour(published_at)) AS hour,
    count() AS posts,
    countIf(published_at >= toDateTime({recent:UInt32}, 'UTC')) AS recent,
    countIf(published_at < toDateTime({recent:UInt32} - 82800, 'UTC')) AS before,
    countIf(published_at >= toDateTime({recent:UInt32}, 'UTC') AND sentiment = 'negative') AS negative,
    countIf(published_at >= toDateTime({recent:UInt32}, 'UTC') AND isNotNull(sentiment)) AS felt,
    countIf(published_at >= toDateTime({recent:UInt32}, 'UTC') AND urgent >= 0.5) AS urgent,
    countIf(simulation) AS simulated,
    (
        SELECT sum(voices) FROM flow_voices
        WHERE grain = 3600 AND scope = 'all'
          AND at = toStartOfHour(toDateTime({recent:UInt32}, 'UTC'))
    ) AS voices
FROM mentions_public
WHERE day >= toDate({from_day:String})
  AND published_at >= toDateTime({recent:UInt32} - 86400, 'UTC')
GROUP BY hour
ORDER BY hour
LIMIT 48
