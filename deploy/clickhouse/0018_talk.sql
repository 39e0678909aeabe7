-- What people ask on pages where an authority speaks, and what the authority says: cells of the
-- hours and days, computed again like all others. A page is one where an authority has spoken, as
-- far as the store goes back. A question is answered by the first reply of an authority to it, or by
-- the first word of a person of the desk, from a day before it (clocks differ) to thirty days after.

-- Who spoke in the hour, and to which items: by them an hour says which other hours it changes.
ALTER TABLE lane_hours ${on_cluster}
    ADD COLUMN IF NOT EXISTS speakers Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS replies Array(Tuple(item String, at DateTime('UTC')));

-- speakers and replies: as far as other hours have been told of them.
ALTER TABLE rollup_hours ${on_cluster}
    ADD COLUMN IF NOT EXISTS speakers Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS replies Array(Tuple(item String, at DateTime('UTC'))),
    ADD COLUMN IF NOT EXISTS by_page.container Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_page.platform Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_page.name Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_page.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.answers Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.from_people Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.felt Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.last_spoke Array(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS by_question.container Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_question.platform Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_question.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_question.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_question.asked_at Array(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS by_question.tenths Array(UInt16),
    ADD COLUMN IF NOT EXISTS by_question.danger Array(Bool),
    ADD COLUMN IF NOT EXISTS by_question.day Array(Date),
    ADD COLUMN IF NOT EXISTS by_question.item Array(String);

ALTER TABLE rollup_days ${on_cluster}
    ADD COLUMN IF NOT EXISTS by_page.container Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_page.platform Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_page.name Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_page.posts Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.answers Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.from_people Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.negative Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.felt Array(UInt32),
    ADD COLUMN IF NOT EXISTS by_page.last_spoke Array(DateTime('UTC')),
    ADD COLUMN IF NOT EXISTS by_asked.container Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_asked.platform Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_asked.topic Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_asked.region Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS by_asked.tenths Array(UInt16),
    ADD COLUMN IF NOT EXISTS by_asked.asked Array(UInt32);

-- Pages of authorities: what they say, what people say there, when they spoke last (1970: not in
-- this span).
CREATE OR REPLACE VIEW flow_pages ${on_cluster} AS
SELECT toUInt32(3600) AS grain, at, by_page.container AS container, by_page.platform AS platform,
    by_page.name AS name, by_page.posts AS posts, by_page.answers AS answers,
    by_page.from_people AS from_people, by_page.negative AS negative, by_page.felt AS felt,
    by_page.last_spoke AS last_spoke
FROM rollup_hours FINAL ARRAY JOIN by_page
UNION ALL
SELECT toUInt32(86400) AS grain, at, by_page.container AS container, by_page.platform AS platform,
    by_page.name AS name, by_page.posts AS posts, by_page.answers AS answers,
    by_page.from_people AS from_people, by_page.negative AS negative, by_page.felt AS felt,
    by_page.last_spoke AS last_spoke
FROM rollup_days FINAL ARRAY JOIN by_page;

-- How much is asked there. tenths: of an hour until it was answered, rounded up; 65535: it was not.
-- asked_at: in hours the moment, in days their midnight.
CREATE OR REPLACE VIEW flow_questions ${on_cluster} AS
SELECT toUInt32(3600) AS grain, at, by_question.asked_at AS asked_at,
    by_question.container AS container, by_question.platform AS platform,
    by_question.topic AS topic, by_question.region AS region, by_question.tenths AS tenths,
    tenths < 65535 AS is_answered, toUInt32(1) AS asked
FROM rollup_hours FINAL ARRAY JOIN by_question
UNION ALL
SELECT toUInt32(86400) AS grain, at, at AS asked_at,
    by_asked.container AS container, by_asked.platform AS platform,
    by_asked.topic AS topic, by_asked.region AS region, by_asked.tenths AS tenths,
    tenths < 65535 AS is_answered, by_asked.asked AS asked
FROM rollup_days FINAL ARRAY JOIN by_asked;

-- The questions themselves, each under its hour.
CREATE OR REPLACE VIEW questions ${on_cluster} AS
SELECT at, by_question.day AS day, by_question.item AS item, by_question.asked_at AS asked_at,
    by_question.container AS container, by_question.platform AS platform,
    by_question.topic AS topic, by_question.region AS region, by_question.danger AS danger,
    by_question.tenths AS tenths, tenths < 65535 AS is_answered
FROM rollup_hours FINAL ARRAY JOIN by_question;

-- Hours that were computed before are computed again.
INSERT INTO touched (hour, at)
SELECT toStartOfHour(published_at) AS hour, now64(3) AS at
FROM mentions GROUP BY hour;
