"""What a lane is expected to do: expected posts = level x hour of the day x weekday.

Each part learns from the same residual, in place, by as much as it is unsure of.
"""

from __future__ import annotations

import math

import numpy as np

from streams.resonance.calendar import Season
from streams.resonance.lesson import Lesson
from streams.resonance.rows import (
    FIRST_WEEKDAY,
    HABIT,
    HABIT_DAYS,
    LEVEL,
    LEVEL_DAYS,
    PARENT,
    POOLING,
    PROFILE,
    PROFILE_DAYS,
    PROFILE_POSTS,
    WEEKDAY,
    WEEKDAY_AFTER_DAYS,
    WEEKDAY_POSTS,
    WEEKDAY_WEEKS,
)
from streams.resonance.surprise import Floats

LEAST_LEVEL = 1e-5
LEAST_FACTOR, MOST_FACTOR = 0.03, 20.0


def expect(values: Floats, season: Season, out: Floats, spare: Floats) -> None:
    """Posts expected of each lane in a bin of the season into `out`."""
    np.multiply(values[PROFILE + season.hour], 1 - season.blend, out=out)
    np.multiply(values[PROFILE + season.next_hour], season.blend, out=spare)
    out += spare
    out *= values[WEEKDAY + season.weekday]
    out *= values[LEVEL]
    np.maximum(out, 1e-6, out=out)


def teach(values: Floats, kept: Floats, lesson: Lesson, work: Floats) -> None:
    """Learn the bin's residuals `kept`; `work` is two rows of scratch."""
    if lesson.age >= lesson.day_bins / 24:
        _teach_factors(values, kept, lesson, work)
    level, spare = values[LEVEL], work[0]
    np.multiply(kept, 1 / min(lesson.age + 1.0, LEVEL_DAYS * lesson.day_bins), out=spare)
    level += spare
    np.maximum(level, LEAST_LEVEL, out=level)


def _teach_factors(values: Floats, kept: Floats, lesson: Lesson, work: Floats) -> None:
    """Factors move by what they are sure of: residual / (posts the prior is worth + posts
    expected of the factor within its memory), so quiet lanes keep their parent's rhythm."""
    season, age, day_bins = lesson.season, lesson.age, lesson.day_bins
    days = min(0.4 * age / day_bins + 0.7, PROFILE_DAYS)
    weeks = min(age / day_bins / 7 + FIRST_WEEKDAY, WEEKDAY_WEEKS)
    hour_bins = days * day_bins / 24
    step, spare = work
    for row, posts, bins, share in (
        (PROFILE + season.hour, PROFILE_POSTS, hour_bins, 1 - season.blend),
        (PROFILE + season.next_hour, PROFILE_POSTS, hour_bins, season.blend),
        (WEEKDAY + season.weekday, WEEKDAY_POSTS, weeks * day_bins, 1.0),
    ):
        if row >= WEEKDAY and age < WEEKDAY_AFTER_DAYS * day_bins:
            continue
        np.multiply(values[LEVEL], bins, out=spare)
        spare += posts
        np.multiply(kept, share, out=step)
        step /= spare
        factor = values[row]
        factor += step
        np.maximum(factor, LEAST_FACTOR, out=factor)
        np.minimum(factor, MOST_FACTOR, out=factor)


def pool(values: Floats, day_bins: float) -> None:
    """A day has passed: lanes with few posts move towards the rhythm of their parents. What
    they know of an hour is the posts that they had in it within their memory."""
    children = np.flatnonzero(values[PARENT] >= 0)
    parents = values[PARENT, children].astype(np.intp)
    level = values[LEVEL, children]
    for first, rows, posts, bins in (
        (PROFILE, 24, PROFILE_POSTS, PROFILE_DAYS * day_bins / 24),
        (WEEKDAY, 7, WEEKDAY_POSTS, WEEKDAY_WEEKS * day_bins),
    ):
        share = POOLING * posts / (posts + level * bins)
        for row in range(first, first + rows):
            own = values[row, children]
            values[row, children] = own + share * (values[row, parents] - own)


def turn(values: Floats, days: int) -> None:
    """Days have passed: factors average 1, the level carries the size, habits fade."""
    for first, rows in ((PROFILE, 24), (WEEKDAY, 7)):
        factors = values[first : first + rows]
        mean = factors.mean(axis=0)
        factors /= mean
        values[LEVEL] *= mean
    values[HABIT] *= math.exp(-days / HABIT_DAYS)
