-- Posts of danger to life under pages of authorities that wait for an answer longer than a day,
-- of the last three days.
SELECT count() AS waiting
FROM
(
    SELECT item
    FROM mentions_public
    WHERE day >= toDate($__toTime - INTERVAL 3 DAY) AND published_at >= $__toTime - INTERVAL 3 DAY
      AND published_at <= $__toTime - INTERVAL 1 DAY AND urgent >= 0.5
      AND appeal IN ('complaint', 'incident', 'question', 'suggestion')
      AND kind != 'appeal' AND author_kind NOT IN ('official', 'media', 'page')
      AND isNull(repost_of)
      AND container IN
      (
          SELECT container FROM mentions_public
          WHERE day >= toDate($__toTime - INTERVAL 30 DAY) AND author_kind = 'official'
      )
) AS asked
WHERE item NOT IN
(
    SELECT assumeNotNull(parent) FROM mentions_public
    WHERE day >= toDate($__toTime - INTERVAL 3 DAY) AND author_kind = 'official'
      AND isNotNull(parent)
    UNION ALL
    SELECT substring(subject, 6) FROM actions
    WHERE verb = 'answered' AND startsWith(subject, 'item:')
)
