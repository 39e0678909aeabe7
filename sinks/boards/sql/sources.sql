-- Every source: when it was looked at, what came, and how much of the range was watched. A part
-- of the range is an hour (five minutes up to two days) with at least one look. Looks are kept for
-- a month or so: what is older than the oldest of them is not held against a source.
WITH (SELECT min(looks.observed_at) FROM looks WHERE $__timeFilter(looks.observed_at)) AS oldest
SELECT
    state.target AS target,
    platform,
    state.collector AS collector,
    greatest(0, dateDiff('second', state.looked_until, toDateTime64($__toTime, 3, 'UTC'))) AS waits,
    round(least(1, ifNull(seen.parts, 0) * {look_span}
        / greatest({look_span}, dateDiff('second', greatest($__fromTime, oldest), $__toTime))), 3)
        AS watched_share,
    ifNull(seen.longest_gap, 0) AS longest_gap,
    ifNull(seen.pages, 0) AS pages,
    ifNull(seen.brought, 0) AS posts,
    state.newest_post AS newest_post
FROM sources AS state
LEFT JOIN
(
    SELECT
        target,
        uniqExact(intDiv(toUnixTimestamp(observed_at), {look_span})) AS parts,
        count() AS pages,
        sum(looks.posts) AS brought,
        arrayMax(arrayDifference(arraySort(groupUniqArray(
            intDiv(toUnixTimestamp(observed_at), {look_span}))))) * {look_span} AS longest_gap
    FROM looks
    WHERE $__timeFilter(observed_at)
    GROUP BY target
) AS seen ON seen.target = state.target
WHERE {only platform}
ORDER BY waits DESC, target
LIMIT 500
