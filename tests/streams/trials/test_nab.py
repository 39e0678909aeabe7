"""The benchmark's scoring against numbers worked out by hand."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams.resonance.series import Point
from streams.trials.nab import PROFILES, Labelled, events, load, mark, sweep

START = datetime(2015, 2, 26, 21, 42, 53, tzinfo=UTC)
ROWS = 1000
STANDARD = PROFILES["standard"]


def time(row: int) -> float:
    return (START + row * timedelta(minutes=5)).timestamp()


def series(*windows: tuple[int, int], rows: int = ROWS) -> Labelled:
    points = [Point(str(row), time(row), 0.0) for row in range(rows)]
    return Labelled("one", points, [(time(start), time(end)) for start, end in windows])


def score(detected: dict[int, float], one: Labelled, profile: str = "standard") -> float:
    column = [detected.get(row, 0.0) for row in range(len(one.points))]
    return sweep({"one": column}, {"one": mark(one)}, PROFILES[profile]).score


def sigmoid(place: float) -> float:
    return 2 / (1 + math.exp(5 * place)) - 1


def test_a_detector_that_says_nothing_scores_zero() -> None:
    assert score({}, series((300, 399))) == 0
    assert sweep({"one": [0.0] * ROWS}, {"one": mark(series())}, STANDARD).score == 0


def test_the_first_row_of_a_window_is_worth_all() -> None:
    assert score({300: 1.0}, series((300, 399))) == pytest.approx(100)


def test_the_middle_and_the_end_are_worth_less() -> None:
    one = series((300, 399))
    for row in (350, 399):
        worth = sigmoid(-(399 - row + 1) / 100) / sigmoid(-1)
        assert score({row: 1.0}, one) == pytest.approx(100 * (worth + 1) / 2)


def test_only_the_best_row_of_a_window_counts() -> None:
    one = series((300, 399))
    assert score({310: 1.0, 350: 1.0}, one) == pytest.approx(score({310: 1.0}, one))


@pytest.mark.parametrize("profile", list(PROFILES))
def test_a_false_detection_costs_by_its_distance(profile: str) -> None:
    one, cost = series((300, 399)), PROFILES[profile]
    span = cost.hit + cost.miss
    near = 100 * (span + cost.false * sigmoid((410 - 399) / 99)) / span
    assert score({300: 1.0, 410: 1.0}, one, profile) == pytest.approx(near)
    far = 100 * (span - cost.false) / span
    assert score({200: 1.0, 300: 1.0}, one, profile) == pytest.approx(far)
    assert score({300: 1.0, 900: 1.0}, one, profile) == pytest.approx(far)


def test_the_threshold_is_chosen_over_all_series() -> None:
    left, right = series((300, 399)), series((500, 599))
    columns = {"left": [0.0] * ROWS, "right": [0.0] * ROWS}
    columns["left"][300] = columns["right"][500] = 0.9
    for row in range(700, 720):
        columns["left"][row] = 0.5
    found = sweep(columns, {"left": mark(left), "right": mark(right)}, STANDARD)
    assert found.score == pytest.approx(100)
    assert found.threshold == 0.9


def test_the_probation_is_not_scored() -> None:
    one = series((300, 399))
    assert mark(one).probation == 150
    assert mark(series(rows=20_000)).probation == 750
    assert score({149: 1.0, 300: 1.0}, one) == pytest.approx(100)


def test_openings_that_are_near_are_one_event() -> None:
    one = series((300, 399), (800, 899))
    found = events({"one": [200, 210, 305, 310, 600]}, [one])
    assert (found.windows, found.hit, found.right, found.false) == (2, 1, 1, 2)
    assert found.precision == pytest.approx(1 / 3)
    assert found.recall == 0.5
    assert list(found.delays) == pytest.approx([(305 - 349.5) / 12])


def test_the_folder_of_the_benchmark(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    key = "realTweets/Twitter_volume_X.csv"
    other = "realTweets/Twitter_volume_Y.csv"
    limits = [["2015-02-26 21:47:53.000000", "2015-02-26 21:52:53.000000"]]
    (tmp_path / "combined_windows.json").write_text(json.dumps({key: limits, other: []}))
    rows = "timestamp,value\n2015-02-26 21:42:53,8\n2015-02-26 21:47:53,9\n2015-02-26 21:52:53,1\n"
    (tmp_path / "data" / "Twitter_volume_X.csv").write_text(rows)
    (found,) = load(tmp_path)
    assert found.name == "X"
    assert mark(found).window == [None, 0, 0]


@pytest.mark.shared
def test_the_labelled_series_are_found_whole(shared_dir: Path) -> None:
    found = load(shared_dir / "nab")
    assert len(found) == 5
    assert sum(len(one.windows) for one in found) == 17
    for one in found:
        inside = {window for window in mark(one).window if window is not None}
        assert len(inside) == len(one.windows)
