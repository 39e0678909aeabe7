-- Languages of the texts. An empty one: nobody could tell.
SELECT
    language,
    sum(f.posts) AS posts,
    round(posts / nullIf(sum(posts) OVER (), 0), 4) AS share,
    round(sum(f.negative) / nullIf(sum(f.negative + f.neutral + f.positive), 0), 3)
        AS negative_share,
    if(language = '', '-', language) AS language_code
FROM flow AS f
WHERE {inside}
  AND {only topic} AND {only region} AND {only platform} AND {only language}
GROUP BY language
ORDER BY posts DESC, language
