-- Appeals by what they are: the stated type wins over the guessed one. Not by how they came.
SELECT
    appeal,
    count() AS appeals,
    countIf(isNotNull(stated_appeal)) AS stated,
    round(appeals / sum(appeals) OVER (), 4) AS share
FROM mentions_public
WHERE day >= toDate($__fromTime) AND day <= toDate($__toTime)
  AND $__timeFilter(published_at)
  AND kind = 'appeal' AND appeal IN ('complaint', 'incident', 'question', 'suggestion', 'gratitude')
GROUP BY appeal
ORDER BY appeals DESC, appeal
