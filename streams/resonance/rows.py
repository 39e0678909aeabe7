"""Rows of the bank, one value a lane each, and the constants they are learned with.

Chosen on injected spikes and on the false-alarm suite, not by hand for one installation.
"""

from __future__ import annotations

PROFILE, WEEKDAY = 0, 24
LEVEL, PHI_NUM, PHI_DEN, HOUR_X, HOUR_MU, HOUR_NUM, HOUR_DEN = range(31, 38)
FLOW, VAR, EDGE, MEAN, SQUARE, EXCESSES = range(38, 50, 2)
"""Two rows each: the ten-minute scale, then the three-hour scale."""
HABIT, VOICES, WEIGHT, NEGATIVE = range(50, 54)
ROWS = 54
LANE_BYTES = ROWS * 4

SCALE_MINUTES = (10.0, 180.0)
LEVEL_DAYS, PROFILE_DAYS, WEEKDAY_WEEKS, SPREAD_DAYS, HABIT_DAYS = 7.0, 20.0, 6.0, 16.0, 14.0
VAR_DAYS = 8.0
WEEKDAY_AFTER_DAYS = 3
"""Before that the hours of the day are still being learned, and would pass for weekdays."""
HABIT_STEP = 0.8
PROFILE_POSTS, WEEKDAY_POSTS = 15.0, 60.0
"""Posts that the flat prior of an hour, of a weekday is worth."""
PHI_PRIOR = 0.02
LEAST_VAR = 0.05
"""Lanes quieter than three posts an hour are judged as if they had three."""
EDGE_PRIOR, MEAN_PRIOR, SHAPE_PRIOR = 2.8, 0.8, 0.1
EDGE_STEPS = (0.02, 0.003)
EXCESS_WORTH = (0.3, 0.017)
"""Neighbouring bins repeat each other: what one excess counts as evidence."""
PRIOR_EXCESSES, MOST_EXCESSES = 10.0, 400.0
MOST_SCORE = 12.0
