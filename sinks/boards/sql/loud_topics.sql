-- Topics of the last hour of the board against an hour of the day before it. Reposts left out.
WITH toStartOfInterval($__toTime, toIntervalSecond(300), 'UTC') AS until,
    until - INTERVAL 1 HOUR AS recent
SELECT
    topic,
    sumIf(f.posts, at >= recent) AS posts,
    round(sumIf(f.posts, at < recent) / 24, 1) AS usual,
    round(posts * 24 / nullIf(sumIf(f.posts, at < recent), 0), 1) AS times,
    round(sumIf(f.negative, at >= recent)
        / nullIf(sumIf(f.negative + f.neutral + f.positive, at >= recent), 0), 3) AS negative_share,
    sumIf(f.urgent, at >= recent) AS urgent_posts,
    uniqExactIf(region, at >= recent AND region != '') AS regions,
    if(topic = '', '-', topic) AS topic_code
FROM flow AS f
WHERE grain = 300 AND at >= until - INTERVAL 25 HOUR AND at < until
  AND NOT repost AND topic != ''
  AND {only topic} AND {only region} AND {only platform} AND {only language}
GROUP BY topic
HAVING posts > 0
ORDER BY posts DESC, topic
LIMIT 25
