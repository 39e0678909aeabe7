"""Past mentions: two versions side by side, and weeks that change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import drift, language, moved, past, shadow
from models.past import Past
from models.texts import Text
from models.understanding import Labels
from rezonans.records import Place, Sentiment
from rezonans.troubles import Invalid

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday


def _past(text: str, days: int = 0, **labels: str) -> Past:
    at = NOW - timedelta(days=days)
    return Past(
        item=f"i{days}", text=Text(text=text), at=at, topic=labels.get("topic"),
        language=labels.get("language"),
    )  # fmt: skip


def _version(topic: str, feeling: Sentiment) -> shadow.Understand:
    def understand(texts: Sequence[Text]) -> list[Labels]:
        return [
            Labels(
                language="ru",
                topics=((topic, 0.9),) if "вод" in text.text else (),
                appeal="complaint",
                sentiment=feeling,
                urgent=0.4,
            )
            for text in texts
        ]

    return understand


SAD, GLAD = Sentiment(0.8, 0.1, 0.1), Sentiment(0.1, 0.1, 0.8)


def test_two_versions_differ_where_they_differ() -> None:
    listed = [_past("нет воды"), _past("вода пришла"), _past("тихо")]
    found = {
        change.question: change
        for change in shadow.compare(listed, _version("water", SAD), _version("gas", GLAD))
    }
    assert {name: change.changed for name, change in found.items()} == {
        "any": 3, "language": 0, "topics": 2, "appeal": 0, "sentiment": 3, "urgent": 0, "places": 0,
    }  # fmt: skip
    assert found["topics"].moves == [shadow.Move("water", "gas", 2)]
    assert [each.text for each in found["topics"].examples] == ["нет воды"]
    assert found["any"].moves[0] == shadow.Move(shadow.SAME, "topics + sentiment", 2)
    told = shadow.told(list(found.values()))
    assert told.startswith("Only 3 mentions: ")
    assert "## any: 3 of 3 would be labelled otherwise (100.0%; 43.9% to 100.0%)" in told
    assert "## topics: 2 of 3 differ (66.7%; 20.8% to 93.8%)\n- water -> gas: 2" in told


def test_a_version_does_not_differ_from_itself() -> None:
    same = _version("water", SAD)
    listed = [_past("нет воды")] * shadow.FEWEST
    found = shadow.compare(listed, same, same)
    assert not any(each.changed for each in found)
    assert found[0].high == pytest.approx(0.0126, abs=1e-4)
    assert "Only" not in shadow.told(found)


def _said(**labels: Any) -> shadow.Understand:
    return lambda texts: [Labels(**labels) for _ in texts]


@pytest.mark.parametrize(
    ("question", "old", "new", "move"),
    [
        ("topics", {"topics": (("water", 0.9),)}, {"topics": (("water", 0.8), ("emergency", 0.5))},
         ("water", "water + emergency")),
        ("topics", {"topics": (("gas", 0.9), ("water", 0.4))},
         {"topics": (("water", 0.9), ("gas", 0.4))}, ("gas + water", "water + gas")),
        ("appeal", {"appeal": "question"}, {}, ("question", "(nothing)")),
        ("sentiment", {"sentiment": SAD}, {"sentiment": GLAD}, ("negative", "positive")),
        ("language", {"language": "ru"}, {"language": "mixed"}, ("ru", "mixed")),
        ("urgent", {"urgent": 0.49}, {"urgent": 0.5}, ("calm", "urgent")),
        ("places", {}, {"places": (Place(kato="310000000", level="region", name="Жамбыл",
                                         how="name"),)}, ("(nothing)", "Жамбыл")),
    ],
)  # fmt: skip
def test_each_label_that_is_shown_is_compared(
    question: str, old: dict[str, Any], new: dict[str, Any], move: tuple[str, str]
) -> None:
    found = {
        each.question: each for each in shadow.compare([_past("x")], _said(**old), _said(**new))
    }
    assert {name for name, each in found.items() if each.changed} == {"any", question}
    assert found[question].moves == [shadow.Move(*move, 1)]


def test_a_reader_sees_each_kind_of_change_once_and_the_rest_counted() -> None:
    listed = [_past(f"t{n}") for n in range(20) for _ in range(1 + (n < 3))]

    def new(texts: Sequence[Text]) -> list[Labels]:
        return [Labels(topics=((text.text, 0.9),)) for text in texts]

    _, _, topics, *_ = found = shadow.compare(listed, _said(), new)
    assert [each.new for each in topics.examples[:3]] == ["t0", "t1", "t2"]
    assert len({each.new for each in topics.examples}) == shadow.EXAMPLES
    assert f"- 12 other kinds: {23 - 3 * 2 - 5}" in shadow.told(found)


def _weeks(*topics: dict[str, int]) -> list[drift.Week]:
    """Weeks, the oldest first, of so many texts a topic; "-" is none."""
    listed = [
        _past(f"слово {topic}", 7 * (len(topics) - 1 - week), topic="" if topic == "-" else topic)
        for week, counts in enumerate(topics)
        for topic, count in counts.items()
        for _ in range(count)
    ]
    listed = [
        Past(item=each.item, text=each.text, at=each.at, topic=each.topic or None)
        for each in listed
    ]
    return drift.weeks(listed, lambda word: word != "snow")


def _moved(found: list[drift.Week]) -> list[str]:
    return [line for line in drift.closing(found) if line.startswith("- moved: ")]


def test_weeks_tell_what_is_in_them() -> None:
    one, two = _weeks({"water": 600, "-": 400}, {"water": 600, "-": 400})
    assert (one.monday, two.monday) == (date(2026, 11, 16), date(2026, 11, 23))
    assert (one.texts, one.conversations, one.abstained, one.unknown) == (1000, 1000, 0.4, 0.0)
    assert one.mix["topic"] == {"water": 0.6, "(unsure)": 0.4}
    assert (one.moved["topic"].index, one.jumps) == (None, {})
    assert two.moved["topic"].index == pytest.approx(0, abs=0.01)
    assert {made.verdict for made in two.moved.values()} == {"steady"}
    assert _moved([one, two]) == []
    assert "Nothing has moved: 6 things were judged" in drift.told([one, two])


def test_surely_no_appeal_is_told_from_not_sure() -> None:
    listed = [
        Past(item=f"{n}", text=Text(text="слово"), at=NOW, language="ru", appeal=appeal)
        for n, appeal in enumerate((None, "none", "none", "complaint"))
    ]
    told = drift.told(drift.weeks(listed, lambda _: True))
    assert "| 2026-11-23 | none 50%, (unsure) 25%, complaint 25% |" in told


def test_a_moved_mix_more_silence_and_new_words_are_told() -> None:
    usual = {"water": 60, "roads": 30, "-": 10}
    found = _weeks(usual, usual, {"snow": 60, "-": 40})
    mix, abstained, unknown = _moved(found)
    assert mix.startswith("- moved: the mix of topic: index")
    assert abstained.startswith("- moved: abstained: 40.0%, before 10.0%: +30.0 points (+")
    assert unknown.startswith("- moved: unknown: 37.5%, before 0.0%: +37.5 points (+")
    assert f"\n{mix}\n" in drift.told(found)


def test_one_week_of_few_texts_is_said_to_be_too_little() -> None:
    found = _weeks({"water": 12, "roads": 6, "-": 3})
    (said,) = drift.closing(found)
    assert said.startswith("- too little to judge: 21 texts in one week.")
    chance, needed = found[0].moved["topic"].chance, found[0].moved["topic"].needed
    assert chance > moved.MOVED
    assert f"up to {chance:.2f} (19 times of 20)" in said
    assert f"of some {needed} texts each" in said
    assert "Nothing has moved" not in drift.told(found)


def test_so_many_texts_as_are_asked_for_are_enough() -> None:
    needed = _weeks({"water": 12, "roads": 6, "-": 3})[0].moved["topic"].needed
    usual = {"water": 12 * needed // 21, "roads": 6 * needed // 21, "-": 3 * needed // 21}
    assert _weeks(usual, usual)[1].moved["topic"].verdict == "steady"


def test_a_week_of_few_texts_is_not_judged() -> None:
    found = _weeks({"water": 100}, {"snow": 10})
    assert found[1].moved["topic"].verdict == "unsure"
    assert _moved(found) == []
    assert "too little to judge: 110 texts in 2 weeks, 10 in the last" in drift.told(found)


def test_one_loud_conversation_is_not_the_mix_of_a_week() -> None:
    """Sixty comments under two articles are not sixty voices: chance could have brought them."""

    def week(topics: dict[str, int], days: int, threads: int) -> list[Past]:
        return [
            Past(item=f"{n}", text=Text(text="слово", context=f"{days} {n % threads} {topic}"),
                 at=NOW - timedelta(days=days), topic=topic)
            for topic, count in topics.items() for n in range(count)
        ]  # fmt: skip

    usual = week({"water": 30, "roads": 30}, 7, 2)
    loud, apart = week({"water": 20, "roads": 40}, 0, 1), week({"water": 20, "roads": 40}, 0, 40)
    found = [
        drift.weeks([*usual, *last], lambda _: True)[1].moved["topic"] for last in (loud, apart)
    ]
    assert found[0].index == found[1].index
    assert found[0].chance > 2 * found[1].chance


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=4, max_size=4),
    st.lists(st.integers(0, 40), min_size=4, max_size=4),
)
def test_whatever_the_weeks_are_they_are_judged(one: list[int], two: list[int]) -> None:
    names = ("water", "roads", "gas", "-")
    found = _weeks(*(dict(zip(names, counts, strict=True)) for counts in (one, two)))
    for made in (made for week in found for made in week.moved.values()):
        assert made.chance >= 0
        assert made.needed >= moved.FEWEST
        if made.verdict == "moved":
            assert made.index is not None
            assert made.index > max(made.chance, moved.MOVED - 1e-4)
    if found:
        assert drift.told(found).strip()


def test_known_words_are_of_a_dictionary_or_of_a_language(model: language.Model) -> None:
    known = drift.known_words(model)
    for word in ("вода", "ВОДЫ".lower(), "жылу", "әкімдік"):
        assert known(word), word
    for word in ("ъхъщпр", "facebook"):
        assert not known(word), word


def test_lines_of_understand_are_read() -> None:
    line = {
        "text": "нет воды", "item": "vk:1", "published_at": "2026-11-20T10:00:00Z",
        "topics": [["water", 0.9], ["roads", 0.3]], "appeal": "complaint", "urgent": 0.1,
        "sentiment": {"negative": 0.7, "neutral": 0.2, "positive": 0.1}, "places": [], "id": 7,
    }  # fmt: skip
    first, second = past.of_lines(
        [json.dumps(line).encode(), b"", b'{"text": "so"}'], "a.jsonl", NOW
    )
    assert (first.item, first.topic, first.appeal, first.sentiment) == (
        "vk:1", "water", "complaint", "negative",
    )  # fmt: skip
    assert (second.item, second.topic, second.at) == ("line 3", None, NOW)


@pytest.mark.parametrize("line", [b"no", b'{"title": "x"}', b'{"text": 1}', b"\xff"])
def test_a_bad_line_is_told_with_its_number(line: bytes) -> None:
    with pytest.raises(Invalid, match=r"a.jsonl:2: .*expected an object with text"):
        past.of_lines([b'{"text": "so"}', line], "a.jsonl", NOW)
