-- Mentions of the chosen places by sentiment, a point a span.
SELECT
    {step} AS time,
    sum(f.negative) AS negative,
    sum(f.neutral) AS neutral,
    sum(f.positive) AS positive,
    sum(f.posts) - negative - neutral - positive AS unlabelled
FROM flow_districts AS f
WHERE {span}
  AND {only topic} AND {only region} AND {only district}
GROUP BY time
ORDER BY time
