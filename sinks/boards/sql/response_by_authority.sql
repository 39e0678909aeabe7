-- Each page of an authority. Shares and times are told from ten questions on: below, one answer
-- more or less would look like a judgement.
SELECT
    counted.account AS account,
    counted.platform AS platform,
    names.name AS name,
    counted.asked AS asked,
    counted.answered AS answered,
    if(asked >= 10, round(answered / asked, 3), NULL) AS answered_share,
    if(asked >= 10, round(counted.on_time, 3), NULL) AS on_time_share,
    if(asked >= 10, round(counted.middle, 1), NULL) AS median_hours
FROM
(
    SELECT
        container AS account,
        any(f.platform) AS platform,
        sum(f.asked) AS asked,
        {answered} AS answered,
        {on_time} AS on_time,
        {median_hours} AS middle
    FROM {asked}
    GROUP BY account
    ORDER BY asked DESC, account
    LIMIT 100
) AS counted
LEFT JOIN
(
    SELECT container AS page, argMax(f.name, at) AS name
    FROM flow_pages AS f
    WHERE {inside_by_hours} AND f.name != ''
    GROUP BY page
) AS names ON names.page = counted.account
ORDER BY asked DESC, account
