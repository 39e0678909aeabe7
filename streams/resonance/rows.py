"""Rows of the bank, one value a lane each, and the constants they are learned with.

Chosen on injected spikes and on the false-alarm suite (`docs/resonance.md`), not by hand for one
installation. Times are in minutes, days and weeks: bins of any width learn alike.
"""

from __future__ import annotations

PROFILE, WEEKDAY = 0, 24
LEVEL, PHI_NUM, PHI_DEN, HOUR_X, HOUR_MU, HOUR_NUM, HOUR_DEN = range(31, 38)
FLOW, VAR = 38, 41
"""Three rows each, one a scale."""
SWELL = 44
"""Evidence that the lane has doubled, nats."""
TOP, TOP_MEAN, TOP_VAR = 45, 48, 51
"""Three rows each, bursts, swells and hours: the largest surprise of the day, mean and variance of
the days' largest."""
HABIT, POSTS, WEIGHT, NEGATIVE = range(54, 58)
PARENT = 58
"""Number of the wider lane, -1 where there is none."""
HOUR_SURPRISE, HOUR_VAR = 59, 60
"""Sum of the hour's surprises, cut bin by bin; variance of whole hours' mean."""
ROWS = 61
LANE_BYTES = ROWS * 4

SCALE_MINUTES = (10.0, 60.0, 180.0)
SCALES = len(SCALE_MINUTES)
LEVEL_DAYS, PROFILE_DAYS, WEEKDAY_WEEKS, SPREAD_DAYS, HABIT_DAYS = 7.0, 20.0, 6.0, 16.0, 14.0
FIRST_WEEKDAY = 0.3
"""Weeks that a weekday's factor remembers when it is first seen: it is learned at once."""
WEEKDAY_AFTER_DAYS = 3
"""Before that the hours of the day are still being learned, and would pass for weekdays."""
PROFILE_POSTS, WEEKDAY_POSTS = 15.0, 60.0
"""Posts that the flat prior of an hour, of a weekday is worth."""
POOLING = 0.2
"""Share of the way that a lane without posts goes to its parent's rhythm in a day."""
PHI_PRIOR = 0.02
VAR_DAYS = 8.0
VAR_POWER = 2.0
"""While a scale's variance is young, days weigh by the square of their number: the first ones,
when the rhythm was not known, are soon forgotten."""
VAR_WORTH = 0.5
"""Days that the Poisson prior of a variance is worth."""
LEAST_MU = 1e-5

SWELL_CAP_DEVIATIONS = 2.0
"""A bin counts for a doubling up to the doubled expectation and so many deviations."""
MOST_SWELL = 20.0

BIN_TIMES, BIN_DEVIATIONS = 3.0, 2.0
"""Of an hour a bin counts up to so many times its expectation and so many deviations."""
HOUR_CUT, HOUR_KEPT = 1.5, 0.778465
"""Deviations at which an hour's surprise is cut before it teaches, and how much of a normal law's
variance is left then."""

HABIT_STEP = 0.4
"""Decades of weeks by which an opening raises the bar of its lane."""
MOST_SCORE = 9.0
