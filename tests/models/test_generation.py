"""The number that orders what was understood before and after weights changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import generation, understanding
from models.generation import GENERATION
from models.train import generation as recording
from models.understanding import HEADS
from models.weights import ARTIFACTS
from sinks.clickhouse.versions import generation_of


def test_changed_weights_raise_the_generation() -> None:
    """Who changes what is shipped raises `GENERATION` and runs `models.train.generation`."""
    record = generation.read(ARTIFACTS)
    assert record.digests == understanding.load().digests
    assert record.generation == GENERATION


def test_every_version_begins_with_the_generation() -> None:
    found = understanding.load()
    assert set(found.versions) == {*HEADS, "language", "places"}
    assert found.versions == {
        name: f"{GENERATION}+{digest}" for name, digest in found.digests.items()
    }


@pytest.mark.parametrize("digest", ["2d09ec62dbae", "998e1f", "-7", "kato-2025", "0.5"])
@pytest.mark.parametrize("older", ["f0", "9999", "1-1"])
def test_the_store_takes_a_later_generation_for_newer(older: str, digest: str) -> None:
    before = generation.stamped({"topic": older, "places": older}, 9)
    after = generation.stamped({"topic": digest, "places": digest}, 10)
    assert generation_of(tuple(before.items())) < generation_of(tuple(after.items()))


def test_the_record_is_written_from_the_weights(tmp_path: Path) -> None:
    generation.write(tmp_path, {"topic": "b", "appeal": "a"}, 7)
    assert generation.read(tmp_path) == generation.Record(7, {"appeal": "a", "topic": "b"})


def test_the_record_is_made_of_the_weights_beside_it(tmp_path: Path) -> None:
    for head in (*HEADS, "language"):
        (tmp_path / head).symlink_to(ARTIFACTS / head)
    recording.main(tmp_path)
    assert generation.read(tmp_path) == generation.read(ARTIFACTS)
