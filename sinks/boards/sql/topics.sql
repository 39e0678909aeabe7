-- Topics of the range against the range of the same length before it. share: of all that has one.
WITH dateDiff('second', $__fromTime, $__toTime) AS length, {from} AS begins
SELECT
    topic,
    sumIf(f.posts, at >= begins) AS posts,
    round(posts / nullIf(sum(posts) OVER (), 0), 4) AS share,
    round(posts / nullIf(sumIf(f.posts, at < begins), 0) - 1, 3) AS change,
    round(sumIf(f.negative, at >= begins)
        / nullIf(sumIf(f.negative + f.neutral + f.positive, at >= begins), 0), 3) AS negative_share,
    sumIf(f.urgent, at >= begins) AS urgent_posts,
    round(sumIf(f.posts, at >= begins AND repost) / nullIf(posts, 0), 3) AS repost_share,
    if(topic = '', '-', topic) AS topic_code
FROM flow AS f
WHERE ({inside} OR {before}) AND topic != ''
  AND {only topic} AND {only region} AND {only platform} AND {only language}
GROUP BY topic
HAVING posts > 0
ORDER BY posts DESC, topic
LIMIT 60
