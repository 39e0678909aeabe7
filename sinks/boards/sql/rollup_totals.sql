-- How far the counts of the boards are behind the posts.
SELECT
    hours,
    hours_behind,
    if(isNull(behind_since), 0, greatest(0,
        dateDiff('second', assumeNotNull(behind_since), toDateTime64($__toTime, 3, 'UTC'))))
        AS behind_for
FROM rollup_state
