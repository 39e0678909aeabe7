-- Spikes that were open in the range, the loudest first, each with what explains it. The shares
-- are what a place or sentiment brought over what it usually brings; they sum to the excess.
SELECT
    since,
    s.at AS updated,
    if(change = 'closed', 'closed', alarm) AS state,
    topic,
    region,
    round(s.observed) AS observed,
    round(s.expected, 1) AS expected,
    round(s.low, 1) AS low,
    round(s.high, 1) AS high,
    round(s.observed / nullIf(s.expected, 0), 1) AS times,
    s.posts AS posts,
    s.voices AS voices,
    trigger,
    round(score, 2) AS decades_of_rarity,
    arrayStringConcat(arrayMap(
        share -> concat(share.1, ' +', toString(round(share.2 - share.3))),
        arraySlice(arraySort(share -> share.3 - share.2, places), 1, 3)), ', ') AS from_places,
    arrayStringConcat(arrayMap(
        share -> concat(share.1, ' +', toString(round(share.2 - share.3))),
        arraySlice(arraySort(share -> share.3 - share.2, sentiments), 1, 2)), ', ')
        AS from_sentiments,
    simulation,
    ifNull(topic, '') AS topic_code,
    ifNull(region, '') AS region_code
FROM spikes_latest AS s
WHERE since <= $__toTime AND s.at >= $__fromTime
  AND {only topic} AND {only region}
ORDER BY change = 'closed', multiIf(alarm = 'red', 0, alarm = 'orange', 1, 2), score DESC, spike
LIMIT 50
