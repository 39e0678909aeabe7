-- Unique voices of each platform, an hour or a day a point.
SELECT at AS time, platform, max(f.voices) AS voices
FROM flow_voices AS f
WHERE {span_of_hours} AND scope = 'platform' AND {only platform}
GROUP BY time, platform
ORDER BY time, platform
