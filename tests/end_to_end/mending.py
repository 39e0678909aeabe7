"""Poison in the log of a running system, mended by command: the same on every log."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kafka import KafkaProducer

from rezonans.records import encode
from tests.end_to_end.running import wait_for
from tests.streams.factories import page, post

Command = Callable[..., str]
"""`command(*arguments, code=0)`: what `rezonans dead-letters` says; it ends with that code."""

RIGHT = b'"published_at":"2026-11-02T07:00:02Z"'
WRONG = RIGHT.replace(b"Z", b"")


def poison(servers: Sequence[str], sequence: int = 1) -> None:
    """A page of three posts: one can not be read, one has no name and finds no place in the
    store; the third is well."""
    posts = (post(1), post(2), post(3, item=""))
    value = encode(page(*posts, sequence=sequence)).replace(RIGHT, WRONG)
    assert WRONG in value
    with closing(KafkaProducer(bootstrap_servers=list(servers))) as producer:
        producer.send("posts", key=b"test:group", value=value).get(timeout=30)


def mend(command: Command, folder: Path) -> None:
    """What a person does about it, step by step."""
    rows = wait_for(lambda: len(found := _lines(command("count"))) == 2 and found, 60)
    assert {row["stage"]: int(row["letters"]) for row in rows} == {"understand": 1, "store": 1}
    listed = _lines(command("list", "--reason", "no time zone"))
    (bad,) = [one["letter"] for one in listed]
    assert listed[0]["place"].startswith("posts/")
    assert "to be repaired first: posts[0]: published_at" in command("show", bad)

    left = _last(command("replay", "--by", "Айгүл", "--dry-run", "--stage", "understand"))
    assert (left["sent"], left["would_send"]) == (0, 0)
    assert "has no time zone" in next(iter(left["left_out"]))

    file = folder / "mended.json"
    file.write_text(command("show", bad, "--payload"), encoding="utf-8")
    by = ("--by", "Айгүл")
    assert "has no time zone" in command("repair", bad, str(file), *by, code=2)
    file.write_bytes(file.read_bytes().replace(WRONG, RIGHT))
    done = _last(command("repair", bad, str(file), *by))
    assert (done["sent"], done["stored"], done["died_again"], done["on_their_way"]) == (1, 1, 0, 0)
    assert "were sent before" in command("repair", bad, str(file), *by, code=2)

    again = _last(command("replay", *by, "--stage", "store", code=1))
    assert (again["sent"], again["stored"], again["died_again"]) == (1, 0, 1)
    guarded = _last(command("replay", *by))
    assert guarded["sent"] == 0
    assert sum(guarded["left_out"].values()) == 3, "the one that died again has a new place"


def _lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def _last(said: str) -> dict[str, Any]:
    return _lines(said)[-1]
