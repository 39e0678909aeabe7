-- Mentions in each five minutes (longer steps on long ranges) by sentiment.
SELECT
    toStartOfInterval(published_at, toIntervalSecond(greatest(300, $__interval_s))) AS time,
    countIf(sentiment = 'negative') AS negative,
    countIf(sentiment = 'neutral') AS neutral,
    countIf(sentiment = 'positive') AS positive,
    countIf(isNull(sentiment)) AS unlabelled
FROM mentions_public
WHERE day >= toDate($__fromTime) AND day <= toDate($__toTime)
  AND $__timeFilter(published_at)
GROUP BY time
ORDER BY time
