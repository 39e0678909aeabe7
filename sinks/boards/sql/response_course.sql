-- What was asked in each day of Almaty, and how much of that has an answer by now.
WITH {asked}, {answers}
SELECT
    toDateTime(toStartOfDay(asked_at, 'Asia/Almaty'), 'UTC') AS time,
    count() AS asked,
    countIf(is_answered) AS answered
FROM {asked_and_answered}
GROUP BY time
ORDER BY time
