-- What was given away as open data: a day is computed once, when it is asked for first, and stays as
-- it was given. What comes, goes or is labelled anew later does not change it, so two extracts can
-- not be subtracted to the few by whom they differ. The earliest row of a day stands.
CREATE TABLE IF NOT EXISTS published_days ${on_cluster}
(
    date Date,
    earlier UInt64,
    at DateTime64(3, 'UTC'),
    least UInt32,
    cells Nested
    (
        region String, district String, topic String, sentiment String, appeal String,
        language String, posts UInt64, authors UInt64
    )
)
ENGINE = ${replicated}ReplacingMergeTree(earlier)
ORDER BY date;

CREATE OR REPLACE VIEW published ${on_cluster} AS
SELECT
    date, at, least, cells.region AS region, cells.district AS district, cells.topic AS topic,
    cells.sentiment AS sentiment, cells.appeal AS appeal, cells.language AS language,
    cells.posts AS posts, cells.authors AS authors
FROM published_days FINAL
ARRAY JOIN cells;
