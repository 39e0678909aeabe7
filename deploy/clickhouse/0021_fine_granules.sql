-- The newest posts lie all over their day, whose key is (day, item): a list of two hundred of them
-- unpacked most texts of the day. Granules of 512 posts hold a sixteenth of that. It can not be
-- changed in a table that exists, so a new one takes over the parts of the old one: links on disk,
-- nothing is copied. Parts keep their granules until they are merged.
--
-- Whatever is repeated of this, no row is lost: the held parts come back beside what is there, and
-- the same version twice is one row.
SYSTEM SYNC REPLICA ${on_cluster} mentions;

CREATE TABLE IF NOT EXISTS mentions_held ${on_cluster} AS mentions
ENGINE = ${replicated}ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (day, item);

ALTER TABLE mentions_held ${on_cluster} ATTACH PARTITION ALL FROM mentions;

SYSTEM SYNC REPLICA ${on_cluster} mentions_held;

CREATE OR REPLACE TABLE mentions ${on_cluster} AS mentions_held
ENGINE = ${replicated}ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (day, item)
SETTINGS index_granularity = 512, min_compress_block_size = 16384,
    min_age_to_force_merge_seconds = 172800, min_age_to_force_merge_on_partition_only = 1;

ALTER TABLE mentions ${on_cluster} ATTACH PARTITION ALL FROM mentions_held;

DROP TABLE IF EXISTS mentions_held ${on_cluster} SYNC;
