-- What people did lately about alerts, in the order it was written down.
SELECT
    action, toUnixTimestamp64Milli(at) AS at_ms, subject, verb, by, value
FROM actions FINAL
WHERE at >= toDateTime({since:UInt32}, 'UTC')
  AND verb IN ('acknowledge', 'mute', 'mark', 'crisis')
ORDER BY stored_at, at_ms, action
LIMIT 2000
