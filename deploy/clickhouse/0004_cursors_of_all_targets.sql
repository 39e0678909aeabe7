-- Where every target stands, also one whose pages carried no cursor yet: its sequence tells a
-- collector which of its pages are stored. NULL: no cursor was stored.
CREATE OR REPLACE VIEW cursors_latest ${on_cluster} AS
SELECT
    target,
    argMaxIf(known.cursor, known.sequence, isNotNull(known.cursor)) AS cursor,
    maxIf(known.sequence, isNotNull(known.cursor)) AS cursor_sequence,
    max(known.sequence) AS sequence,
    argMax(known.platform, known.sequence) AS platform,
    argMax(known.container, known.sequence) AS container,
    argMax(known.collector, known.sequence) AS collector,
    argMax(known.collector_version, known.sequence) AS collector_version,
    max(known.looked_until) AS looked_until,
    max(known.observed_at) AS observed_at,
    argMax(known.history, known.sequence) AS history
FROM
(
    SELECT target, sequence, toNullable(cursor) AS cursor, platform, container, collector,
        collector_version, looked_until, observed_at, history
    FROM cursors FINAL
    UNION ALL
    SELECT target, sequence, NULL AS cursor, platform, container, collector,
        collector_version, looked_until, observed_at, history
    FROM looks
) AS known
GROUP BY target;
