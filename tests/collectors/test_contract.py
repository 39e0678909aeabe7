"""What every collector keeps, whatever it reads. A new kind is covered by its fixture folder."""

from __future__ import annotations

import random
from contextlib import suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import collectors
from collectors import Answer, Rejected
from rezonans.records import Post
from rezonans.troubles import Busy, Invalid
from tests.collectors.kit import (
    Case,
    answers,
    case,
    cursor_after,
    lines,
    pieces,
    read,
    stored,
)

KINDS = collectors.kinds()
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


@pytest.fixture(params=KINDS, scope="module")
def one(request: pytest.FixtureRequest) -> Case:
    return case(request.param)


def test_there_are_collectors() -> None:
    assert {"rss", "file", "simulate"} <= set(KINDS)


def test_says_what_it_is(one: Case) -> None:
    assert one.collector.VERSION
    assert one.collector.OFFERS.legal_note


def test_what_is_not_offered_never_comes_and_is_never_zero(one: Case) -> None:
    offers, posts = one.collector.OFFERS, [p for p in read(one) if isinstance(p, Post)]
    given = {
        "comments": [p for p in posts if p.kind in ("comment", "reply")],
        "counters": [p for p in posts if p.counters is not None or p.event == "counters"],
        "edits": [p for p in posts if p.event == "edited"],
        "deletions": [p for p in posts if p.event == "deleted"],
    }
    for name, found in given.items():
        assert getattr(offers, name) or not found, f"{name} came and is not offered"
    assert not [p for p in posts if p.counters == {}], "no figures at all is None"
    assert set(offers.partly) <= {name for name in given if getattr(offers, name)}


def test_refuses_unknown_keys_and_a_missing_legal_basis(one: Case) -> None:
    table = one.config.model_dump(exclude_unset=True)
    with pytest.raises(ValueError, match="extra"):
        type(one.config).model_validate({**table, "colour": "red"})
    with pytest.raises(ValueError, match="legal_basis"):
        type(one.config).model_validate({k: v for k, v in table.items() if k != "legal_basis"})


def test_a_trial_by_hand_uses_settings_that_exist(one: Case) -> None:
    fields = set(type(one.config).model_fields)
    assert set(one.collector.trial("anything at all")) <= fields


def test_targets_have_names_and_containers_of_their_own(one: Case) -> None:
    targets = one.targets
    assert targets
    assert len({target.name for target in targets}) == len(targets)
    for target in targets:
        platform, _, rest = target.container.partition(":")
        assert platform
        assert rest


def test_the_recorded_page_gives_the_expected_posts(one: Case) -> None:
    good, bad = lines(read(one))
    expected = one.folder / "expected.jsonl"
    assert expected.exists(), (
        f"nothing says what the page gives: python -m tests.collectors.kit {one.kind}, "
        "then read what it wrote"
    )
    assert good == stored(expected)
    assert bad == stored(one.folder / "rejected.jsonl")
    assert good


def test_identities_are_prefixed_and_unique(one: Case) -> None:
    for target in one.targets:
        posts = [p for p in pieces(one, target, answers(one, target)) if isinstance(p, Post)]
        created = [post.item for post in posts if post.event == "created"]
        assert len(set(created)) == len(created)
        platform = target.container.split(":")[0]
        assert all(post.item.startswith(f"{platform}:") for post in posts)


def test_posts_carry_their_legal_basis_and_a_time(one: Case) -> None:
    for post in read(one):
        if isinstance(post, Post):
            assert post.legal_basis == one.config.legal_basis
            assert post.published_at.tzinfo is not None
            assert post.observed_at.tzinfo is not None


def test_parsing_twice_gives_the_same(one: Case) -> None:
    for target in one.targets:
        got = answers(one, target, most=5)
        assert pieces(one, target, got) == pieces(one, target, got)


def test_the_context_is_all_that_parse_knows(one: Case) -> None:
    """An answer that went through a file on the way parses as if it had not."""
    target = one.targets[0]
    got = answers(one, target, most=3)
    again = [Answer(body=bytes(a.body), context=dict(a.context), history=a.history) for a in got]
    assert pieces(one, target, got) == pieces(one, target, again)


def _only_invalid(one: Case, answer: Answer) -> None:
    got: list[Post | Rejected] = []
    with suppress(Invalid):
        got += one.collector.parse(one.config, one.targets[0], answer)
    assert all(isinstance(piece, Post | Rejected) for piece in got)


def _sample(one: Case) -> Answer:
    got = answers(one, one.targets[0], most=3)
    return next(answer for answer in got if answer.body)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=400) | TEXTS.map(str.encode))
def test_bytes_of_any_kind_are_invalid_or_posts(kind: str, body: bytes) -> None:
    one = case(kind)
    _only_invalid(one, Answer(body=body, context=_sample(one).context))


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_page_is_invalid_or_posts(one: Case, seed: int) -> None:
    rng, answer = random.Random(seed), _sample(one)
    body = bytearray(answer.body)
    start = rng.randrange(len(body))
    harm = rng.randrange(4)
    if harm == 0:
        body = body[:start]
    elif harm == 1:
        body[start : start + rng.randrange(1, 30)] = b""
    elif harm == 2:
        body[start : start + 1] = rng.randbytes(rng.randrange(1, 9))
    else:
        body[start:start] = rng.choice([b"null", b'"', b"<", b"\xff\xfe", b"\x00", b"{[", b"&x;"])
    _only_invalid(one, Answer(body=bytes(body), context=answer.context))


def _facts(one: Case, cursor: str | None = None, most: int | None = None) -> set[tuple[str, int]]:
    target = one.targets[0]
    return _of(pieces(one, target, answers(one, target, cursor, most=most)))


def _of(got: list[Post | Rejected]) -> set[tuple[str, int]]:
    return {(post.item, post.revision) for post in got if isinstance(post, Post)}


def test_reading_can_stop_anywhere_and_loses_nothing(one: Case) -> None:
    target = one.targets[0]
    whole = answers(one, target)
    truth = _of(pieces(one, target, whole))
    for stop in sorted({1, 2, 3, len(whole) // 2, len(whole) - 1} & set(range(1, len(whole) + 1))):
        before = answers(one, target, most=stop)
        after = answers(one, target, cursor_after(before))
        assert _of(pieces(one, target, before)) | _of(pieces(one, target, after)) == truth


def test_a_second_look_brings_nothing_twice(one: Case) -> None:
    target = one.targets[0]
    cursor = cursor_after(answers(one, target))
    assert cursor is not None
    again = answers(one, target, cursor)
    assert _of(pieces(one, target, again)) == set()
    assert cursor_after(again, cursor) == cursor


@pytest.mark.parametrize("status", [403, 404, 410, 429, 451, 500, 502, 503])
def test_refusals_are_busy_with_a_sentence(one: Case, status: int) -> None:
    if not one.over_http:
        pytest.skip("asks nobody")
    with pytest.raises(Busy) as caught:
        answers(one, one.targets[0], handler=lambda request: httpx.Response(status))
    assert str(status) in str(caught.value) or status == 451
    assert caught.value.retry_after > 0


def test_429_waits_as_long_as_asked(one: Case) -> None:
    if not one.over_http:
        pytest.skip("asks nobody")
    slow = httpx.Response(429, headers={"Retry-After": "77"})
    with pytest.raises(Busy) as caught:
        answers(one, one.targets[0], handler=lambda request: slow)
    assert caught.value.retry_after == 77
