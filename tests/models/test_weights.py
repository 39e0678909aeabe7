"""Weights on disk: whole, small, described; damage is told in one sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from models import features, language, linear, weights
from models.train import HEADS
from models.train.card import Report
from models.understanding import load
from models.weights import ARTIFACTS, WeightsError


@pytest.mark.parametrize("head", HEADS)
def test_every_head_has_card_report_and_matching_digest(head: str) -> None:
    manifest, _ = weights.load(ARTIFACTS / head)
    card = (ARTIFACTS / head / "card.md").read_text("utf-8")
    report = msgspec.json.decode((ARTIFACTS / head / "report.json").read_bytes(), type=Report)
    assert manifest.sha256 in card
    assert report.sha256 == manifest.sha256
    assert report.tests
    for part in ("## Data and licences", "## Scores", "## Known failures"):
        assert part in card


def test_weights_carry_their_own_notice_and_stay_small() -> None:
    assert "CC BY-NC-SA 4.0" in (ARTIFACTS / "NOTICE.md").read_text("utf-8")
    assert sum(path.stat().st_size for path in ARTIFACTS.rglob("*")) < 25_000_000


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ARTIFACTS / "urgent", tmp_path / "urgent")
    return tmp_path / "urgent"


@pytest.mark.parametrize("name", ["weights.npz", "manifest.json"])
def test_a_missing_file_is_named_with_the_remedy(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(WeightsError, match=rf"{name}: No such file.*rezonans train urgent"):
        linear.load(copy)


def test_a_changed_byte_is_noticed(copy: Path) -> None:
    raw = bytearray((copy / "weights.npz").read_bytes())
    raw[len(raw) // 2] ^= 1
    (copy / "weights.npz").write_bytes(bytes(raw))
    with pytest.raises(WeightsError, match="does not match its manifest"):
        linear.load(copy)


def test_a_broken_manifest_is_told(copy: Path) -> None:
    (copy / "manifest.json").write_text("{")
    with pytest.raises(WeightsError, match=r"manifest\.json"):
        linear.load(copy)


def test_the_weights_of_another_head_are_refused(copy: Path) -> None:
    other = copy.rename(copy.with_name("appeal"))
    with pytest.raises(WeightsError, match="mixed up"):
        linear.load(other)


def test_weights_of_other_features_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "topic"
    arrays = {"coefficients": np.zeros((8, 2)), "intercept": np.zeros(2)}
    weights.save(folder, arrays, features="0", classes=("a", "b"))
    with pytest.raises(WeightsError, match="trained on features 0"):
        linear.load(folder)


@pytest.mark.parametrize(
    ("coefficients", "told"),
    [
        (np.zeros((8, 2)), "8 rows of numbers for"),
        (np.full((8, 2), "x"), "not of numbers"),
        (np.zeros(()), "different shapes"),
    ],
)
def test_weights_of_these_features_with_other_arrays_are_damaged(
    tmp_path: Path, coefficients: npt.NDArray[Any], told: str
) -> None:
    folder = tmp_path / "topic"
    arrays = {"coefficients": coefficients, "intercept": np.zeros(2)}
    weights.save(folder, arrays, features=features.VERSION, classes=("a", "b"))
    with pytest.raises(WeightsError, match=f"{told}.*damaged or mixed up; restore"):
        linear.load(folder)


def test_no_pickle_is_ever_read(tmp_path: Path) -> None:
    folder = tmp_path / "topic"
    objects: dict[str, npt.NDArray[Any]] = {"coefficients": np.array([{}], object)}
    objects["intercept"] = np.ones(1)
    weights.save(folder, objects)
    with pytest.raises(WeightsError, match="not an archive of arrays"):
        linear.load(folder)


def test_a_word_head_without_its_arrays_is_refused(tmp_path: Path) -> None:
    weights.save(tmp_path / "language", {"numbers": np.zeros(2)})
    with pytest.raises(WeightsError, match="language"):
        language.load(tmp_path / "language")


@pytest.mark.parametrize(
    ("classes", "numbers", "said"),
    [
        (("kk", "ru", "other"), np.zeros((language.DIMENSION, 3)), "not those of ru, kk, other"),
        (language.LANGUAGES, np.zeros((8, 3)), "not those of ru, kk, other"),
        (language.LANGUAGES, np.full((language.DIMENSION, 3), np.inf), "numbers that are none"),
    ],
)
def test_a_word_head_of_other_languages_is_refused(
    tmp_path: Path, classes: tuple[str, ...], numbers: npt.NDArray[Any], said: str
) -> None:
    arrays = {"coefficients": numbers, "intercept": np.zeros(3)}
    weights.save(tmp_path / "language", arrays, classes=classes)
    with pytest.raises(WeightsError, match=said):
        language.load(tmp_path / "language")


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="rezonans train topic"):
        load(tmp_path)


def test_the_same_numbers_give_the_same_version(tmp_path: Path) -> None:
    arrays = {"coefficients": np.arange(6, dtype=np.float16)}
    first = weights.save(tmp_path / "one" / "x", arrays)
    assert weights.save(tmp_path / "two" / "x", arrays) == first
    assert weights.save(tmp_path / "three" / "x", {"coefficients": np.ones(6)}) != first


def _listed(folder: Path) -> weights.Manifest:
    return msgspec.json.decode((folder / "manifest.json").read_bytes(), type=weights.Manifest)


def _list(folder: Path, manifest: weights.Manifest) -> None:
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    "changed",
    [
        lambda m: {"classes": m.classes[::-1]},
        lambda m: {"settings": m.settings | {"first": 0.1}},
        lambda m: {"features": m.features + "+"},
        lambda m: {"version": "0" * 12},
        lambda m: {"version": m.sha256[:12]},
    ],
)
def test_what_a_manifest_says_is_part_of_the_version(
    tmp_path: Path, head: str, changed: Callable[[weights.Manifest], dict[str, Any]]
) -> None:
    folder = tmp_path / head
    shutil.copytree(ARTIFACTS / head, folder)
    manifest = _listed(folder)
    _list(folder, msgspec.structs.replace(manifest, **changed(manifest)))
    reason = rf"manifest\.json: .* changed by hand.*restore it .*rezonans train {head} --data"
    with pytest.raises(WeightsError, match=reason):
        weights.load(folder)


@pytest.mark.parametrize(
    ("head", "changed", "said"),
    [
        ("topic", lambda m: {"classes": m.classes[1:]}, "22 classes for 23 scores"),
        ("topic", lambda m: {"settings": {"first": 0.7}}, "no setting second"),
        ("sentiment_kk", lambda m: {"settings": {}}, "no setting posts and no public and no"),
        ("sentiment_ru", lambda m: {"classes": m.classes[:4]}, "4 classes for 8 scores"),
    ],
)
def test_a_manifest_that_does_not_fit_its_arrays_is_refused(
    tmp_path: Path, head: str, changed: Callable[[weights.Manifest], dict[str, Any]], said: str
) -> None:
    shutil.copytree(ARTIFACTS / head, tmp_path / head)
    manifest = _listed(tmp_path / head)
    other = msgspec.structs.replace(manifest, **changed(manifest))
    _list(tmp_path / head, msgspec.structs.replace(other, version=weights.version_of(other)))
    with pytest.raises(WeightsError, match=rf"{head}: {said}.*mixed up; restore it.*train {head}"):
        linear.load(tmp_path / head)


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    _, arrays = weights.load(ARTIFACTS / "urgent")
    arrays["coefficients"][7] = np.nan
    manifest, _ = weights.load(ARTIFACTS / "urgent")
    weights.save(tmp_path / "urgent", arrays, features=manifest.features, classes=manifest.classes)
    with pytest.raises(WeightsError, match="urgent: numbers that are none"):
        linear.load(tmp_path / "urgent")


@pytest.mark.parametrize(
    ("head", "changed", "said"),
    [
        ("topic", {"classes": ("gas",) * 23}, "a class twice"),
        ("topic", {"settings": {"first": 7.0, "second": 0.3}}, "setting first is 7.0, not a prob"),
        ("topic", {"settings": {"first": 0.7, "second": 0.3, "x": 1.0}}, "setting 'x' is none of"),
        ("appeal", {"settings": {}}, "no setting least"),
        ("language", {"settings": {"least": 0.5}}, "setting 'least' is none of: it has none"),
        ("appeal", {"settings": {"complain": 0.6}}, "setting 'complain' is none of: least, "),
        ("appeal", {"settings": {"complaint": -0.1}}, "setting complaint is -0.1, not a prob"),
        ("urgent", {"settings": {"least": 0.5}}, "setting 'least' is none of: it has none"),
        ("urgent", {"classes": ("urgent", "calm")}, "classes out of the order"),
        ("urgent", {"classes": ("calm", "loud")}, "class 'loud' is none of: calm, urgent"),
        ("sentiment_kk", {"classes": ("bad", "neutral", "positive")}, "class 'bad' is none of"),
    ],
)
def test_classes_and_settings_that_a_head_can_not_have_are_refused(
    tmp_path: Path, head: str, changed: dict[str, Any], said: str
) -> None:
    shutil.copytree(ARTIFACTS / head, tmp_path / head)
    other = msgspec.structs.replace(_listed(tmp_path / head), **changed)
    _list(tmp_path / head, msgspec.structs.replace(other, version=weights.version_of(other)))
    read: Callable[[Path], object] = language.load if head == "language" else linear.load
    with pytest.raises(WeightsError, match=rf"{head}: {said}.*restore it.*train {head}"):
        read(tmp_path / head)


def test_a_manifest_that_says_more_or_a_number_that_is_none_is_refused(copy: Path) -> None:
    said = (copy / "manifest.json").read_text("utf-8")
    for damaged in (
        said.replace('"head"', '"more": 1, "head"'),
        said.replace('"settings": {}', '"settings": {"least": NaN}'),
        said.replace('"settings": {}', '"settings": {"least": null}'),
    ):
        assert damaged != said
        (copy / "manifest.json").write_text(damaged, "utf-8")
        with pytest.raises(WeightsError, match=r"manifest\.json: .*restore it"):
            linear.load(copy)
