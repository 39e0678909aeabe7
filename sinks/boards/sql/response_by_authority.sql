-- Each page of an authority. Shares and times are told from ten questions on: below, one answer
-- more or less would look like a judgement.
WITH {asked}, {answers}
SELECT
    container AS account,
    any(platform) AS platform,
    any(names.name) AS name,
    count() AS asked,
    countIf(is_answered) AS answered,
    if(asked >= 10, round(answered / asked, 3), NULL) AS answered_share,
    if(asked >= 10, round(countIf(is_answered AND hours <= 24) / nullIf(
        answered + countIf(NOT is_answered AND dateDiff('hour', asked_at, $__toTime) >= 24), 0), 3),
        NULL) AS on_time_share,
    if(asked >= 10, round(quantileExactIfOrNull(0.5)(hours, is_answered), 1), NULL)
        AS median_hours
FROM {asked_and_answered} AS found
LEFT JOIN
(
    SELECT container AS page, any(author_name) AS name FROM mentions_public
    WHERE {range} AND author_kind = 'official'
    GROUP BY page
) AS names ON names.page = found.container
GROUP BY account
ORDER BY asked DESC, account
LIMIT 100
