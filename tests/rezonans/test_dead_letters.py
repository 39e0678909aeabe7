"""Which letters are sent back: readable ones, once, and not more than was asked for."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.cli import letters
from rezonans.cli.mending import clean
from rezonans.cli.resending import Outcome, outcome
from rezonans.handling import Action
from rezonans.records import DeadLetter, encode
from rezonans.topics import POSTS
from rezonans.troubles import Invalid
from streams.letters import ready
from tests.streams.factories import NOON, encoded_page, post

GOOD = {n: encoded_page(post(n)) for n in range(6)}


def letter(number: int, **changes: str) -> DeadLetter:
    digest = hashlib.sha256(encode(post(number))).hexdigest()
    values = {"stage": "understand", "reason": "r", "place": f"posts/0/{number}", "digest": digest}
    return DeadLetter(at=NOON, kind="invalid", **{**values, **changes})


def bytes_of(one: DeadLetter) -> bytes:
    return GOOD[int(one.place.rpartition("/")[2])]


def plan(
    found: list[DeadLetter], before: frozenset[str] | set[str] = frozenset(), **how: bool | int
) -> letters.Plan:
    return letters.planned(
        found, bytes_of, set(before), prefix="", most=int(how.get("most", 100)),
        again=bool(how.get("again")),
    )  # fmt: skip


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 8))
def test_each_message_is_sent_once_however_often_it_is_asked_for(
    numbers: list[int], most: int
) -> None:
    found = [letter(number) for number in numbers]
    first = plan(found, most=most)
    sent = [one.value for _, one in first.send]
    assert len(sent) == len(set(sent)) == min(most, len(set(numbers)))
    assert len(sent) + sum(first.left_out.values()) == len(found)
    memory = {digest for _, one in first.send for digest in one.digests}
    second = plan([one for one, _ in first.send], memory)
    assert second.send == []
    assert plan([one for one, _ in first.send], memory, again=True).send == first.send


def test_twins_of_two_stages_are_sent_once() -> None:
    both = [letter(1, stage="resonate"), letter(1, stage="store-mentions")]
    assert len(plan(both).send) == 1


def test_memory_is_what_the_store_and_the_log_say() -> None:
    (found, one) = plan([letter(1)]).send[0]
    action = letters.remembered(found, one, "Айгүл", NOON)
    assert action.subject == f"letter:{letters.identity_of(found)}"
    again = letters.remembered(found, one, "Ержан", NOON + timedelta(days=1))
    assert action.action == again.action, "the same deed, told twice, is one row"

    def query(sql: str, params: object) -> list[dict[str, str]]:
        return [{"value": "digest-of-the-store"}]

    other = Action(action="m", at=NOON, subject="topic:water", verb="mute", by="a", value="off")
    known = letters.sent_before(query, [encode(action), encode(other), b"no action"])
    assert known == {"digest-of-the-store", *one.digests}


def test_who_sent_a_letter_again_is_told_with_it() -> None:
    rows = [{"name": "905ade57b5af", "last": NOON, "by_whom": "Айгүл"}]
    assert letters.sent_again(lambda sql, params: rows) == {
        "905ade57b5af": f"{NOON:%Y-%m-%d %H:%M} UTC, Айгүл"
    }


def test_bytes_of_others_do_not_move_the_cursor_of_a_terminal() -> None:
    assert letters.visible("су\tжоқ\n\x1b[2J\x9b1m\x00") == "су\tжоқ\n\\x1b[2J\\x9b1m\\x00"
    assert letters.visible("ы\u202eб") == "ы\\u202eб"


def test_left_out_is_counted_by_reason() -> None:
    source = letter(2, place="export.csv:3:1")
    found = plan([letter(1), source, letter(3, place="posts/0/3")], most=1)
    assert len(found.send) == 1
    assert found.left_out["over the limit"] == 2
    assert "comes from a source" in next(iter(plan([source]).left_out))


def test_a_letter_is_named_by_the_beginning_of_its_name() -> None:
    found = [letter(number) for number in range(6)]
    name = letters.identity_of(found[2])
    assert letters.named(found, name[:8]) == found[2]
    for wrong in ("zzz", ""):
        with pytest.raises(Invalid):
            letters.named(found, wrong)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": "пишите на aigul@mail.kz"}, r"text: .*\[email\]"),
        ({"title": "звоните +7 701 123 45 67"}, r"title: .*\[phone\]"),
        ({"author": "Айгүл Серікқызы"}, "author: not a pseudonym"),
    ],
)
def test_what_is_mended_brings_no_personal_data(changes: dict[str, str], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        clean(ready(POSTS, encoded_page(post(1, **changes))))
    clean(ready(POSTS, encoded_page(post(1, text="@akimat воды нет", author=f"a1:{'b2' * 13}"))))


def test_the_outcome_is_asked_until_all_is_decided() -> None:
    sent = plan([letter(1), letter(2), letter(3)]).send
    time = iter(range(100))

    def query(sql: str, params: dict[str, object]) -> list[dict[str, int]]:
        if "dead_letters_public" in sql:
            first = min(sent[0][1].digests)
            return [{"letters": int(first in params["digests"])}]  # type: ignore[operator]
        return [{"found": int(next(time) > 6)}]

    pauses: list[float] = []
    counted = outcome(query, sent, NOON, 50, pause=pauses.append, clock=lambda: len(pauses))
    assert counted == Outcome(stored=2, died_again=1, on_their_way=0)
    assert pauses
    never = outcome(
        lambda sql, params: [{"found": 0, "letters": 0}], sent, NOON, 3,
        pause=pauses.append, clock=lambda: len(pauses),
    )  # fmt: skip
    assert never == Outcome(stored=0, died_again=0, on_their_way=3)


@pytest.mark.parametrize("moment", range(6))
def test_what_dies_between_two_questions_is_not_called_stored(moment: int) -> None:
    sent = plan([letter(1)]).send
    asked = iter(range(100))

    def query(sql: str, params: dict[str, object]) -> list[dict[str, int]]:
        there = int(next(asked) >= moment)  # the letter and the look, at once
        return [{"found": there, "letters": there}]

    counted = outcome(query, sent, NOON, 50, pause=lambda seconds: None, clock=lambda: 0)
    assert counted == Outcome(stored=0, died_again=1, on_their_way=0)
