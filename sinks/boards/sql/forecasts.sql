-- What open spikes will bring in the next hours if nothing new happens: the sum over the hours
-- ahead, with the interval that holds four cases of five added up hour by hour (wider than that
-- of the sum). Refused: the lane is young, too thin, or was not watched.
SELECT
    topic,
    region,
    alarm,
    length(ahead) AS hours_ahead,
    if(hours_ahead = 0, NULL, round(arraySum(arrayMap(hour -> hour.2, ahead)))) AS expected,
    if(hours_ahead = 0, NULL, round(arraySum(arrayMap(hour -> hour.3, ahead)))) AS low,
    if(hours_ahead = 0, NULL, round(arraySum(arrayMap(hour -> hour.4, ahead)))) AS high,
    JSONExtract(record, 'forecast', 'peak_passed', 'Nullable(Bool)') AS peak_passed,
    JSONExtract(record, 'forecast', 'half_life_minutes', 'Nullable(Float64)') * 60 AS half_life,
    nullIf(JSONExtractString(record, 'forecast', 'refused'), '') AS refused,
    JSONExtract(record, 'forecast', 'error', 'Nullable(Float64)') AS error,
    JSONExtract(record, 'forecast', 'naive_error', 'Nullable(Float64)') AS naive_error,
    ifNull(topic, '') AS topic_code,
    ifNull(region, '') AS region_code
FROM
(
    SELECT topic, region, alarm, score, spike, record,
        JSONExtract(record, 'forecast', 'hours',
            'Array(Tuple(start String, expected Float64, low Float64, high Float64))') AS ahead
    FROM spikes_latest
    WHERE change != 'closed' AND at >= $__fromTime AND since <= $__toTime
      AND {only topic} AND {only region} AND {only district}
)
ORDER BY multiIf(alarm = 'red', 0, alarm = 'orange', 1, 2), score DESC, spike
LIMIT 30
