-- Regions that the texts are about, with the loudest topic and district of each.
SELECT
    region,
    count() AS posts,
    round(countIf(sentiment = 'negative') / nullIf(countIf(isNotNull(sentiment)), 0), 3)
        AS negative_share,
    countIf(urgent >= 0.5) AS urgent_posts,
    topK(1)(topic)[1] AS loudest_topic,
    topK(1)(district)[1] AS loudest_district,
    max(published_at) AS latest
FROM mentions_public
WHERE day >= toDate($__fromTime) AND day <= toDate($__toTime)
  AND $__timeFilter(published_at)
  AND isNotNull(region)
GROUP BY region
ORDER BY posts DESC, region
LIMIT 20
