-- Topics of the last hour of the board against an hour of the day before it. Reposts left out.
WITH toDateTime64($__toTime, 3, 'UTC') AS until, until - INTERVAL 1 HOUR AS recent
SELECT
    topic,
    countIf(published_at > recent) AS posts,
    round(countIf(published_at <= recent) / 24, 1) AS usual,
    round(posts * 24 / nullIf(countIf(published_at <= recent), 0), 1) AS times,
    round(countIf(published_at > recent AND sentiment = 'negative')
        / nullIf(countIf(published_at > recent AND isNotNull(sentiment)), 0), 3) AS negative_share,
    countIf(published_at > recent AND urgent >= 0.5) AS urgent_posts,
    uniqExactIf(region, published_at > recent) AS regions
FROM mentions_public
WHERE day >= toDate(until - INTERVAL 25 HOUR) AND day <= toDate(until)
  AND published_at > until - INTERVAL 25 HOUR AND published_at <= until
  AND isNull(repost_of) AND isNotNull(topic)
GROUP BY topic
HAVING posts > 0
ORDER BY posts DESC, topic
LIMIT 25
