-- The last word on every spike that is open, or was closed lately; the loudest first.
SELECT record
FROM spikes_latest
WHERE at >= toDateTime({open_since:UInt32}, 'UTC')
  AND (change != 'closed' OR at >= toDateTime({closed_since:UInt32}, 'UTC'))
ORDER BY change = 'closed', multiIf(alarm = 'red', 0, alarm = 'orange', 1, 2), score DESC, spike
LIMIT 40
