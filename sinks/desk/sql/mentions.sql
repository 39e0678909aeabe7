-- The latest mentions of the last days that pass the filters ('' lets everything pass; topics are
-- a list divided by line feeds).
-- The inner query reads a few narrow columns; the outer one the texts of sixty rows only.
SELECT
    item, title, text, context, url, platform, channel, kind, author_kind, author_name,
    toUnixTimestamp64Milli(published_at) AS published_ms,
    toUnixTimestamp64Milli(stored_at) AS stored_ms,
    language, topic, topic_probability, appeal, stated_appeal, appeal_probability,
    sentiment, greatest(negative, neutral, positive) AS sentiment_probability,
    urgent, region, place, history, simulation AS simulated
FROM mentions_public
WHERE (day, item) IN (
    SELECT day, item
    FROM mentions_public
    WHERE (day >= toDate({from_day:String}) OR day = toDate('1970-01-01'))
      AND published_at >= toDateTime({since:UInt32}, 'UTC')
      AND stored_at > fromUnixTimestamp64Milli({stored_after_ms:Int64}, 'UTC')
      AND (text != '' OR isNotNull(title))
      AND ({topics:String} = '' OR has(splitByChar('\n', {topics:String}), topic))
      AND ({region:String} = '' OR region = {region:String})
      AND ({sentiment:String} = '' OR sentiment = {sentiment:String})
      AND ({language:String} = '' OR language = {language:String})
    ORDER BY published_at DESC, item
    LIMIT 60
)
ORDER BY published_at DESC, item
LIMIT 60
