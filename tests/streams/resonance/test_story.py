"""Who speaks for whom: an event is one spike, and two events are two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rezonans.reasons import Lane
from streams.resonance.settings import ResonanceSettings
from streams.resonance.story import Company, Voice, spoken_for

KNOBS = ResonanceSettings()
BIG = Voice(number=1, lane=Lane("health"), excess=900.0, since=100, peak=1000.0, loud=True)
SMALL = Voice(number=2, lane=Lane("roads"), excess=50.0, since=170, peak=50.0, loud=False)


def company(*others: Voice, shared: float = 0.0) -> Company:
    return Company(
        open=others,
        child_excess=lambda number: 0.0,
        louder_twins=lambda number: (),
        shared=lambda number, other: shared,
        bin_seconds=60,
    )


@pytest.mark.parametrize(
    ("voice", "other", "spoken"),
    [
        (SMALL, BIG, True),
        (replace(SMALL, excess=150.0), BIG, False),
        (replace(SMALL, excess=400.0, since=110), BIG, True),
        (replace(SMALL, excess=600.0, since=110), BIG, False),
        (SMALL, replace(BIG, loud=False), False),
        (replace(SMALL, lane=Lane("roads", "31")), BIG, False),
        (replace(SMALL, lane=Lane("roads", "31")), replace(BIG, lane=Lane("health", "31")), True),
        (replace(SMALL, axis="negatives"), BIG, False),
    ],
)
def test_a_faint_or_simultaneous_echo_is_spoken_for(
    voice: Voice, other: Voice, spoken: bool
) -> None:
    """Texts of one event are read as many topics; another event is not a tenth of it."""
    assert spoken_for(voice, company(other), KNOBS) is spoken


def test_posts_of_two_topics_are_told_once() -> None:
    late = replace(SMALL, excess=800.0)
    assert spoken_for(late, company(BIG, shared=0.6), KNOBS)
    assert not spoken_for(late, company(BIG, shared=0.4), KNOBS)


REGION = Voice(number=3, lane=Lane(region="31"), excess=100.0, since=100, peak=100.0, loud=False)


@pytest.mark.parametrize(("told", "loud", "spoken"), [(0.5, 25.0, True), (1.0, 25.0, False),
                                                      (0.5, 15.0, False)])  # fmt: skip
def test_a_loud_topic_speaks_for_what_has_no_topic(told: float, loud: float, spoken: bool) -> None:
    """Half of what people cry out in an incident names nothing: no topic can explain it."""
    asking = replace(company(), loud_child=lambda number: loud, told=lambda number: told)
    assert spoken_for(REGION, asking, KNOBS) is spoken
    water = replace(SMALL, lane=Lane("water", "31"), excess=loud, since=101, loud=True)
    assert spoken_for(REGION, replace(asking, open=(water,), loud_child=lambda n: 0.0), KNOBS) is (
        spoken
    )
