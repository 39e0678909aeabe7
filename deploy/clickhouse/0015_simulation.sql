-- A post is simulated when the simulation wrote it, which says so by its platform, or when its flags
-- say it (drills of others). Until now only flags counted, which the simulation does not set: its
-- posts were open data. Hours that hold some are computed again.
CREATE OR REPLACE VIEW mentions_public ${on_cluster} AS
SELECT
    item, day, version, revision, generation, platform, container, target, collector, kind,
    channel, stated_appeal, parent, root, context, author_kind, author_name, author_followers,
    title, text, url, published_at, published_precision, published_origin, edited_at,
    observed_at, stored_at, history, geo_lat, geo_lon, home, repost_of, flags, legal_basis,
    language, script, languages, topic, topic_probability, topics, appeal, appeal_guess,
    appeal_probability, sentiment, negative, neutral, positive, urgent, region, district,
    place, place_how, places, fingerprint, official, model,
    platform = 'simulation' OR has(flags, 'simulation') AS simulation
FROM mentions FINAL
WHERE deleted = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- As in 0010; simulated posts never leave.
CREATE OR REPLACE VIEW open_data ${on_cluster} AS
SELECT
    date, region, district, topic, sentiment, appeal, language,
    count() AS posts, uniqExact(author) AS authors
FROM
(
    SELECT
        date,
        if(coarse < greatest(20, {least:UInt32}), '*', region) AS region,
        if(fine < greatest(20, {least:UInt32}), '*', district) AS district,
        if(coarse < greatest(20, {least:UInt32}), '*', topic) AS topic,
        if(fine < greatest(20, {least:UInt32}), '*', sentiment) AS sentiment,
        if(fine < greatest(20, {least:UInt32}), '*', appeal) AS appeal,
        if(fine < greatest(20, {least:UInt32}), '*', language) AS language,
        author
    FROM
    (
        SELECT
            *,
            if(fine < greatest(20, {least:UInt32}),
                uniqExact(author) OVER (
                    PARTITION BY date, region, topic, fine < greatest(20, {least:UInt32})),
                fine) AS coarse
        FROM
        (
            SELECT
                date, region, district, topic, sentiment, appeal, language, author,
                uniqExact(author) OVER (
                    PARTITION BY date, region, district, topic, sentiment, appeal, language) AS fine
            FROM
            (
                SELECT
                    toDate(published_at, 'Asia/Almaty') AS date,
                    toString(ifNull(m.region, '')) AS region,
                    toString(ifNull(m.district, '')) AS district,
                    toString(ifNull(m.topic, '')) AS topic,
                    toString(ifNull(m.sentiment, '')) AS sentiment,
                    toString(ifNull(m.appeal, '')) AS appeal,
                    toString(ifNull(m.language, '')) AS language,
                    assumeNotNull(m.author) AS author
                FROM mentions AS m FINAL
                WHERE deleted = 0 AND isNotNull(m.author)
                    AND m.platform != 'simulation' AND NOT has(flags, 'simulation')
                    AND date >= {since:Date} AND date <= {until:Date}
                    AND (day = '1970-01-01' OR (day >= {since:Date} - 1 AND day <= {until:Date}))
            )
        )
    )
)
GROUP BY date, region, district, topic, sentiment, appeal, language
HAVING authors >= greatest(20, {least:UInt32})
ORDER BY date, region, district, topic, sentiment, appeal, language;

INSERT INTO touched (hour, at)
SELECT toStartOfHour(published_at) AS hour, now64(3) AS at
FROM mentions WHERE platform = 'simulation' GROUP BY hour;
