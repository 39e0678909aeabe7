-- Which topics are answered, and which are passed over.
WITH {asked}, {answers}
SELECT
    topic,
    count() AS asked,
    countIf(is_answered) AS answered,
    if(asked >= 10, round(answered / asked, 3), NULL) AS answered_share,
    if(asked >= 10, round(quantileExactIfOrNull(0.5)(hours, is_answered), 1), NULL)
        AS median_hours,
    ifNull(nullIf(topic, ''), '-') AS topic_code
FROM {asked_and_answered}
GROUP BY topic
ORDER BY asked DESC, topic
LIMIT 30
