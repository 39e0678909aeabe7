-- Spikes that were open in the range, the loudest first, each with what explains it: the place and
-- the mood that brought most of the excess, and which part of it. The parts of all places sum to
-- the excess, as those of all moods do.
WITH
    arraySort(share -> share.3 - share.2, places)[1] AS place,
    arraySort(share -> share.3 - share.2, sentiments)[1] AS mood
SELECT
    since,
    s.at AS updated,
    if(change = 'closed', 'closed', alarm) AS state,
    kind,
    topic,
    region,
    district,
    round(s.observed) AS observed,
    round(s.expected, 1) AS expected,
    round(s.low, 1) AS low,
    round(s.high, 1) AS high,
    round(s.observed / nullIf(s.expected, 0), 1) AS times,
    s.posts AS posts,
    s.voices AS voices,
    trigger,
    round(score, 2) AS decades_of_rarity,
    nullIf(place.1, '') AS top_place,
    round(greatest(0, least(1, (place.2 - place.3)
        / nullIf(arraySum(arrayMap(share -> share.2 - share.3, places)), 0))), 2)
        AS top_place_share,
    nullIf(mood.1, '') AS top_mood,
    round(greatest(0, least(1, (mood.2 - mood.3)
        / nullIf(arraySum(arrayMap(share -> share.2 - share.3, sentiments)), 0))), 2)
        AS top_mood_share,
    simulation,
    ifNull(topic, '') AS topic_code,
    ifNull(region, '') AS region_code,
    ifNull(district, '') AS district_code,
    toString(toUnixTimestamp64Milli(ifNull(parseDateTime64BestEffortOrNull(
        JSONExtractString(record, 'evidence', 'start'), 3, 'UTC'), since))) AS window_from,
    toString(toUnixTimestamp64Milli(ifNull(parseDateTime64BestEffortOrNull(
        JSONExtractString(record, 'evidence', 'end'), 3, 'UTC'), s.at)) - 1) AS window_to
FROM spikes_latest AS s
WHERE since <= $__toTime AND s.at >= $__fromTime
  AND {only topic} AND {only region} AND {only district}
ORDER BY change = 'closed', multiIf(alarm = 'red', 0, alarm = 'orange', 1, 2), score DESC, spike
LIMIT 50
