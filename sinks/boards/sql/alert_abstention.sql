-- By how much the share of mentions without a topic in the last six hours is above that of the
-- thirty days before. Nothing is said of fewer than two hundred mentions.
SELECT
    if(sumIf(f.posts, recent) < 200, 0, greatest(0,
        (1 - sumIf(f.with_topic, recent) / sumIf(f.posts, recent))
        - (1 - sumIf(f.with_topic, NOT recent) / nullIf(sumIf(f.posts, NOT recent), 0)))) AS more
FROM
(
    SELECT *, at >= $__toTime - INTERVAL 6 HOUR AS recent FROM flow_models
    WHERE grain = 3600 AND at >= $__toTime - INTERVAL 30 DAY AND at <= $__toTime
) AS f
