-- What places are called officially, by code: written from the gazetteer when a store is brought to
-- the newest schema, and again where it says something else. A list of settlements takes its names
-- here; the posts of two days were read for them before.
CREATE TABLE IF NOT EXISTS place_names ${on_cluster}
(
    code String,
    ru String,
    kk String,
    written_at DateTime64(3, 'UTC')
)
ENGINE = ${replicated}ReplacingMergeTree(written_at)
ORDER BY code;
