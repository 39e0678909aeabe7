-- For how many seconds the counts have been behind the posts.
SELECT if(isNull(behind_since), 0, greatest(0,
    dateDiff('second', assumeNotNull(behind_since), toDateTime64($__toTime, 3, 'UTC')))) AS behind
FROM rollup_state
