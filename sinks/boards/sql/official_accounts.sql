-- Accounts of authorities that are listened to: how they speak, whether they answer, and since
-- when they are silent. An account is a page of an institution, never a person.
SELECT
    container AS account,
    any(m.platform) AS platform,
    anyIf(author_name, author_kind = 'official') AS name,
    countIf(author_kind = 'official' AND isNull(parent)) AS posts,
    countIf(author_kind = 'official' AND isNotNull(parent)) AS answers,
    countIf(author_kind != 'official') AS from_people,
    round(countIf(author_kind != 'official' AND sentiment = 'negative')
        / nullIf(countIf(author_kind != 'official' AND isNotNull(sentiment)), 0), 3)
        AS negative_share,
    maxIf(published_at, author_kind = 'official') AS last_spoke,
    dateDiff('second', last_spoke, toDateTime64($__toTime, 3, 'UTC')) AS silent_for
FROM mentions_public AS m
WHERE {range}
  AND container IN
  (
      SELECT container FROM mentions_public WHERE {range} AND author_kind = 'official'
  )
  AND {only m.platform}
GROUP BY account
ORDER BY silent_for DESC, account
LIMIT 200
