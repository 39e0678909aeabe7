-- What became of the spikes of the range: how soon somebody took each, and whether it was of use.
SELECT
    alarm,
    count() AS spikes,
    countIf(taken > toDateTime64(0, 3, 'UTC')) AS acknowledged,
    round(quantileExactIfOrNull(0.5)(dateDiff('second', opened, taken) / 60, taken > toDateTime64(0, 3, 'UTC')), 1)
        AS median_minutes,
    countIf(muted) AS muted,
    countIf(mark = 'useful') AS useful,
    countIf(mark = 'useless') AS useless
FROM
(
    SELECT spike, argMax(s.alarm, s.revision) AS alarm, min(s.at) AS opened
    FROM spikes AS s
    WHERE s.at >= $__fromTime AND s.at <= $__toTime AND {only topic} AND {only region}
    GROUP BY spike
) AS told
LEFT JOIN
(
    SELECT
        substring(subject, 7) AS spike,
        minIf(at, verb = 'acknowledge') AS taken,
        countIf(verb = 'mute') > 0 AS muted,
        argMaxIf(ifNull(value, ''), at, verb = 'mark') AS mark
    FROM actions
    WHERE startsWith(subject, 'spike:') AND at >= $__fromTime
    GROUP BY spike
) AS done ON done.spike = told.spike
GROUP BY alarm
ORDER BY multiIf(alarm = 'red', 0, alarm = 'orange', 1, 2)
