"""Past mentions: two versions side by side, and weeks that change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from models import drift, language, past, shadow
from models.past import Past
from models.texts import Text
from models.understanding import Labels
from rezonans.records import Sentiment
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
        "language": 0, "topic": 2, "appeal": 0, "sentiment": 3, "urgent": 0,
    }  # fmt: skip
    assert found["topic"].moves == [shadow.Move("water", "gas", 2)]
    assert [each.text for each in found["topic"].examples] == ["нет воды", "вода пришла"]
    told = shadow.told(list(found.values()))
    assert "## topic: 2 of 3 (66.7%) differ\n- water -> gas: 2" in told


def test_a_version_does_not_differ_from_itself() -> None:
    same = _version("water", SAD)
    assert not any(each.changed for each in shadow.compare([_past("нет воды")], same, same))


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


def test_weeks_tell_what_is_in_them() -> None:
    one, two = _weeks({"water": 60, "-": 40}, {"water": 60, "-": 40})
    assert (one.monday, two.monday) == (date(2026, 11, 16), date(2026, 11, 23))
    assert (one.texts, one.abstained, one.unknown) == (100, 0.4, 0.0)
    assert one.mix["topic"] == {"water": 0.6, "(none)": 0.4}
    assert one.moved is None
    assert two.moved == pytest.approx(0, abs=0.01)
    assert drift.alarms([one, two]) == []
    assert "Nothing has moved." in drift.told([one, two])


def test_a_moved_mix_more_silence_and_new_words_are_told() -> None:
    usual = {"water": 60, "roads": 30, "-": 10}
    found = _weeks(usual, usual, {"snow": 60, "-": 40})
    moved, abstained, unknown = drift.alarms(found)
    assert "mix of topics has moved" in moved
    assert abstained.startswith("abstained: 40.0%, usually 10.0%")
    assert unknown.startswith("unknown: 37.5%, usually 0.0%")
    assert f"- {moved}" in drift.told(found)


def test_a_week_of_few_texts_is_not_judged() -> None:
    found = _weeks({"water": 100}, {"snow": 10})
    assert found[1].moved is None
    assert drift.alarms(found) == []


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
