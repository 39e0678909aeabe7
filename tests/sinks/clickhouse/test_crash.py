"""A store that is killed in mid-write: all that was acknowledged is there, once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sinks.clickhouse.crashing import PER_PAGE

ROOT = Path(__file__).resolve().parents[3]


def command(action: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.sinks.clickhouse.crashing", action, f"chdb://{folder}"]


def killed_after(pages: int, folder: Path) -> int:
    """The last page that the writer acknowledged before it was killed."""
    with subprocess.Popen(
        command("write", folder), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writing:
        assert writing.stdout is not None
        for _ in range(pages):
            last = int(writing.stdout.readline())
        writing.kill()
        return max([last, *map(int, writing.stdout.read().split())])


@pytest.mark.integration
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    acknowledged = 0
    for pages in (7, 5):
        acknowledged = killed_after(pages, tmp_path)
    told = subprocess.run(
        command("count", tmp_path), cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(told.stdout)
    assert found["rows"] == found["items"]
    assert found["items"] >= acknowledged * PER_PAGE
    # one page may have been stored without its acknowledgement; a cursor never runs ahead
    assert acknowledged <= found["cursor"] <= found["items"] // PER_PAGE
    assert found["items"] <= (acknowledged + 1) * PER_PAGE
