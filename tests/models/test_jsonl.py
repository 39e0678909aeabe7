"""JSON lines in and out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.jsonl import understand_lines
from models.understanding import Understanding


def _run(understand: Understanding, *lines: str | bytes, batch: int = 256) -> list[dict[str, Any]]:
    raw = [line.encode() if isinstance(line, str) else line for line in lines]
    return [json.loads(line) for line in understand_lines(raw, understand, batch)]


def test_fields_are_added_and_others_kept(understand: Understanding) -> None:
    line = json.dumps({"text": "Нет воды третий день", "id": 7, "title": None, "more": {"a": [1]}})
    found = _run(understand, line)[0]
    assert (found["id"], found["more"], found["text"]) == (7, {"a": [1]}, "Нет воды третий день")
    assert set(found) >= {"language", "script", "topics", "appeal", "sentiment", "urgent", "places"}
    assert set(found["sentiment"]) == {"negative", "neutral", "positive"}
    assert all(isinstance(code, str) and 0 < p <= 1 for code, p in found["topics"])


def test_an_empty_text_gives_empty_labels(understand: Understanding) -> None:
    found = _run(understand, '{"text": ""}')[0]
    assert found["language"] is None
    assert found["topics"] == []
    assert found["sentiment"] is None


def test_a_bad_line_is_told_and_its_neighbours_go_on(understand: Understanding) -> None:
    found = _run(
        understand,
        '{"text": "су жоқ"}',
        "",
        "{nonsense",
        '{"title": "без текста"}',
        '{"text": 5}',
        "[1]",
        b'{"text": "\xff"}',
        '{"text": "рахмет", "home": 3}',
        '{"text": "нет воды", "more": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"text": "нет воды"}',
        batch=2,
    )
    assert [each.get("line") for each in found] == [None, 3, 4, 5, 6, 7, 8, 9, None]
    assert all(f"line {each['line']}: " in each["error"] for each in found if "error" in each)
    assert "`text`" in found[2]["error"]
    assert found[-1]["language"] == "ru"


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_are_answered(understand: Understanding, lines: list[bytes]) -> None:
    found = list(understand_lines(lines, understand))
    assert len(found) == sum(1 for line in lines if line.strip())
