"""The next hours of a lane, asked of a real store."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from rezonans.cli.explain import Query
from rezonans.cli.forecast import find
from rezonans.reasons import Lane
from rezonans.refused import SettingsError
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.writer import Writer
from tests.sinks.conftest import Store
from tests.streams.resonance.world import START, history_pages, mention, ordinary

END = START + timedelta(days=4, minutes=20)


def test_a_lane_is_forecast_from_its_stored_minutes(store: Store, query: Query) -> None:
    said = list(ordinary(random.Random(4), START, 4 * 86400, 2000))
    copies = [mention(f"c{n}", START + timedelta(hours=95, seconds=n), "roads", fingerprint=7)
              for n in range(64)]  # fmt: skip
    said = sorted([*said, *copies], key=lambda one: one.post.published_at)
    Writer(store.client).write(list(history_pages(said)))
    Rollups(store.client).catch_up()
    whole = find(query, Lane(), 42, END)
    assert whole.refused is None
    assert whole.hours[0].start == END.replace(minute=0)
    water, roads = (find(query, Lane(topic, "11"), 42, END) for topic in ("water", "roads"))
    assert 0 < water.hours[0].expected < whole.hours[0].expected
    assert roads.hours[0].expected < 30, "64 copies of one text are seven voices"
    assert find(query, Lane("water", "75"), 42, END).refused == "thin"
    assert find(query, Lane(), 42, END + timedelta(hours=3)).refused == "gap"
    with pytest.raises(SettingsError, match="no posts of the last 1 days"):
        find(query, Lane(), 1, END + timedelta(days=9))
