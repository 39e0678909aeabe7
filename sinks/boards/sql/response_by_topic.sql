-- Which topics are answered, and which are passed over.
SELECT
    topic,
    sum(f.asked) AS asked,
    {answered} AS answered,
    if(asked >= 10, round(answered / asked, 3), NULL) AS answered_share,
    if(asked >= 10, round({median_hours}, 1), NULL) AS median_hours,
    if(topic = '', '-', topic) AS topic_code
FROM {asked}
GROUP BY topic
ORDER BY asked DESC, topic
LIMIT 30
