-- How many posts are behind the choice, by the rollups.
SELECT
    sum(n) AS posts,
    if({all sentiment}, sum(danger), NULL) AS urgent_posts,
    if({all sentiment}, round(sum(bad) / nullIf(sum(moody), 0), 3), NULL)
        AS negative_share
FROM {cells}
