-- Posts and unique voices of the chosen regions, an hour or a day a point. Voices of two regions
-- are not added up: the louder region is shown.
SELECT at AS time, sum(f.posts) AS posts, max(f.voices) AS voices
FROM flow_voices AS f
WHERE {span_of_hours} AND scope = 'region' AND {only region}
GROUP BY time
ORDER BY time
