-- The state of every target: when it was looked at, until when, and the posts that were
-- published in the last hour (what a backfill brings is not news).
SELECT
    state.target AS target, state.platform AS platform, state.container AS container,
    state.collector AS collector, state.history AS history, lately.posts AS posts_hour,
    toUnixTimestamp64Milli(state.looked_until) AS looked_until_ms,
    toUnixTimestamp64Milli(state.observed_at) AS observed_ms,
    toUnixTimestamp64Milli(state.newest_post) AS newest_ms
FROM sources AS state
LEFT JOIN
(
    SELECT target, count() AS posts
    FROM mentions_public
    WHERE day >= toDate({from_day:String})
      AND published_at >= toDateTime({recent:UInt32}, 'UTC')
    GROUP BY target
) AS lately ON lately.target = state.target
ORDER BY collector, target
LIMIT 500
