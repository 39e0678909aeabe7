-- Spikes as marks on the courses: from the hour they began to the last word on them.
SELECT
    since AS time,
    s.at AS timeEnd,
    concat(ifNull(topic, ''), ' ', ifNull(region, '')) AS title,
    concat(toString(round(s.observed)), ' / ', toString(round(s.expected, 1))) AS text,
    concat(alarm, ',', change) AS tags
FROM spikes_latest AS s
WHERE since <= $__toTime AND s.at >= $__fromTime AND alarm IN ('orange', 'red')
  AND {only topic} AND {only region} AND {only district}
ORDER BY since, spike
LIMIT 200
