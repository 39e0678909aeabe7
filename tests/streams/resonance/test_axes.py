"""Resonance and negatives of an hour against what is usual in the lane."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.records import Spike
from streams.resonance.axes import LEAST_POSTS, LOOKS, NEVER, Usual, heard, negatives, resonance
from streams.steps.resonate import Resonance
from tests.streams.resonance.world import burst, live_pages

USUAL = Usual(posts=5000, weight=7500, negative=1000, expected=30, scatter=1.5)


def test_a_usual_share_of_negatives_is_nothing() -> None:
    assert negatives(50, 10, USUAL) == NEVER
    assert negatives(50, 12, USUAL) < 0


def test_a_share_that_turns_is_rare_and_rarer_the_more_it_turns() -> None:
    scores = [negatives(60, count, USUAL) for count in (20, 30, 40, 50, 60)]
    assert scores == sorted(scores)
    assert scores[-1] > 2


def test_few_posts_say_nothing_of_a_share() -> None:
    assert negatives(LEAST_POSTS - 1, LEAST_POSTS - 1, USUAL) == NEVER


def test_resonance_counts_what_posts_weigh() -> None:
    assert resonance(45, USUAL) == NEVER
    assert resonance(60, USUAL) < 0
    assert resonance(200, USUAL) > 2


@given(st.integers(0, 3000), st.floats(0, 1), st.floats(0, 1e6), st.floats(0, 1e6))
def test_any_hour_has_a_finite_score(total: int, share: float, weight: float, known: float) -> None:
    usual = Usual(known, known * 1.5, known * share, expected=known / 100, scatter=1.0)
    assert np.isfinite(negatives(total, round(total * share), usual))
    assert np.isfinite(resonance(weight, usual))


def test_ordinary_hours_are_seldom_over_the_bar() -> None:
    """A score of 0 is once in a week of hours: shares drawn from the law itself."""
    chance = np.random.default_rng(1)
    shares = chance.beta(0.2 * 20, 0.8 * 20, 20_000)
    scores = [negatives(60, int(count), USUAL) for count in chance.binomial(60, shares)]
    often = np.mean([score >= 0 for score in scores])
    assert often <= 10**-LOOKS * 1.5


def test_an_alert_names_what_fired(region: Callable[..., Resonance], live: datetime) -> None:
    posts = burst(live + timedelta(seconds=20), 240, per_second=4)
    spikes: list[Spike] = region().apply(list(live_pages(posts, live, 200)))
    assert "posts" in spikes[-1].fired
    assert "resonance" in spikes[-1].fired


def test_more_posts_that_are_heard_as_usual_are_no_resonance_of_their_own() -> None:
    assert resonance(450, USUAL) > 2
    assert heard(450, 300, USUAL) == NEVER
    assert heard(1200, 300, USUAL) > 2


@pytest.mark.parametrize("likes", [0, 400])
def test_reactions_alone_raise_resonance(likes: int) -> None:
    weight = 30 * (1 + 0.5 * np.log2(1 + likes / 10))
    assert (resonance(float(weight), USUAL) > 0) == (likes > 0)
