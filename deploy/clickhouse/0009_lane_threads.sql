-- Which posts of a minute belong to one conversation, so that a backtest counts a conversation in a
-- district once, as the live system does. One number for each cell of the hour, in their order: the
-- CRC-32 of the item that began it, 0 for posts that nobody answered within the hour. Hours that
-- were computed before know of no conversations.
ALTER TABLE lane_hours ${on_cluster} ADD COLUMN IF NOT EXISTS threads Array(UInt32) DEFAULT [];

CREATE OR REPLACE VIEW lane_minutes ${on_cluster} AS
SELECT
    hour + toIntervalMinute(cell.1) AS minute, cell.2 AS topic, cell.3 AS sure, cell.4 AS second,
    cell.5 AS second_sure, cell.6 AS region, cell.7 AS district, cell.8 AS platform,
    cell.9 AS sentiment, cell.10 AS fingerprint, thread, cell.11 AS posts, cell.12 AS voices
FROM lane_hours FINAL
ARRAY JOIN cells AS cell, arrayResize(threads, length(cells)) AS thread;
