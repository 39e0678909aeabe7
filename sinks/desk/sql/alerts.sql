-- What became of the latest messages to desks. What only went on within its hour is left out.
SELECT
    alert, channel, toUnixTimestamp64Milli(at) AS at_ms, desk, told, outcome, reason, event,
    spike, alarm, topic, region, district, by, toUnixTimestamp64Milli(until) AS until_ms, attempts,
    simulation
FROM alerts FINAL
WHERE at >= toDateTime({since:UInt32}, 'UTC')
  AND reason NOT IN ('hourly', 'calm', 'joined', 'part-over', 'unheard')
ORDER BY at_ms DESC, alert, channel
LIMIT 60
