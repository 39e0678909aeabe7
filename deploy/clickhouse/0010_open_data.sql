-- What may be published: counts by day of Almaty, district, topic, mood, kind of appeal, language.
--
-- Asked as open_data(since='2026-03-01', until='2026-03-31', least=20); whole days, both included.
-- A row stands for no fewer than `least` authors, and never for fewer than twenty, whatever is
-- asked: unique pseudonyms are counted, posts without an author count for nobody. Groups that are
-- smaller are first put together by region and topic, then by day ('*' stands for what was put
-- together), and left out when that is still too small. No text, time, source or name is in it.
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
                WHERE deleted = 0 AND isNotNull(m.author) AND NOT has(flags, 'simulation')
                    AND date >= {since:Date} AND date <= {until:Date}
                    AND (day = '1970-01-01' OR (day >= {since:Date} - 1 AND day <= {until:Date}))
            )
        )
    )
)
GROUP BY date, region, district, topic, sentiment, appeal, language
HAVING authors >= greatest(20, {least:UInt32})
ORDER BY date, region, district, topic, sentiment, appeal, language;
