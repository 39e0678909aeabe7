-- Posts that collectors brought, a point a span of looking.
SELECT
    toStartOfInterval(observed_at, toIntervalSecond(greatest($__interval_s, 300)), 'UTC') AS time,
    collector,
    sum(looks.posts) AS posts
FROM looks
WHERE $__timeFilter(observed_at) AND NOT history AND {only platform}
GROUP BY time, collector
ORDER BY time, collector
