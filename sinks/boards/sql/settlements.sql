-- Settlements that the texts are about, with their official names from the gazetteer.
SELECT
    counted.settlement AS settlement,
    names.ru AS named,
    names.kk AS named_in_kazakh,
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
LEFT JOIN place_names AS names FINAL ON names.code = counted.settlement
ORDER BY posts DESC, settlement
