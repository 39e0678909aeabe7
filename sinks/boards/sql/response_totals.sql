-- Whether authorities answer what people bring to their pages. On time is within a day, counted
-- honestly: answered in time, of what is answered and of what is open for longer than that.
SELECT
    sum(f.asked) AS asked,
    {answered} AS answered,
    round(answered / nullIf(asked, 0), 3) AS answered_share,
    round({on_time}, 3) AS on_time_share,
    round({median_hours}, 1) AS median_hours
FROM {asked}
