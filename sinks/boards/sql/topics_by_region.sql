-- Where which topic is loud: a cell is the mentions of a topic in a region.
SELECT topic, region, sum(f.posts) AS posts
FROM flow AS f
WHERE {span} AND topic != '' AND region != ''
  AND {only topic} AND {only region} AND {only platform} AND {only language}
GROUP BY topic, region
ORDER BY sum(posts) OVER (PARTITION BY topic) DESC, topic, region
