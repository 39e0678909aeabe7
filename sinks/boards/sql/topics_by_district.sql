-- What is talked about in each district.
SELECT district, topic, sum(f.posts) AS posts
FROM flow_places AS f
WHERE {span} AND district != '' AND topic != ''
  AND {only topic} AND {only region} AND {only district}
GROUP BY district, topic
ORDER BY sum(posts) OVER (PARTITION BY district) DESC, district, topic
LIMIT 2000
