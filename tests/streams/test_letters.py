"""Dead letters on their way back: what is kept of a bad entry is a message that can be sent."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.understanding import Labels
from rezonans import topics
from rezonans.handling import Action
from rezonans.records import DeadLetter, Mentions, Page, encode
from rezonans.troubles import Invalid
from streams import pages, reading
from streams.dead import MAX_PAYLOAD
from streams.letters import entry_of, identity, is_cut, place_of, ready, topic_of
from streams.steps.understand import understand
from tests.streams.factories import NOON, encoded_page, envelope, mention, page, post

BAD = b'"published_at":"2026-11-02T07:00:02Z"'
WRONG = BAD.replace(b"Z", b"")


def letter(**changes: str) -> DeadLetter:
    values = {"stage": "understand", "reason": "r", "place": "posts/0/5", "digest": "d"}
    return DeadLetter(at=NOON, kind="invalid", **{**values, **changes})


def died() -> tuple[DeadLetter, bytes]:
    """The letter of the middle post of three, and the page."""
    value = encoded_page(post(1), post(2), post(3)).replace(BAD, WRONG)
    assert WRONG in value
    outputs = understand([envelope(value, 9)], lambda texts: [Labels()] * len(texts), {}, NOON)
    (one,) = [o for o in outputs if o.topic is topics.DEAD_LETTERS]
    return msgspec.json.decode(one.value, type=DeadLetter), value


def test_a_bad_post_is_kept_as_a_page_of_it_alone_that_claims_nothing() -> None:
    one, value = died()
    assert one.place == "posts/0/9/1"
    kept = pages.raw_page((one.payload or "").encode())
    assert [bytes(entry) for entry in kept.posts] == [bytes(pages.raw_page(value).posts[1])]
    assert (kept.cursor, kept.looked_until) == (None, pages.LONG_AGO)
    assert one.digest == hashlib.sha256(bytes(kept.posts[0])).hexdigest()


def test_it_can_not_be_sent_before_it_is_repaired_and_is_the_post_afterwards() -> None:
    one, _ = died()
    kept = (one.payload or "").encode()
    with pytest.raises(Invalid, match=r"posts\[0\]: published_at has no time zone"):
        ready(topic_of(one), kept)
    mended = ready(topic_of(one), kept.replace(WRONG, BAD))
    assert (mended.topic, mended.key) == (topics.POSTS, b"test:group")
    assert mended.record.posts == (post(2),)
    assert one.digest not in mended.digests


def test_what_dies_again_is_known_by_its_digest() -> None:
    """Taken as part of a page, taken alone after crashes, or refused by the store."""
    one, _ = died()
    mended = ready(topics.POSTS, (one.payload or "").encode().replace(WRONG, BAD))
    entry = bytes(pages.raw_page(mended.value).posts[0])
    assert hashlib.sha256(entry).hexdigest() in mended.digests
    alone = pages.one_by_one(mended.value, "posts")[0]
    assert hashlib.sha256(alone).hexdigest() in mended.digests


def test_a_bad_mention_is_kept_in_the_same_way() -> None:
    shell = {name: getattr(page(), name) for name in page().__struct_fields__ if name != "posts"}
    value = encode(Mentions(**shell, mentions=(mention(1), mention(2)))).replace(BAD, WRONG)
    kept, letters = reading.mentions("resonate")(envelope(value, 3, "mentions"), NOON)
    assert [one.post.item for one in kept.mentions] == ["test:1"]
    one = msgspec.json.decode(letters[0].value, type=DeadLetter)
    mended = ready(topic_of(one), (one.payload or "").encode().replace(WRONG, BAD))
    assert mended.record.mentions == (mention(2),)


def test_the_log_gives_back_what_was_too_long_to_be_kept() -> None:
    one, value = died()
    place = place_of(one)
    assert place is not None
    assert entry_of(place, value) == (one.payload or "").encode()
    assert not is_cut(one)
    assert is_cut(msgspec.structs.replace(one, payload="x" * MAX_PAYLOAD))
    with pytest.raises(Invalid, match="3 entries, none of number 7"):
        entry_of(place_of(letter(place="posts/0/9/7")), value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "topic"),
    [
        ({"place": "posts/3/17"}, topics.POSTS),
        ({"place": "actions/0/17"}, topics.ACTIONS),
        ({"stage": "store", "place": "vk/news/17/0"}, topics.MENTIONS),
    ],
)
def test_a_letter_goes_back_to_where_it_came_from(
    changes: dict[str, str], topic: topics.Topic
) -> None:
    assert topic_of(letter(**changes)) is topic


@pytest.mark.parametrize("place", ["export.csv:12:3", "posts/0", "nothing/0/1", "x.posts/0/1"])
def test_what_was_never_in_the_log_is_not_sent_there(place: str) -> None:
    with pytest.raises(Invalid, match="comes from a source"):
        topic_of(letter(place=place))
    assert topic_of(letter(place="x.posts/0/1"), "x.") is topics.POSTS


def test_other_records_are_checked_and_keyed_too() -> None:
    action = Action(action="a", at=NOON, subject="topic:water", verb="mute", by="Айгүл")
    assert ready(topics.ACTIONS, encode(action)).key == b"topic:water"
    with pytest.raises(Invalid, match="not a Action"):
        ready(topics.ACTIONS, encode(action).replace(b'"mute"', b'"shout"'))


@given(st.binary(max_size=200), st.sampled_from(topics.ALL))
def test_any_bytes_are_ready_or_invalid(value: bytes, topic: topics.Topic) -> None:
    with pytest.raises(Invalid):
        ready(topic, value)


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_the_name_of_a_letter_is_short_and_its_own(stage: str, place: str, digest: str) -> None:
    name = identity(stage, place, digest)
    assert len(name) == 12
    assert name != identity(stage, place, digest + "x")


def test_a_page_of_nothing_is_ready() -> None:
    """A heartbeat may be sent again: it has no entry and so only the digest of itself."""
    value = encode(page())
    assert ready(topics.POSTS, value).digests == {hashlib.sha256(value).hexdigest()}
    assert msgspec.json.decode(value, type=Page).posts == ()
