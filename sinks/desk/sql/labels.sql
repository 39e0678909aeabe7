-- What the models say of some items (a list divided by line feeds).
SELECT
    item, topic, topic_probability, appeal, stated_appeal, appeal_probability,
    sentiment, greatest(negative, neutral, positive) AS sentiment_probability, place, language
FROM mentions_public
WHERE (day >= toDate({from_day:String}) OR day = toDate('1970-01-01'))
  AND has(splitByChar('\n', {items:String}), item)
LIMIT 100
