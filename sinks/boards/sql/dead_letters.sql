-- What could not be processed: where, why, how often. Never the bytes.
SELECT
    stage,
    kind,
    leftUTF8(reason, 200) AS why,
    count() AS letters,
    max(dead_letters_public.at) AS latest,
    any(dead_letters_public.place) AS example
FROM dead_letters_public
WHERE $__timeFilter(dead_letters_public.at)
GROUP BY stage, kind, why
ORDER BY letters DESC, stage, kind, why
LIMIT 100
