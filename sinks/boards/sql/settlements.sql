-- Settlements that the texts are about, with their official names from the gazetteer. What has no
-- settlement is left out of the sums at the end: said of each cell, it costs a tenth of the time.
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
    SELECT f.settlement AS settlement, any(f.district) AS lies_in, sum(f.posts) AS posts,
        sum(f.negative) AS negative, sum(f.felt) AS felt, sum(f.urgent) AS urgent
    FROM {towns} AS f
    GROUP BY settlement
    ORDER BY posts DESC, settlement
    LIMIT 51
) AS counted
LEFT JOIN place_names AS names FINAL ON names.code = counted.settlement
WHERE counted.settlement != ''
ORDER BY posts DESC, settlement
LIMIT 50
