-- What was not reacted to: danger first, then what waits longest. The texts are read of a hundred
-- posts only.
SELECT
    published_at AS asked_at,
    dateDiff('second', published_at, toDateTime64($__toTime, 3, 'UTC')) AS waits,
    leftUTF8(if(text = '', ifNull(title, ''), text), 300) AS said,
    appeal,
    topic,
    region,
    ifNull(urgent, 0) >= 0.5 AS urgent_post,
    platform,
    if(match(ifNull(url, ''), '^https?://'), url, NULL) AS link
FROM mentions_public
WHERE (day, item) IN
(
    SELECT day, item
    FROM questions AS q
    WHERE at >= toStartOfInterval($__fromTime, toIntervalSecond(3600), 'UTC')
      AND at <= $__toTime AND q.asked_at >= $__fromTime AND q.asked_at <= $__toTime
      AND NOT is_answered
      AND {only q.topic} AND {only q.region} AND {only q.platform}
    ORDER BY danger DESC, q.asked_at, item
    LIMIT 100
)
ORDER BY urgent_post DESC, published_at, item
LIMIT 100
