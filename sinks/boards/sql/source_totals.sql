-- The state of all sources at once. Silent: nobody has looked for more than a quarter of an hour.
SELECT
    count() AS sources,
    countIf(waits > 900) AS silent,
    max(waits) AS longest_wait,
    countIf(dateDiff('day', newest_post, toDateTime64($__toTime, 3, 'UTC')) >= 7
        OR isNull(newest_post)) AS without_posts
FROM
(
    SELECT
        max(looks.newest) AS newest_post,
        greatest(0, dateDiff('second', max(looks.looked_until),
            toDateTime64($__toTime, 3, 'UTC'))) AS waits
    FROM looks
    WHERE {only platform}
    GROUP BY target
)
