-- From publication to a row that a board can see: half of the live posts, and all but one of a
-- hundred.
SELECT
    toStartOfInterval(arrivals.at, toIntervalSecond(greatest($__interval_s, 300)), 'UTC') AS time,
    round(quantileArrayIf(0.5)(seconds, live > 0), 1) AS half,
    round(quantileArrayIf(0.99)(seconds, live > 0), 1) AS nearly_all
FROM arrivals
WHERE $__timeFilter(arrivals.at) AND live > 0
GROUP BY time
ORDER BY time
