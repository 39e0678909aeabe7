"""Every version of every record that was ever written must be read, and read the same.

`tests/fixtures/records/NAME.vN[-what].json` are examples, never changed once they are there.
A new field comes with an example of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rezonans import handling, reasons, records, remade, topics
from rezonans.troubles import Busy

FOLDER = Path(__file__).parent / "fixtures" / "records"
EXAMPLES = sorted(FOLDER.glob("*.json"))


def _structs() -> Iterator[type[msgspec.Struct]]:
    for value in {**vars(records), **vars(handling), **vars(remade)}.values():
        if isinstance(value, type) and issubclass(value, msgspec.Struct):
            yield value


TAGGED = {
    str(struct.__struct_config__.tag): struct
    for struct in _structs()
    if struct.__struct_config__.tag and not struct.__name__.startswith("Raw")
}


def _tag(path: Path) -> str:
    return ".".join((path.stem.split(".")[0], path.stem.split(".")[1].split("-")[0]))


def _examples(tag: str) -> list[Any]:
    return [msgspec.json.decode(path.read_bytes()) for path in EXAMPLES if _tag(path) == tag]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_old_example_is_read_and_written_as_it_was(path: Path) -> None:
    raw = path.read_bytes()
    record = msgspec.json.decode(raw, type=TAGGED[_tag(path)])
    assert msgspec.json.decode(records.encode(record)) == msgspec.json.decode(raw)


@pytest.mark.parametrize("tag", sorted(TAGGED))
def test_every_field_of_every_record_is_in_an_example(tag: str) -> None:
    examples = _examples(tag)
    assert examples, f"no example of {tag}"
    named = {name for example in examples for name in example}
    assert set(TAGGED[tag].__struct_encode_fields__) <= named


@pytest.mark.parametrize(
    ("holder", "struct"),
    [
        (("spike.v1", "lane"), reasons.Lane),
        (("spike.v1", "places"), reasons.Share),
        (("spike.v1", "top"), reasons.TopPost),
        (("spike.v1", "story"), reasons.Story),
        (("spike.v1", "copied"), reasons.CopiedText),
        (("spike.v1", "leaders"), reasons.Leader),
        (("spike.v1", "words"), reasons.Word),
        (("spike.v1", "risen"), reasons.Rise),
        (("spike.v1", "quality"), reasons.Quality),
        (("quality", "sources"), reasons.Trouble),
        (("spike.v1", "forecast"), reasons.Forecast),
        (("spike.v1", "coverage"), reasons.Coverage),
        (("spike.v1", "evidence"), reasons.Evidence),
        (("mention.v1", "places"), records.Place),
        (("remade.v1", "labels"), remade.Labels),
        (("post.v1", "geo"), records.Geo),
    ],
)
def test_every_field_of_what_records_hold_is_in_an_example(
    holder: tuple[str, str], struct: type[msgspec.Struct]
) -> None:
    examples = _examples(holder[0]) or [one.get(holder[0], {}) for one in _examples("spike.v1")]
    held = [example.get(holder[1]) or [] for example in examples]
    inner = [one for value in held for one in (value if isinstance(value, list) else [value])]
    assert set(struct.__struct_encode_fields__) <= {name for one in inner for name in one}


def test_the_topics_carry_records_with_a_version() -> None:
    assert {topic.record for topic in topics.ALL} <= set(TAGGED.values())
    assert all(".v" in tag for tag in TAGGED)


@pytest.mark.parametrize(
    ("tag", "raw", "inner"),
    [
        ("page.v1", records.RawPage, records.Post),
        ("mentions.v1", records.RawMentions, records.Mention),
    ],
)
def test_a_raw_page_is_the_same_page(
    tag: str, raw: type[msgspec.Struct], inner: type[msgspec.Struct]
) -> None:
    wire = (FOLDER / f"{tag}.json").read_bytes()
    page = msgspec.json.decode(wire, type=raw)
    assert msgspec.json.decode(records.encode(page)) == msgspec.json.decode(wire)
    field = "posts" if inner is records.Post else "mentions"
    whole = msgspec.json.decode(wire, type=TAGGED[tag])
    one_by_one = [msgspec.json.decode(bytes(r), type=inner) for r in getattr(page, field)]
    assert tuple(one_by_one) == getattr(whole, field)


def test_what_is_absent_is_none_and_not_on_the_wire() -> None:
    post = msgspec.json.decode((FOLDER / "post.v1-least.json").read_bytes(), type=records.Post)
    assert (post.author, post.counters, post.geo, post.title, post.stated_appeal) == (None,) * 5
    assert b"null" not in records.encode(post)


def test_times_are_aware() -> None:
    post = records.Post(
        item="x:1",
        kind="post",
        published_at=datetime(2026, 11, 20, tzinfo=UTC),
        observed_at=datetime(2026, 11, 20, tzinfo=UTC),
        legal_basis="ours",
    )
    assert msgspec.json.decode(records.encode(post))["published_at"].endswith("Z")


def test_a_later_field_that_is_not_known_here_does_no_harm() -> None:
    example = _examples("post.v1")[0] | {"invented_later": {"a": [1]}}
    post = msgspec.json.decode(msgspec.json.encode(example), type=records.Post)
    assert post.item == example["item"]


def test_another_version_is_refused() -> None:
    example = _examples("post.v1")[0] | {"schema": "post.v2"}
    with pytest.raises(msgspec.ValidationError, match=r"post\.v2"):
        msgspec.json.decode(msgspec.json.encode(example), type=records.Post)


def test_busy_says_for_how_long() -> None:
    error = Busy("the log is away", 2.5)
    assert (str(error), error.retry_after) == ("the log is away", 2.5)
