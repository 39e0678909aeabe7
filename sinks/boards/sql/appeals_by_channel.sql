-- Appeals by how they came. Not by what they are.
SELECT channel, sum(f.posts) AS appeals,
    round(appeals / nullIf(sum(appeals) OVER (), 0), 4) AS share
FROM flow_appeals AS f
WHERE {inside} AND kind = 'appeal'
  AND {only topic} AND {only region}
GROUP BY channel
ORDER BY appeals DESC, channel
