-- What leaves the store. No view has the author; voices are counts.

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
WHERE deleted = 0;

-- Unique voices by hour, topic and region. NULL: the model abstained, or no place was found.
CREATE OR REPLACE VIEW topic_hours ${on_cluster} AS
SELECT
    day,
    toStartOfHour(published_at) AS hour,
    topic,
    region,
    count() AS posts,
    countIf(isNull(repost_of)) AS organic,
    uniqExact(author) AS voices,
    countIf(sentiment = 'negative') AS negatives,
    countIf(urgent >= 0.5) AS urgents
FROM mentions FINAL
WHERE deleted = 0
GROUP BY day, hour, topic, region;

CREATE OR REPLACE VIEW spikes_latest ${on_cluster} AS
SELECT * FROM spikes FINAL
ORDER BY spike, revision DESC
LIMIT 1 BY spike;

-- The payload of a dead letter is what could not be checked: it stays inside.
CREATE OR REPLACE VIEW dead_letters_public ${on_cluster} AS
SELECT at, stage, kind, reason, place, digest FROM dead_letters FINAL;

CREATE OR REPLACE VIEW counters_latest ${on_cluster} AS
SELECT
    item,
    max(observed_at) AS counted_at,
    argMax(platform, observed_at) AS platform,
    argMax(counters, observed_at) AS counters
FROM counters
GROUP BY item;

CREATE OR REPLACE VIEW cursors_latest ${on_cluster} AS
SELECT
    target, cursor, cursors.sequence AS cursor_sequence,
    greatest(cursors.sequence, seen.newest_sequence) AS sequence,
    platform, container, collector, collector_version, looked_until, observed_at, history, posts
FROM cursors FINAL
LEFT JOIN
(
    SELECT target, max(sequence) AS newest_sequence FROM looks GROUP BY target
) AS seen USING (target);

-- The state of each target: when it was last looked at, and what came in the hour before the
-- newest look of all (the store's own time: a replay of history has another clock).
CREATE OR REPLACE VIEW sources ${on_cluster} AS
SELECT
    target,
    argMax(looks.platform, looks.sequence) AS platform,
    argMax(looks.container, looks.sequence) AS container,
    argMax(looks.collector, looks.sequence) AS collector,
    argMax(looks.collector_version, looks.sequence) AS collector_version,
    argMax(looks.history, looks.sequence) AS history,
    max(looks.sequence) AS sequence,
    max(looks.looked_until) AS looked_until,
    max(looks.observed_at) AS observed_at,
    max(looks.stored_at) AS stored_at,
    max(looks.newest) AS newest_post,
    countIf(looks.observed_at > hour_ago) AS pages_hour,
    sumIf(looks.posts, looks.observed_at > hour_ago) AS posts_hour,
    sum(looks.posts) AS posts
FROM looks FINAL
CROSS JOIN (SELECT max(observed_at) - INTERVAL 1 HOUR AS hour_ago FROM looks) AS clock
GROUP BY target;
