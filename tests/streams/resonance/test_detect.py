"""The detector over a series, and the command around it."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from rezonans.cli import main
from streams.resonance.detect import Row, detect
from streams.resonance.series import Point
from streams.resonance.settings import ResonanceSettings

START = datetime(2026, 3, 2, tzinfo=UTC)
STEP = 600
DAY = 86400 // STEP


def series(days: int, spikes: dict[int, float], seed: int = 1) -> list[Point]:
    """Poisson counts with a day's rhythm; `spikes` are first rows and factors of an hour."""
    chance = np.random.default_rng(seed)
    points = []
    for row in range(days * DAY):
        at = START + row * timedelta(seconds=STEP)
        rate = 8 * (1 + 0.6 * np.sin((at.hour - 9) / 24 * 2 * np.pi))
        for first, factor in spikes.items():
            rate *= factor if first <= row < first + 6 else 1
        points.append(Point(at.isoformat(), at.timestamp(), float(chance.poisson(rate))))
    return points


SETTINGS = ResonanceSettings(bin_seconds=STEP, false_alarms=0.05)
"""Rare enough that in two weeks nothing else opens."""
NOON = 9 * DAY + DAY // 2


@cache
def spiky() -> tuple[Row, ...]:
    return tuple(detect(series(12, {NOON: 6}), SETTINGS))


def test_a_spike_opens_once_stays_open_and_closes() -> None:
    rows = spiky()
    (opened,) = [at for at, row in enumerate(rows) if row.state == "opened"]
    (closed,) = [at for at, row in enumerate(rows) if row.state == "closed"]
    assert NOON <= opened <= NOON + 2
    assert 8 * 3600 <= (closed - opened) * STEP <= 20 * 3600
    assert {row.state for row in rows[opened + 1 : closed]} <= {"open", "escalated"}
    assert {row.state for row in rows[:opened] + rows[closed + 1 :]} == {"none"}


def test_only_an_opening_has_half_and_more() -> None:
    assert all((row.score >= 0.5) == (row.state == "opened") for row in spiky())
    assert all(0 <= row.score <= 1 for row in spiky())


def test_it_knows_what_is_expected() -> None:
    rows = spiky()[-DAY:]
    inside = [row.low <= (row.point.value or 0) <= row.high for row in rows]
    assert np.mean(inside) > 0.75
    assert np.mean([row.expected for row in rows]) == pytest.approx(8, rel=0.15)


def test_a_row_depends_on_the_rows_before_it_alone() -> None:
    points = series(12, {NOON: 6})
    again = detect(points[: NOON + 3], SETTINGS)
    assert tuple(again) == spiky()[: NOON + 3]


def test_a_gap_is_missing_data_not_silence() -> None:
    points = series(12, {})
    quiet = [Point(p.timestamp, p.time, 0.0) for p in points[9 * DAY : 10 * DAY]]
    cut = points[: 9 * DAY] + points[10 * DAY :]
    blank = [Point(p.timestamp, p.time, None) for p in quiet]
    empty = points[: 9 * DAY] + blank + points[10 * DAY :]
    left = list(detect(cut, SETTINGS))[-DAY:]
    right = list(detect(empty, SETTINGS))[-DAY:]
    assert left == right
    assert left[0].expected > 3
    assert not any(row.state == "opened" for row in left)


# -- the command -------------------------------------------------------------------------


def written(folder: Path, points: list[Point]) -> Path:
    path = folder / "counts.csv"
    rows = [f"{p.timestamp},{'' if p.value is None else p.value:g}" for p in points if p.value]
    path.write_text("\n".join(["timestamp,value", *rows]) + "\n", "utf-8")
    return path


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["detect", *words])
    return int(stop.value.code or 0)


def test_the_command_writes_a_row_for_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    points = series(3, {2 * DAY + 40: 9})
    source, target = written(tmp_path, points), tmp_path / "scores.csv"
    assert run("--input", str(source), "--output", str(target)) == 0
    rows = list(csv.DictReader(target.read_text("utf-8").splitlines()))
    assert [row["timestamp"] for row in rows] == [p.timestamp for p in points if p.value]
    assert list(rows[0]) == ["timestamp", "value", "expected", "low", "high", "score", "state"]
    assert "opened" in {row["state"] for row in rows}
    whole = target.read_bytes()
    assert run("--input", str(source), "--output", str(target), "--step", str(STEP)) == 0
    assert target.read_bytes() == whole


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        ("timestamp,value\n2026-03-02 14:05:00,x\n", [], "line 2: 'x' is no number"),
        ("timestamp,value\n2026-03-02,1\n2026-03-05,1\n", [], "rows are 259200 s apart"),
        ("", [], "no column timestamp and value"),
        ("timestamp,value\n", ["--step", "5"], "--step 5: seconds a row, 10 to 3600"),
        (None, [], "No such file"),
        ("timestamp,value\n2026-03-02 14:05,1\n2026-03-02 15:05,1\n", ["--step", "60"], "not 60"),
        ("timestamp,value\n\xff", [], "its letters are not UTF-8"),
    ],
)
def test_a_bad_file_is_one_sentence_and_exit_code_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, more: list[str], says: str
) -> None:
    source = tmp_path / "counts.csv"
    if text is not None:
        source.write_bytes(text.encode("latin-1"))
    assert run("--input", str(source), "--output", str(tmp_path / "out.csv"), *more) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()


def test_random_order_of_columns_and_noise_never_crashes(tmp_path: Path) -> None:
    chance = random.Random(1)
    source = tmp_path / "counts.csv"
    for _ in range(30):
        text = "timestamp,value\n" + "".join(chance.choices('0123456789-: ,\n"xT.', k=60))
        source.write_text(text, "utf-8")
        assert run("--input", str(source), "--output", str(tmp_path / "o.csv")) in (0, 2)
