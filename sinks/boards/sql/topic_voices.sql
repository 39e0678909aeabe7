-- Posts and unique voices of the chosen topics, an hour or a day a point. Voices of two topics
-- are not added up: a person who speaks of both would count twice; the louder topic is shown.
SELECT at AS time, sum(f.posts) AS posts, max(f.voices) AS voices
FROM flow_voices AS f
WHERE {span_of_hours} AND scope = 'topic' AND {only topic}
GROUP BY time
ORDER BY time
