-- Where which topic is loud: a cell is the mentions of a topic in a region.
SELECT
    topic,
    sumIf(f.posts, region = '10') AS region_10,
    sumIf(f.posts, region = '11') AS region_11,
    sumIf(f.posts, region = '15') AS region_15,
    sumIf(f.posts, region = '19') AS region_19,
    sumIf(f.posts, region = '23') AS region_23,
    sumIf(f.posts, region = '27') AS region_27,
    sumIf(f.posts, region = '31') AS region_31,
    sumIf(f.posts, region = '33') AS region_33,
    sumIf(f.posts, region = '35') AS region_35,
    sumIf(f.posts, region = '39') AS region_39,
    sumIf(f.posts, region = '43') AS region_43,
    sumIf(f.posts, region = '47') AS region_47,
    sumIf(f.posts, region = '55') AS region_55,
    sumIf(f.posts, region = '59') AS region_59,
    sumIf(f.posts, region = '61') AS region_61,
    sumIf(f.posts, region = '62') AS region_62,
    sumIf(f.posts, region = '63') AS region_63,
    sumIf(f.posts, region = '71') AS region_71,
    sumIf(f.posts, region = '75') AS region_75,
    sumIf(f.posts, region = '79') AS region_79,
    topic AS topic_code
FROM flow AS f
WHERE {inside} AND topic != '' AND region != ''
  AND {only topic} AND {only region} AND {only platform} AND {only language}
GROUP BY topic
ORDER BY sum(f.posts) DESC, topic
LIMIT 60
