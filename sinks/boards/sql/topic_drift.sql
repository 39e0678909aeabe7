-- Whether the mix of topics is still the one before: the stability index of the range against the
-- range of the same length before it, a row a topic. Their sum below 0.1 is the usual unrest,
-- from 0.2 on the mix has moved: an event, another set of sources, or models that age.
WITH dateDiff('second', $__fromTime, $__toTime) AS length, {from} AS begins
SELECT
    topic,
    round(now_share, 4) AS share,
    round(before_share, 4) AS share_before,
    round((now_share - before_share) * log(now_share / before_share), 4) AS moved,
    round(sum((now_share - before_share) * log(now_share / before_share)) OVER (), 4) AS all_moved,
    if(topic = '', '-', topic) AS topic_code
FROM
(
    SELECT
        topic,
        (sumIf(f.posts, at >= begins) + 0.5)
            / sum(sumIf(f.posts, at >= begins) + 0.5) OVER () AS now_share,
        (sumIf(f.posts, at < begins) + 0.5)
            / sum(sumIf(f.posts, at < begins) + 0.5) OVER () AS before_share
    FROM flow AS f
    WHERE ({inside} OR {before})
      AND {only platform} AND {only language}
    GROUP BY topic
)
ORDER BY moved DESC, topic
