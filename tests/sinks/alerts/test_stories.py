"""A story is muted across events: the same texts, threads or words, whatever id they come with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.reasons import CopiedText, Lane, Story, Word
from rezonans.records import Spike
from sinks.alerts.stories import Marks, marks, same
from tests.sinks.alerts.kit import AT, action, spike
from tests.sinks.alerts.test_outbox import Place
from tests.sinks.desk.world import top

DAY = 86400.0
POSTS = tuple(top(str(n), f"текст {n}", n) for n in range(4))


def copied(fingerprint: int) -> CopiedText:
    return CopiedText(item="x:1", text="т", posts=9, organic=4.2, accounts=3, first=AT, last=AT,
                      gap_seconds=5.0, evenness=0.5, fingerprint=fingerprint)  # fmt: skip


def words(*said: str) -> tuple[Word, ...]:
    return tuple(Word(word=one, posts=9, before=0, score=4.0) for one in said)


FIRST = spike(
    "opened", "orange", top=POSTS, copied=(copied(0b1111),), words=words("водовоз", "карасу", "су"),
    stories=(Story(key="vk:root", observed=20, expected=0), Story(key="other", observed=9,
             expected=4)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("later", "held"),
    [
        ({"top": (POSTS[0], POSTS[1])}, True),
        ({"stories": (Story(key="vk:root", observed=9, expected=0),), "top": ()}, True),
        ({"copied": (copied(0b1011),)}, True),
        ({"story": Story(key="vk:9", observed=9, expected=0, fingerprint=0b0111)}, True),
        ({"story": Story(key="vk:root", observed=9, expected=0)}, True),
        ({"words": words("водовоз", "карасу", "су", "кран")}, True),
        ({"words": words("водовоз", "карасу", "су"), "lane": Lane("gas", "11")}, False),
        ({"words": words("водовоз", "карасу", "су"), "lane": Lane("water", "75")}, False),
        ({"words": words("водовоз", "карасу", "авария")}, False),
        ({"copied": (copied(0xFFFF0000),), "top": (top("9", "иное", 1),)}, False),
        ({"stories": (Story(key="other", observed=9, expected=0),)}, False),
        ({}, False),
    ],
)
def test_it_is_the_same_story_by_its_texts_threads_or_words(
    tmp_path: Path, later: dict[str, Any], held: bool
) -> None:
    now = AT.timestamp()
    place = Place(tmp_path, clock=lambda: now)
    place.office.take([FIRST, spike("closed", "orange", revision=1)])
    place.office.heed([action("mute", "story:a1", "2026-11-30T00:00:00+00:00")])
    place.restart()
    now += DAY
    at = AT.replace(day=AT.day + 1)
    found = place.office.take([spike(spike="b2", at=at, since=at, **later)])
    assert [one.reason for one in found] == (["muted"] if held else ["opened"])
    assert not held or (found[0].by, found[0].until is not None) == ("Айгүл", True)


def test_what_becomes_red_of_a_muted_story_is_told(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.office.take([FIRST])
    place.office.heed([action("mute", "story:a1", "2026-11-30T00:00:00+00:00")])
    hour = AT + timedelta(minutes=61)
    quiet = place.office.take([spike("updated", "orange", revision=1, top=POSTS, at=hour)])
    assert [one.reason for one in quiet] == ["muted"]
    red = place.office.take([spike("level", "red", revision=2, top=POSTS)])
    assert [one.reason for one in red] == ["level"]


def test_a_story_is_heard_again_when_the_mute_is_taken_back_or_ends(tmp_path: Path) -> None:
    now = AT.timestamp()
    place = Place(tmp_path, clock=lambda: now)
    place.office.take([FIRST])
    for name, value in (("b2", "off"), ("c3", "2026-11-22T09:00:01+00:00")):
        place.office.heed([action("mute", "story:a1", "2026-11-30T00:00:00+00:00")])
        place.office.heed([action("mute", "story:a1", value)])
        now += 60
        other = spike(spike=name, lane=Lane("water", name), top=POSTS[:2])
        assert [one.reason for one in place.office.take([other])] != ["muted"]


def test_ordered_before_its_marks_were_known_it_learns_them_from_the_next_word(
    tmp_path: Path,
) -> None:
    """As after the loss of the file: the order came from the store, the story comes again."""
    place = Place(tmp_path)
    place.office.recall([action("mute", "story:a1", "2026-11-30T00:00:00+00:00")])
    assert [one.reason for one in place.office.take([FIRST])] == ["muted"]
    later = place.office.take([spike(spike="b2", top=POSTS[:2])])
    assert [one.reason for one in later] == ["muted"]


names = st.tuples() | st.lists(st.sampled_from("абвгде"), max_size=5, unique=True).map(tuple)
stories = st.builds(
    Marks,
    threads=names, texts=st.lists(st.integers(0, 2**64 - 1), max_size=2).map(tuple), words=names,
    topic=st.sampled_from(["water", None]), region=st.sampled_from(["11", None]),
)  # fmt: skip


@given(one=stories, other=stories)
def test_sameness_has_no_direction_and_nothing_is_like_nothing(one: Marks, other: Marks) -> None:
    assert same(one, other) == same(other, one)
    assert not same(Marks(), other)


def test_marks_hold_no_texts() -> None:
    record: Spike = FIRST
    assert marks(record).threads == ("0", "1", "2", "3", "vk:root")
