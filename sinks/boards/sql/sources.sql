-- Every source: when it was looked at, what came, and how much of the range was watched. A part
-- of the range is an hour (five minutes up to two days) with at least one look. Looks are kept for
-- a month or so: what is older than the oldest of them is not held against a source.
WITH (SELECT min(looks.observed_at) FROM looks WHERE $__timeFilter(looks.observed_at)) AS oldest
SELECT
    state.target AS target,
    state.platform AS platform,
    state.collector AS collector,
    greatest(0, dateDiff('second', state.looked_until, toDateTime64($__toTime, 3, 'UTC'))) AS waits,
    round(least(1, ifNull(seen.parts, 0) * {look_span}
        / greatest({look_span}, dateDiff('second', greatest($__fromTime, oldest), $__toTime))), 3)
        AS watched_share,
    ifNull(seen.longest_gap, 0) AS longest_gap,
    ifNull(seen.pages, 0) AS pages,
    ifNull(seen.brought, 0) AS posts,
    state.newest_post AS newest_post
FROM
(
    SELECT
        target,
        any(looks.platform) AS platform,
        any(looks.collector) AS collector,
        max(looks.looked_until) AS looked_until,
        max(looks.newest) AS newest_post
    FROM looks
    WHERE {only looks.platform}
    GROUP BY target
) AS state
LEFT JOIN
(
    SELECT
        target,
        count() AS parts,
        sum(looks_of_part) AS pages,
        sum(brought_in_part) AS brought,
        arrayMax(arrayDifference(arraySort(groupArray(part_of_range)))) * {look_span}
            AS longest_gap
    FROM
    (
        SELECT
            target,
            intDiv(toUnixTimestamp(observed_at), {look_span}) AS part_of_range,
            count() AS looks_of_part,
            sum(looks.posts) AS brought_in_part
        FROM looks FINAL
        WHERE $__timeFilter(observed_at)
        GROUP BY target, part_of_range
    )
    GROUP BY target
) AS seen ON seen.target = state.target
ORDER BY waits DESC, target
LIMIT 500
