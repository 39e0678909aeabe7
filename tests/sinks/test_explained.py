"""The explanation of an alert in numbers, line by line."""

from __future__ import annotations

from rezonans.i18n import translator
from rezonans.reasons import Share
from sinks.explained import lines
from sinks.names import names
from tests.sinks.alerts.kit import spike


def test_a_part_that_brought_what_it_usually_brings_has_no_sign() -> None:
    moods = (
        Share(key="negative", observed=9.0, expected=2.0),
        Share(key="neutral", observed=2.01, expected=2.0),
        Share(key="positive", observed=1.98, expected=2.0),
        Share(key="unknown", observed=1.0, expected=2.0),
    )
    told = list(lines(spike(sentiments=moods), translator("ru"), names("ru")))
    [said] = [line for line in told if line.startswith("Тональность")]
    assert said.endswith("негативная +7, нейтральная 0, позитивная 0, не определено −1")
