-- How much of each language is in a text: shares of its words, which sum to one. Empty for texts
-- without words, and for rows that were understood before this column was there.
ALTER TABLE mentions ${on_cluster}
    ADD COLUMN IF NOT EXISTS languages Map(LowCardinality(String), Float32) AFTER script;

CREATE OR REPLACE VIEW mentions_public ${on_cluster} AS
SELECT
    item, day, version, revision, generation, platform, container, target, collector, kind,
    channel, stated_appeal, parent, root, context, author_kind, author_name, author_followers,
    title, text, url, published_at, published_precision, published_origin, edited_at,
    observed_at, stored_at, history, geo_lat, geo_lon, home, repost_of, flags, legal_basis,
    language, script, languages, topic, topic_probability, topics, appeal, appeal_guess,
    appeal_probability, sentiment, negative, neutral, positive, urgent, region, district,
    place, place_how, places, fingerprint, official, model,
    has(flags, 'simulation') AS simulation
FROM mentions FINAL
WHERE deleted = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;
