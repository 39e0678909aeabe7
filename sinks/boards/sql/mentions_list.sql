-- The latest posts behind a number. The rollups say since when there are enough of them, so that a
-- year is no slower than its last days, but where a link has narrowed it beyond what they know. The
-- inner query stays ORDER BY one column with a LIMIT, without a column of the key: so the engine
-- reads the texts, and all that is only shown, of these hundred rows and of no others. Which of the
-- posts of one millisecond is the hundredth is open. A link is shown where it leads to the web.
WITH
(
    SELECT min(at) FROM
    (
        SELECT at, sum(many) OVER (ORDER BY at DESC) - many AS newer
        FROM (SELECT at, sum(n) AS many FROM {cells} GROUP BY at)
    )
    WHERE newer < if({all district} AND {all appeal}, 100, 2000)
) AS enough,
if({drilled}, $__fromTime, enough) AS since
SELECT * FROM
(
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
    WHERE (day BETWEEN toDate(since) AND toDate($__toTime) OR day = toDate('1970-01-01'))
      AND $__timeFilter(published_at) AND published_at >= since
      AND {only topic} AND {only region} AND {only district} AND {only platform}
      AND {only language} AND {only sentiment} AND {only appeal} AND {behind}
    ORDER BY published_at DESC
    LIMIT 100
)
ORDER BY published_at DESC, link, said
