-- What was asked in each day of Almaty, and how much of that has an answer by now.
SELECT
    toDateTime(toStartOfDay(asked_at, 'Asia/Almaty'), 'UTC') AS time,
    sum(f.asked) AS asked,
    {answered} AS answered
FROM {asked_by_day}
GROUP BY time
ORDER BY time
