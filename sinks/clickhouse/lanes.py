"""The SQL that computes `lane_hours`: minutes by lane, as detection is replayed from them, and
where authorities spoke, to which items (talk.py).
"""

from __future__ import annotations

LANES = """
INSERT INTO lane_hours (hour, version, cells, threads, speakers, replies)
SELECT
    asked.hour, {version:UInt64},
    groupArrayIf((minute, topic, sure, second, second_sure, region, district, platform, sentiment,
        fingerprint, posts, voices), posts > 0),
    groupArrayIf(thread, posts > 0),
    arraySort(groupUniqArrayArray(spoke)),
    arraySort(groupUniqArrayArray(replied))
FROM (SELECT arrayJoin({spans:Array(DateTime('UTC'))}) AS hour) AS asked
LEFT JOIN
(
    SELECT
        hour, minute, topic, sure, second, second_sure, region, district, platform, sentiment,
        if(copies >= 3, mark, 0) AS fingerprint,
        if(answer OR told > 1, story, 0) AS thread,
        toUInt32(count()) AS posts, toUInt32(uniqExact(voice)) AS voices,
        groupUniqArrayIf(container, author_kind = 'official') AS spoke,
        groupArrayIf((assumeNotNull(parent), toDateTime(published_at, 'UTC')),
            author_kind = 'official' AND isNotNull(parent)) AS replied
    FROM
    (
        SELECT
            toStartOfHour(published_at) AS hour,
            toUInt8(toMinute(published_at)) AS minute,
            published_at, container, author_kind, parent,
            if(length(topics) >= 1, topics[1].1, '') AS topic,
            if(length(topics) >= 1, toUInt8(floor(topics[1].2 * 10 + 0.001)), 0) AS sure,
            if(length(topics) >= 2, topics[2].1, '') AS second,
            if(length(topics) >= 2, toUInt8(floor(topics[2].2 * 10 + 0.001)), 0) AS second_sure,
            toString(ifNull(mentions.region, '')) AS region,
            toString(ifNull(mentions.district, '')) AS district,
            toString(mentions.platform) AS platform,
            toString(ifNull(mentions.sentiment, '')) AS sentiment,
            if(isNull(repost_of), ifNull(mentions.fingerprint, 0), 0) AS mark,
            count() OVER (PARTITION BY toStartOfHour(published_at), if(
                isNull(repost_of), ifNull(mentions.fingerprint, 0), 0)) AS same,
            if(mark = 0, 0, same) AS copies,
            CRC32(coalesce(repost_of, root, parent, item)) AS story,
            coalesce(repost_of, root, parent) IS NOT NULL AS answer,
            count() OVER (PARTITION BY toStartOfHour(published_at),
                CRC32(coalesce(repost_of, root, parent, item))) AS told,
            multiIf(
                isNotNull(author), assumeNotNull(author),
                author_kind IN ('page', 'official', 'media'),
                concat(mentions.platform, ':', container),
                item) AS voice
        FROM mentions FINAL
        WHERE deleted = 0 AND day IN {days:Array(Date)}
            AND toStartOfHour(published_at) IN {spans:Array(DateTime('UTC'))}
    )
    GROUP BY hour, minute, topic, sure, second, second_sure, region, district, platform,
        sentiment, fingerprint, thread
) AS said ON said.hour = asked.hour
GROUP BY asked.hour
"""
