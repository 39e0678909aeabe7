-- Settlements that the texts are about. The name is the official one, as the gazetteer gave it to
-- posts of the last two days of the range.
SELECT
    counted.settlement AS settlement,
    ifNull(names.name, '') AS named,
    counted.lies_in AS within,
    counted.posts AS posts,
    round(counted.negative / nullIf(counted.felt, 0), 3) AS negative_share,
    counted.urgent AS urgent_posts,
    counted.settlement AS settlement_code
FROM
(
    SELECT settlement, any(f.district) AS lies_in, sum(f.posts) AS posts,
        sum(f.negative) AS negative, sum(f.negative + f.neutral + f.positive) AS felt,
        sum(f.urgent) AS urgent
    FROM flow_places AS f
    WHERE {inside} AND settlement != ''
      AND {only topic} AND {only region} AND {only district}
    GROUP BY settlement
    ORDER BY posts DESC, settlement
    LIMIT 50
) AS counted
LEFT JOIN
(
    SELECT assumeNotNull(place) AS code, any(places[1].3) AS name
    FROM mentions_public
    WHERE day BETWEEN toDate($__toTime - INTERVAL 2 DAY) AND toDate($__toTime)
      AND isNotNull(place) AND notEmpty(places)
    GROUP BY code
) AS names ON names.code = counted.settlement
ORDER BY posts DESC, settlement
