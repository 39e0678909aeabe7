-- Which generation of the models labelled what is shown. After a retraining the old one ends.
SELECT
    generation,
    sum(f.posts) AS posts,
    min(at) AS first_seen,
    max(at) AS last_seen,
    round(1 - sum(f.with_topic) / posts, 3) AS without_topic,
    round(sum(f.topic_thousandths) / 1000 / nullIf(sum(f.with_topic), 0), 3) AS topic_probability
FROM flow_models AS f
WHERE {span} AND {only platform} AND {only language}
GROUP BY generation
ORDER BY last_seen DESC, generation DESC
LIMIT 20
