-- The course of each region, a point a span: the ten loudest of those that are chosen.
SELECT {step} AS time, region, sum(f.posts) AS posts
FROM flow AS f
WHERE {span} AND region IN
(
    SELECT region FROM flow AS f
    WHERE {inside} AND region != ''
      AND {only topic} AND {only region} AND {only platform} AND {only language}
    GROUP BY region ORDER BY sum(f.posts) DESC LIMIT 10
)
  AND {only topic} AND {only platform} AND {only language}
GROUP BY time, region
ORDER BY time, region
