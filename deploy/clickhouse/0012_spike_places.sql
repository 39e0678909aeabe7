-- What a spike is (spike, campaign, emergence, data-quality) and where, down to the district; of an
-- emergence the regions that rise together. Rows of before are read from their record.
ALTER TABLE spikes ${on_cluster}
    ADD COLUMN IF NOT EXISTS kind LowCardinality(String)
        DEFAULT if(JSONHas(record, 'kind'), JSONExtractString(record, 'kind'), 'spike'),
    ADD COLUMN IF NOT EXISTS district LowCardinality(Nullable(String))
        DEFAULT nullIf(JSONExtractString(record, 'lane', 'district'), ''),
    ADD COLUMN IF NOT EXISTS regions Array(LowCardinality(String))
        DEFAULT arrayMap(one -> one.1, JSONExtract(record, 'risen', 'Array(Tuple(region String))'));

CREATE OR REPLACE VIEW spikes_latest ${on_cluster} AS
SELECT * FROM spikes FINAL
ORDER BY spike, revision DESC
LIMIT 1 BY spike;

-- As in 0006, and of a spike in a district the voices of that district alone.
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
    AND (told.campaign OR isNull(told.region) OR
        substring(arrayFirst(place -> place.level != 'country', said.places).kato, 1, 2) = told.region)
    AND (told.campaign OR isNull(told.here) OR (
        arrayFirst(place -> place.level != 'country', said.places).level != 'region' AND concat(
            substring(arrayFirst(place -> place.level != 'country', said.places).kato, 1, 4),
            '00000') = told.here))
    AND (told.campaign OR isNull(told.topic) OR arrayExists(
        (found, place) -> found.1 = told.topic
            AND found.2 >= if(place = 1, told.first_topic, told.second_topic),
        arraySlice(said.topics, 1, 2), arrayEnumerate(arraySlice(said.topics, 1, 2))))
    AND (({text:UInt32} = 0 AND NOT told.campaign) OR (isNull(said.repost_of) AND arrayExists(
        (mark, place) -> mark != 0 AND ({text:UInt32} = 0 OR place = {text:UInt32})
            AND bitCount(bitXor(ifNull(said.fingerprint, bitNot(mark)), mark)) <= 3,
        told.marks, arrayEnumerate(told.marks))));
