-- Posts of danger to life under pages of authorities that wait for an answer longer than a day,
-- of the last three days.
SELECT count() AS waiting
FROM questions
WHERE at >= $__toTime - INTERVAL 73 HOUR AND at <= $__toTime
  AND asked_at >= $__toTime - INTERVAL 3 DAY AND asked_at <= $__toTime - INTERVAL 1 DAY
  AND danger AND NOT is_answered
