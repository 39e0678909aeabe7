-- The platforms that anything came from, the largest first: what the variable offers.
SELECT platform FROM flow AS f
WHERE grain = 86400
GROUP BY platform
ORDER BY sum(f.posts) DESC, platform
