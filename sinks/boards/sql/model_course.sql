-- Where the models abstain, a point a span, and how sure they are where they do not.
SELECT
    {step} AS time,
    round(1 - sum(f.with_topic) / sum(f.posts), 4) AS without_topic,
    round(1 - sum(f.with_sentiment) / sum(f.posts), 4) AS without_sentiment,
    round(1 - sum(f.with_appeal) / sum(f.posts), 4) AS without_appeal,
    round(1 - sum(f.with_place) / sum(f.posts), 4) AS without_place,
    round(sum(f.topic_thousandths) / 1000 / nullIf(sum(f.with_topic), 0), 4) AS topic_probability
FROM flow_models AS f
WHERE {span} AND {only platform} AND {only language}
GROUP BY time
ORDER BY time
