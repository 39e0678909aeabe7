-- What was not reacted to: danger first, then what waits longest.
WITH {asked}, {answers}
SELECT
    asked_at,
    dateDiff('second', asked_at, toDateTime64($__toTime, 3, 'UTC')) AS waits,
    leftUTF8(said, 300) AS text,
    appeal,
    topic,
    region,
    urgent >= 0.5 AS urgent_post,
    platform,
    link
FROM {asked_and_answered}
WHERE NOT is_answered
ORDER BY urgent_post DESC, asked_at, item
LIMIT 100
