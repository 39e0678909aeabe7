-- Sources that nobody has looked at for more than an hour.
SELECT count() AS silent
FROM (SELECT max(looks.looked_until) AS until FROM looks GROUP BY target)
WHERE dateDiff('second', until, toDateTime64($__toTime, 3, 'UTC')) > 3600
