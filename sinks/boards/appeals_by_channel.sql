-- Appeals by how they came. Not by what they are.
SELECT channel, count() AS appeals, round(appeals / sum(appeals) OVER (), 4) AS share
FROM mentions_public
WHERE day >= toDate($__fromTime) AND day <= toDate($__toTime)
  AND $__timeFilter(published_at)
  AND kind = 'appeal'
GROUP BY channel
ORDER BY appeals DESC, channel
