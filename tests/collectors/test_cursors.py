"""What a source remembers between looks, and cursors that are not ours to read."""

from __future__ import annotations

import pytest

from collectors.intake.state import Standing
from collectors.lists.cursors import Remembered


class Far(Remembered, frozen=True, omit_defaults=True):
    read: int = 0
    names: dict[str, int] = {}


def test_what_was_dumped_is_recalled() -> None:
    state = Far(read=3, names={"ақпарат": 1})
    assert Far.recall(state.dump()) == state


def test_what_stands_as_it_began_takes_no_room() -> None:
    assert Far().dump() == "{}"


@pytest.mark.parametrize(
    "cursor", [None, "", "{", "[]", "12", '{"read": "much"}', '{"read": 1', "\ud800", "\x00"]
)
def test_a_cursor_that_is_not_ours_to_read_is_none(cursor: str | None) -> None:
    assert Far.found(cursor) is None
    assert Far.recall(cursor) == Far()


def test_what_a_later_version_adds_is_passed_over() -> None:
    assert Far.recall('{"read": 2, "later": true}') == Far(read=2)


def test_each_kind_reads_its_own() -> None:
    assert Standing.recall('{"after": 7}') == Standing(after=7)
    assert Far.recall('{"after": 7}') == Far()
