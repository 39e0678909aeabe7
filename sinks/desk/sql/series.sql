-- Posts of a lane in each five minutes, reposts and exact copies left out; '' is any topic, region
-- or district. The second topic of a mention counts from a probability of 0.3, as for the bank.
SELECT
    toUnixTimestamp(toStartOfInterval(published_at, INTERVAL 5 MINUTE)) AS slot,
    uniqExact(ifNull(toString(fingerprint), item)) AS posts
FROM mentions_public
WHERE day >= toDate({from_day:String})
  AND published_at >= toDateTime({since:UInt32}, 'UTC')
  AND published_at < toDateTime({until:UInt32}, 'UTC')
  AND isNull(repost_of)
  AND ({region:String} = '' OR region = {region:String})
  AND ({district:String} = '' OR district = {district:String})
  AND (
    {topic:String} = ''
    OR topic = {topic:String} AND topic_probability >= 0.3
    OR tupleElement(topics[2], 1) = {topic:String} AND tupleElement(topics[2], 2) >= 0.3
  )
GROUP BY slot
ORDER BY slot
LIMIT 3000
