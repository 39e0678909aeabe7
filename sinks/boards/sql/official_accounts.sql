-- Accounts of authorities that are listened to: how they speak, whether they answer, and since
-- when they are silent. An account is a page of an institution, never a person.
SELECT
    container AS account,
    any(f.platform) AS platform,
    argMax(f.name, f.last_spoke) AS name,
    sum(f.posts) AS posts,
    sum(f.answers) AS answers,
    sum(f.from_people) AS from_people,
    round(sum(f.negative) / nullIf(sum(f.felt), 0), 3) AS negative_share,
    max(f.last_spoke) AS last_spoke,
    greatest(0, dateDiff('second', last_spoke, $__toTime)) AS silent_for
FROM flow_pages AS f
WHERE {inside_by_hours} AND {only f.platform}
GROUP BY account
HAVING posts + answers > 0
ORDER BY silent_for DESC, account
LIMIT 200
