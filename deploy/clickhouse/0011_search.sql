-- Words of texts are found by an index: whole words in small letters, as they stand in the text.
-- Asked as hasAllTokens(lowerUTF8(text), ['вода', 'нет']) or hasAnyTokens for several forms.
ALTER TABLE mentions ${on_cluster}
    ADD INDEX IF NOT EXISTS mentions_words lowerUTF8(text) TYPE text(tokenizer = 'splitByNonAlpha');

ALTER TABLE mentions ${on_cluster} MATERIALIZE INDEX mentions_words;

-- A month that nobody writes to any more becomes one part within two days: FINAL has nothing to
-- merge there.
ALTER TABLE mentions ${on_cluster} MODIFY SETTING
    min_age_to_force_merge_seconds = 172800, min_age_to_force_merge_on_partition_only = 1;

ALTER TABLE counters ${on_cluster} MODIFY SETTING
    min_age_to_force_merge_seconds = 172800, min_age_to_force_merge_on_partition_only = 1;

-- day is in the key and makes the partition, so versions of an item never stand in two of them.
CREATE OR REPLACE VIEW mentions_public ${on_cluster} AS
SELECT
    item, day, version, revision, generation, platform, container, target, collector, kind,
    channel, stated_appeal, parent, root, context, author_kind, author_name, author_followers,
    title, text, url, published_at, published_precision, published_origin, edited_at,
    observed_at, stored_at, history, geo_lat, geo_lon, home, repost_of, flags, legal_basis,
    language, script, topic, topic_probability, topics, appeal, appeal_guess,
    appeal_probability, sentiment, negative, neutral, positive, urgent, region, district,
    place, place_how, places, fingerprint, official, model,
    has(flags, 'simulation') AS simulation
FROM mentions FINAL
WHERE deleted = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;
