-- All there is in the range, and in the range of the same length before it.
WITH dateDiff('second', $__fromTime, $__toTime) AS length, {from} AS begins
SELECT
    sumIf(f.posts, at >= begins) AS posts,
    round(posts / nullIf(sumIf(f.posts, at < begins), 0) - 1, 3) AS change,
    round(sumIf(f.negative, at >= begins)
        / nullIf(sumIf(f.negative + f.neutral + f.positive, at >= begins), 0), 3) AS negative_share,
    sumIf(f.urgent, at >= begins) AS urgent_posts,
    round(sumIf(f.posts, at >= begins AND repost) / nullIf(posts, 0), 3) AS repost_share,
    uniqExactIf(region, at >= begins AND region != '') AS regions
FROM flow AS f
WHERE ({inside} OR {before})
  AND {only topic} AND {only region} AND {only platform} AND {only language}
