-- What was said in each minute, by topic, place, platform and mood: what `backtest` replays.
--
-- A row is an hour with its cells. It is computed again from mentions FINAL when a batch has
-- touched the hour, and replaced as a whole: what was delivered twice, edited, labelled anew or
-- deleted is never counted twice. fingerprint is 0 but for texts that came three times and more
-- within the hour; sure is the probability of a topic in tenths.
CREATE TABLE IF NOT EXISTS lane_hours ${on_cluster}
(
    hour DateTime('UTC'),
    version UInt64,
    cells Array(Tuple(
        minute UInt8, topic String, sure UInt8, second String, second_sure UInt8, region String,
        district String, platform String, sentiment String, fingerprint UInt64, posts UInt32,
        voices UInt32))
)
ENGINE = ${replicated}ReplacingMergeTree(version)
ORDER BY hour;

-- voices: unique authors within the minute and the cell.
CREATE OR REPLACE VIEW lane_minutes ${on_cluster} AS
SELECT
    hour + toIntervalMinute(cell.1) AS minute, cell.2 AS topic, cell.3 AS sure, cell.4 AS second,
    cell.5 AS second_sure, cell.6 AS region, cell.7 AS district, cell.8 AS platform,
    cell.9 AS sentiment, cell.10 AS fingerprint, cell.11 AS posts, cell.12 AS voices
FROM lane_hours FINAL
ARRAY JOIN cells AS cell;
