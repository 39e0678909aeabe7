-- What people bring, by type, in posts, comments and appeals alike; a point a span.
SELECT
    {step} AS time,
    sumIf(f.posts, appeal = 'complaint') AS complaint,
    sumIf(f.posts, appeal = 'incident') AS incident,
    sumIf(f.posts, appeal = 'question') AS question,
    sumIf(f.posts, appeal = 'suggestion') AS suggestion,
    sumIf(f.posts, appeal = 'gratitude') AS gratitude
FROM flow_types AS f
WHERE {span} AND NOT repost
  AND {only topic} AND {only region}
GROUP BY time
ORDER BY time
