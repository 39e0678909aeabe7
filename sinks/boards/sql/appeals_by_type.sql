-- Appeals by what they are: the stated type wins over the guessed one. Not by how they came.
SELECT
    appeal,
    sum(f.posts) AS appeals,
    sum(f.stated) AS stated,
    round(appeals / nullIf(sum(appeals) OVER (), 0), 4) AS share,
    if(appeal = '', '-', appeal) AS appeal_code
FROM flow_appeals AS f
WHERE {inside} AND kind = 'appeal'
  AND appeal IN ('complaint', 'incident', 'question', 'suggestion', 'gratitude')
  AND {only topic} AND {only region}
GROUP BY appeal
ORDER BY appeals DESC, appeal
