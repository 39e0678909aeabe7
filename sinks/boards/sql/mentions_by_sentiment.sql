-- Mentions by sentiment, a point a span. Unlabelled: too short, or in a language without a model.
SELECT
    {step} AS time,
    sum(f.negative) AS negative,
    sum(f.neutral) AS neutral,
    sum(f.positive) AS positive,
    sum(f.posts) - negative - neutral - positive AS unlabelled
FROM flow AS f
WHERE {span}
  AND {only topic} AND {only region} AND {only platform} AND {only language}
GROUP BY time
ORDER BY time
