-- Unique voices as in 0012; of an alert about one story (record.story) those of its posts, wherever
-- they are: the one it is known by, its reposts, and texts that are nearly its own.
CREATE OR REPLACE VIEW spike_voices ${on_cluster} AS
SELECT
    count() AS posts,
    uniqExact(multiIf(
        isNotNull(author), assumeNotNull(author),
        author_kind IN ('page', 'official', 'media'), concat(platform, ':', container),
        item)) AS voices
FROM
(
    SELECT item, author, author_kind, platform, container, target, topics, places, fingerprint,
        repost_of, published_at, observed_at
    FROM mentions FINAL
    WHERE deleted = 0 AND history = 0
) AS said
CROSS JOIN
(
    SELECT
        topic, region, nullIf(JSONExtractString(record, 'lane', 'district'), '') AS here,
        JSONExtractString(record, 'story', 'key') AS story,
        JSONExtractUInt(record, 'story', 'fingerprint') AS story_mark,
        JSONExtractString(record, 'kind') = 'campaign' AS campaign,
        parseDateTime64BestEffort(JSONExtractString(record, 'evidence', 'start'), 3, 'UTC') AS first,
        parseDateTime64BestEffort(JSONExtractString(record, 'evidence', 'end'), 3, 'UTC') AS end,
        JSONExtractFloat(record, 'evidence', 'first_topic') AS first_topic,
        JSONExtractFloat(record, 'evidence', 'second_topic') AS second_topic,
        arrayMap(cut -> (cut.1, parseDateTime64BestEffort(cut.2, 6, 'UTC')), JSONExtract(
            record, 'evidence', 'cuts', 'Array(Tuple(target String, until String))')) AS cuts,
        arrayMap(text -> text.1, JSONExtract(
            record, 'copied', 'Array(Tuple(fingerprint UInt64))')) AS marks
    FROM spikes FINAL
    WHERE spike = {spike:String} AND revision = {revision:UInt32}
) AS told
WHERE said.published_at >= told.first AND said.published_at < told.end
    AND arrayExists(cut -> cut.1 = said.target AND said.observed_at <= cut.2, told.cuts)
    AND (told.campaign OR told.story != '' OR isNull(told.region) OR
        substring(arrayFirst(place -> place.level != 'country', said.places).kato, 1, 2) = told.region)
    AND (told.campaign OR told.story != '' OR isNull(told.here) OR (
        arrayFirst(place -> place.level != 'country', said.places).level != 'region' AND concat(
            substring(arrayFirst(place -> place.level != 'country', said.places).kato, 1, 4),
            '00000') = told.here))
    AND (told.campaign OR told.story != '' OR isNull(told.topic) OR arrayExists(
        (found, place) -> found.1 = told.topic
            AND found.2 >= if(place = 1, told.first_topic, told.second_topic),
        arraySlice(said.topics, 1, 2), arrayEnumerate(arraySlice(said.topics, 1, 2))))
    AND multiIf(
        told.campaign OR {text:UInt32} > 0,
        isNull(said.repost_of) AND arrayExists(
            (mark, place) -> mark != 0 AND ({text:UInt32} = 0 OR place = {text:UInt32})
                AND bitCount(bitXor(ifNull(said.fingerprint, bitNot(mark)), mark)) <= 3,
            told.marks, arrayEnumerate(told.marks)),
        told.story != '',
        said.item = told.story OR ifNull(said.repost_of, '') = told.story OR (
            isNull(said.repost_of) AND told.story_mark != 0 AND bitCount(bitXor(
                ifNull(said.fingerprint, bitNot(told.story_mark)), told.story_mark)) <= 3),
        true);
