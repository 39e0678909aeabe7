"""What a person may do, and what is refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.i18n import LANGUAGES, translator
from rezonans.troubles import Invalid
from sinks.actions import LONGEST_MUTE, act, name

NOW = datetime(2026, 11, 22, 9, 5, 30, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("order", "verb", "subject", "value"),
    [
        ("acknowledge spike:a1", "acknowledge", "spike:a1", None),
        ("mark spike:a1 useless", "mark", "spike:a1", "useless"),
        ("mute topic:water 240", "mute", "topic:water", "2026-11-22T13:05:30+00:00"),
        ("mute region:31 off", "mute", "region:31", "off"),
        ("mute district:313600000 off", "mute", "district:313600000", "off"),
        ("mute story:a1 1", "mute", "story:a1", "2026-11-22T09:06:30+00:00"),
        ("mute spike:a1 1", "mute", "spike:a1", "2026-11-22T09:06:30+00:00"),
        ("crisis desk:* 720", "crisis", "desk:*", "2026-11-22T21:05:30+00:00"),
        ("crisis desk:press off", "crisis", "desk:press", "off"),
        ("relabel item:vk:1_2 topic=water", "relabel", "item:vk:1_2", "topic=water"),
        ("relabel item:vk:1 appeal=none", "relabel", "item:vk:1", "appeal=none"),
        ("relabel item:vk:1 urgent=calm", "relabel", "item:vk:1", "urgent=calm"),
    ],
)
def test_orders(order: str, verb: str, subject: str, value: str | None) -> None:
    action = act(order, " Айгүл  Серікқызы ", NOW, new_id=lambda: "id")
    assert (action.verb, action.subject, action.value) == (verb, subject, value)
    assert (action.action, action.at, action.by) == ("id", NOW, "Айгүл Серікқызы")


@pytest.mark.parametrize(
    "order",
    ["", "x", "acknowledge", "acknowledge a1", "acknowledge spike:", "acknowledge spike:a1 5",
     "acknowledge spike:a b c", "mark spike:a1", "mark spike:a1 bad", "mark topic:water useful",
     "mute topic:nosuch 5", "mute region:99 5", "mute district:313600001 5",
     "mute district:993600000 5", "mute author:x 5", "mute story: 5", "mute topic:water",
     "mute topic:water 0", "mute topic:water -5", "mute topic:water 43201", "mute topic:water ²",
     "mute topic:water 9999999", "crisis * 5", "crisis desk:* 10081", "crisis desk:a/b 5",
     "relabel spike:a1", "relabel item:vk:1", "relabel item:vk:1 water",
     "relabel item:vk:1 appeal=no", "relabel item:vk:1 topic=", "relabel spike:a1 topic=water",
     "relabel item:vk:1 topic=nosuch",
     "answered spike:a1"],
)  # fmt: skip
def test_what_can_not_be_done_is_refused_in_every_language(order: str) -> None:
    with pytest.raises(Invalid) as error:
        act(order, "Айгүл", NOW)
    for language in LANGUAGES:
        assert translator(language).gettext(str(error.value)) != str(error.value)


@pytest.mark.parametrize(
    "text", ["Айгүл", "Ержан Б.", "Anna-Maria", "О’Нил", "дежурный 2", "Әсем Құрманғали"]
)
def test_names(text: str) -> None:
    assert name(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "a", "<b>x</b>", "a" * 61, "12", "a\u202eb", "x@y.kz", "a=b"]
)
def test_no_names(text: str) -> None:
    with pytest.raises(Invalid):
        name(text)


@given(st.text(), st.text())
def test_anything_is_an_action_or_refused(order: str, by: str) -> None:
    try:
        action = act(order, by, NOW)
    except Invalid:
        return
    assert action.by == name(by)


@given(st.integers(1, 10**6))
def test_nothing_is_muted_for_ever(minutes: int) -> None:
    try:
        action = act(f"mute topic:water {minutes}", "Айгүл", NOW)
    except Invalid:
        assert timedelta(minutes=minutes) > LONGEST_MUTE
        return
    until = datetime.fromisoformat(action.value or "")
    assert NOW - timedelta(seconds=1) < until <= NOW + LONGEST_MUTE
