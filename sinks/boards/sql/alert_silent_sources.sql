-- Sources that nobody has looked at for more than an hour.
SELECT count() AS silent
FROM sources
WHERE dateDiff('second', looked_until, toDateTime64($__toTime, 3, 'UTC')) > 3600
