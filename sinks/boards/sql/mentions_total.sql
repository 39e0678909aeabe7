-- How many posts are behind the choice: by the rollups, and where a link has narrowed it beyond what
-- they know, by the posts themselves.
SELECT
    sum(n) AS posts,
    if({all sentiment}, sum(danger), NULL) AS urgent_posts,
    if({all sentiment}, round(sum(bad) / nullIf(sum(moody), 0), 3), NULL)
        AS negative_share
FROM
(
    SELECT n, danger, bad, moody FROM {cells} WHERE NOT ({drilled})
    UNION ALL
    SELECT 1 AS n, ifNull(urgent, 0) >= 0.5 AS danger,
        ifNull(sentiment, '') = 'negative' AS bad, isNotNull(sentiment) AS moody
    FROM mentions_public
    WHERE ({drilled}) AND {range}
      AND {only topic} AND {only region} AND {only district} AND {only platform}
      AND {only language} AND {only sentiment} AND {only appeal} AND {behind}
)
