"""What the log holds of an item: its newest text, nothing of what is gone."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rezonans.cli.logged import Held
from rezonans.records import RawPage, encode
from tests.streams.factories import page, post

PAGE = msgspec.json.decode(encode(page()), type=RawPage)

facts = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["created", "edited", "counters"]), st.integers(0, 4)
    )
)


@given(facts)
def test_the_newest_revision_is_held_in_whatever_order_it_comes(
    found: list[tuple[int, str, int]],
) -> None:
    held = Held()
    for number, event, revision in found:
        held.take(PAGE, post(number, event=event, revision=revision))
    for item, (_, kept) in held.posts.items():
        texts = [r for n, e, r in found if f"test:{n}" == item and e != "counters"]
        assert kept.revision == max(texts)
    told = {f"test:{number}" for number, event, _ in found if event != "counters"}
    assert set(held.posts) == told


def test_what_is_deleted_is_not_brought_back() -> None:
    held = Held()
    held.take(PAGE, post(1))
    held.take(PAGE, post(1, event="deleted", text=""))
    assert held.gone == {"test:1"}
