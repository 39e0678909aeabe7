-- Regions that the texts are about, with the loudest topic of each. The first row is what names
-- no place: the map leaves it out, and the reader sees how much that is.
SELECT
    region,
    sum(named) AS posts,
    round(sum(bad) / nullIf(sum(felt), 0), 3) AS negative_share,
    sum(dangerous) AS urgent_posts,
    argMaxIf(topic, named, topic != '') AS loudest_topic,
    if(region = '', '-', region) AS region_code
FROM
(
    SELECT region, topic, sum(f.posts) AS named, sum(f.negative) AS bad,
        sum(f.negative + f.neutral + f.positive) AS felt, sum(f.urgent) AS dangerous
    FROM flow AS f
    WHERE {inside}
      AND {only topic} AND {only region} AND {only platform} AND {only language}
    GROUP BY region, topic
)
GROUP BY region
ORDER BY region != '', posts DESC, region
LIMIT 21
