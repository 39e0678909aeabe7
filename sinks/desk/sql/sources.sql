-- The state of every target: when it was looked at, until when, and what came in the last hour.
SELECT
    target, platform, container, collector, history, posts_hour,
    toUnixTimestamp64Milli(looked_until) AS looked_until_ms,
    toUnixTimestamp64Milli(observed_at) AS observed_ms,
    toUnixTimestamp64Milli(newest_post) AS newest_ms
FROM sources
ORDER BY collector, target
LIMIT 500
