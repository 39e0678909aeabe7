-- All there is in the range, and in the range of the same length before it.
WITH dateDiff('second', $__fromTime, $__toTime) AS length
SELECT
    sumIf(f.posts, at >= {from}) AS posts,
    round(posts / nullIf(sumIf(f.posts, at < {from}), 0) - 1, 3) AS change,
    round(sumIf(f.negative, at >= {from})
        / nullIf(sumIf(f.negative + f.neutral + f.positive, at >= {from}), 0), 3) AS negative_share,
    sumIf(f.urgent, at >= {from}) AS urgent_posts,
    round(sumIf(f.posts, at >= {from} AND repost) / nullIf(posts, 0), 3) AS repost_share,
    uniqExactIf(region, at >= {from} AND region != '') AS regions
FROM flow AS f
WHERE ({inside} OR {before})
  AND {only topic} AND {only region} AND {only platform} AND {only language}
