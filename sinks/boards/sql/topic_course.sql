-- The course of each topic, a point a span: the ten loudest of those that are chosen.
SELECT {step} AS time, topic, sum(f.posts) AS posts
FROM flow AS f
WHERE {span} AND topic IN
(
    SELECT topic FROM flow AS f
    WHERE {inside} AND topic != ''
      AND {only topic} AND {only region} AND {only platform} AND {only language}
    GROUP BY topic ORDER BY sum(f.posts) DESC LIMIT 10
)
  AND {only region} AND {only platform} AND {only language}
GROUP BY time, topic
ORDER BY time, topic
