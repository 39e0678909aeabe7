-- What is talked about in each district: the loudest pairs of a district and a topic.
SELECT
    district,
    topic,
    sum(f.posts) AS posts,
    round(posts / sum(posts) OVER (PARTITION BY district), 3) AS share,
    round(sum(f.negative) / nullIf(sum(f.negative + f.neutral + f.positive), 0), 3)
        AS negative_share,
    sum(f.urgent) AS urgent_posts,
    district AS district_code,
    topic AS topic_code
FROM flow_districts AS f
WHERE {inside} AND district != '' AND topic != ''
  AND {only topic} AND {only region} AND {only district}
GROUP BY district, topic
ORDER BY posts DESC, district, topic
LIMIT 300
