-- What the models are worth on each platform and in each language: abstention and certainty.
SELECT
    platform,
    language,
    sum(f.posts) AS posts,
    round(1 - sum(f.with_topic) / posts, 3) AS without_topic,
    round(1 - sum(f.with_sentiment) / posts, 3) AS without_sentiment,
    round(1 - sum(f.with_appeal) / posts, 3) AS without_appeal,
    round(1 - sum(f.with_place) / posts, 3) AS without_place,
    round(sum(f.topic_thousandths) / 1000 / nullIf(sum(f.with_topic), 0), 3) AS topic_probability,
    round(sum(f.appeal_thousandths) / 1000 / nullIf(sum(f.with_appeal), 0), 3)
        AS appeal_probability,
    if(platform = '', '-', platform) AS platform_code,
    if(language = '', '-', language) AS language_code
FROM flow_models AS f
WHERE {inside} AND {only platform} AND {only language}
GROUP BY platform, language
ORDER BY posts DESC, platform, language
LIMIT 100
