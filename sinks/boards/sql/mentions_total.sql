-- The posts that the list below is of.
SELECT
    count() AS posts,
    countIf(urgent >= 0.5) AS urgent_posts,
    round(countIf(sentiment = 'negative') / nullIf(countIf(isNotNull(sentiment)), 0), 3)
        AS negative_share
FROM mentions_public
WHERE {range} AND {only topic} AND {only region} AND {only district} AND {only platform}
  AND {only language} AND {only sentiment} AND {only appeal}
