-- What waits for an answer on each page of an authority, and for how long. Moments are known of the
-- last eleven days; what waits for longer is told from the beginning of its day.
SELECT
    counted.account AS account,
    names.platform AS platform,
    names.name AS name,
    counted.waiting AS waiting,
    counted.waiting_hours AS waiting_hours,
    counted.waiting_days AS waiting_days,
    counted.waiting_week AS waiting_week,
    counted.waiting_longer AS waiting_longer,
    dateDiff('second', counted.oldest, $__toTime) AS longest
FROM
(
    SELECT
        container AS account,
        sum(f.asked) AS waiting,
        sumIf(f.asked, asked_at > $__toTime - INTERVAL 1 DAY) AS waiting_hours,
        sumIf(f.asked, asked_at <= $__toTime - INTERVAL 1 DAY
            AND asked_at > $__toTime - INTERVAL 3 DAY) AS waiting_days,
        sumIf(f.asked, asked_at <= $__toTime - INTERVAL 3 DAY
            AND asked_at > $__toTime - INTERVAL 10 DAY) AS waiting_week,
        sumIf(f.asked, asked_at <= $__toTime - INTERVAL 10 DAY) AS waiting_longer,
        min(asked_at) AS oldest
    FROM flow_questions AS f
    WHERE {inside_by_age} AND {of_questions} AND NOT is_answered
    GROUP BY account
    ORDER BY waiting DESC, account
    LIMIT 100
) AS counted
LEFT JOIN
(
    SELECT container AS page, any(f.platform) AS platform, argMaxIf(f.name, at, f.name != '') AS name
    FROM flow_pages AS f
    WHERE {inside_by_hours}
    GROUP BY page
) AS names ON names.page = counted.account
ORDER BY waiting DESC, account
