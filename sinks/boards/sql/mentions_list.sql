-- The latest posts behind a number. The inner query reads narrow columns; the outer one the texts
-- of two hundred rows only. A link is shown where it leads to the web.
SELECT
    published_at,
    leftUTF8(if(text = '', ifNull(title, ''), text), 400) AS said,
    topic,
    round(topic_probability, 2) AS topic_probability,
    appeal,
    sentiment,
    round(greatest(negative, neutral, positive), 2) AS sentiment_probability,
    region,
    place,
    platform,
    language,
    kind,
    if(match(ifNull(url, ''), '^https?://'), url, NULL) AS link
FROM mentions_public
WHERE (day, item) IN
(
    SELECT day, item
    FROM mentions_public
    WHERE {range} AND {only topic} AND {only region} AND {only district} AND {only platform}
      AND {only language} AND {only sentiment} AND {only appeal}
    ORDER BY published_at DESC, item
    LIMIT 200
)
ORDER BY published_at DESC, item
LIMIT 200
