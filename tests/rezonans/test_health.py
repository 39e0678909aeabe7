"""Findings: one trouble at a time, said with its remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rezonans.health import Facts, Finding, Source, findings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = Facts(
    now=NOW,
    free_gb={"for the data": 50},
    running=True,
    log="127.0.0.1:9092",
    store="http://127.0.0.1:8124",
    newest_row=NOW - timedelta(seconds=3),
    sources=[Source("news/tengri", NOW - timedelta(minutes=2))],
)


def test_a_well_system_has_nothing_to_mend() -> None:
    assert {finding.state for finding in findings(WELL)} == {"well"}


@pytest.mark.parametrize(
    ("change", "state", "what"),
    [
        ({"problems": ["desk.port: taken"]}, "wrong", "desk.port: taken"),
        ({"free_gb": {"for the data": 0.4}}, "wrong", "only 0.4 GB are free for the data"),
        (
            {"free_gb": {"in the state folder": 90, "for the store, on disk default of ch-1": 0.4}},
            "wrong",
            "only 0.4 GB are free for the store, on disk default of ch-1",
        ),
        (
            {"disks_say": "not enough privileges"},
            "watch",
            "nobody knows how much room the store has: not enough privileges",
        ),
        ({"log": None}, "wrong", "the log does not answer"),
        ({"store": None, "store_says": "the store is silent"}, "wrong", "the store is silent"),
        ({"set_aside": 2}, "watch", "2 part(s) of the store could not be read and were set aside"),
        ({"restarts": {"worker": 4}}, "watch", "worker was started again 4 times since the start"),
        (
            {"behind": ["worker posts"]},
            "watch",
            "stands still with something to read: worker posts",
        ),
        (
            {"newest_row": NOW - timedelta(hours=3)},
            "watch",
            "the newest row is 3 hours old",
        ),
        (
            {"sources": [Source("news/tengri", NOW - timedelta(days=1, hours=2))]},
            "wrong",
            "news/tengri was not looked at for 1 day",
        ),
        (
            {"sources": [Source("file/109", NOW, history=True)]},
            "watch",
            "still reading history: file/109",
        ),
        ({"letters": {"not JSON": 3}}, "watch", "3 left out within the hour: not JSON"),
        ({"letters": {"not JSON": 300}}, "wrong", "300 left out within the hour: not JSON"),
    ],
)
def test_a_trouble_is_said_first_and_with_a_remedy(
    change: dict[str, Any], state: str, what: str
) -> None:
    first = findings(replace(WELL, **change))[0]
    assert (first.state, first.what) == (state, what)
    assert first.remedy or what == "the store is silent", "the store's own words have one"


def test_where_nothing_runs_that_is_the_whole_story() -> None:
    found = findings(Facts(now=NOW, free_gb={"for the data": 50}))
    assert found[0] == Finding("wrong", "nothing is running", "start it: `rezonans run`")
    assert len([finding for finding in found if finding.state != "well"]) == 1


def test_targets_that_are_not_well_are_wrong_and_few_of_many_are_named() -> None:
    facts = Facts(now=NOW, store="here", unwell={f"news/{n}": "is gone" for n in range(12)})
    said = [one.what for one in findings(facts) if one.state == "wrong"]
    assert said.count("2 more sources are not well") == 1
    assert sum(what.endswith(": is gone") for what in said) == 10
