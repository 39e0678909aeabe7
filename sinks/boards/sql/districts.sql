-- Districts that the texts are about, with the loudest topic of each.
SELECT
    district,
    any(within) AS region,
    sum(named) AS posts,
    round(sum(bad) / nullIf(sum(felt), 0), 3) AS negative_share,
    sum(dangerous) AS urgent_posts,
    argMaxIf(topic, named, topic != '') AS loudest_topic,
    if(district = '', '-', district) AS district_code
FROM
(
    SELECT district, topic, any(f.region) AS within, sum(f.posts) AS named, sum(f.negative) AS bad,
        sum(f.negative + f.neutral + f.positive) AS felt, sum(f.urgent) AS dangerous
    FROM flow_districts AS f
    WHERE {inside} AND district != ''
      AND {only topic} AND {only region} AND {only district}
    GROUP BY district, topic
)
GROUP BY district
ORDER BY posts DESC, district
LIMIT 250
