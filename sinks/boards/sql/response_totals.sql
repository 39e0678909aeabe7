-- Whether authorities answer what people bring to their pages. On time is within a day, counted
-- honestly: answered in time, of what is answered and of what is open for longer than that.
WITH {asked}, {answers}
SELECT
    count() AS asked,
    countIf(is_answered) AS answered,
    round(answered / nullIf(asked, 0), 3) AS answered_share,
    round(countIf(is_answered AND hours <= 24) / nullIf(
        answered + countIf(NOT is_answered AND dateDiff('hour', asked_at, $__toTime) >= 24), 0), 3)
        AS on_time_share,
    round(quantileExactIfOrNull(0.5)(hours, is_answered), 1) AS median_hours
FROM {asked_and_answered}
