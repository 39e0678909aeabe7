-- The course of each platform, a point a span.
SELECT {step} AS time, platform, sum(f.posts) AS posts
FROM flow AS f
WHERE {span}
  AND {only topic} AND {only region} AND {only platform} AND {only language}
GROUP BY time, platform
ORDER BY time, platform
