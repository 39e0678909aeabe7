"""Trained arrays on disk: plain numbers with a manifest, never code.

A folder `<head>/` holds `weights.npz`, `manifest.json` (version, classes, digest) and `card.md`.
Reading checks the SHA-256 of the arrays and that the version is the one of all that the manifest
says, so neither a number nor the order of classes nor a threshold can differ from what was
measured; and it never unpickles.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

ARTIFACTS = Path(__file__).parent / "artifacts"
"""The weights that come with the package."""

Arrays = dict[str, npt.NDArray[Any]]


class WeightsError(Exception):
    """Weights are missing, damaged, or do not fit; the text says which and what to do."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of the arrays beside them."""

    head: str
    version: str
    """The beginning of the SHA-256 of everything below: changes when anything of it does."""
    sha256: str
    """Of the arrays."""
    features: str
    """Version of the feature columns it was trained on; empty where it has its own."""
    classes: tuple[str, ...] = ()
    settings: dict[str, float] = {}
    """Thresholds that were chosen in training."""


def version_of(manifest: Manifest) -> str:
    """The version that everything else in a manifest makes."""
    said = msgspec.to_builtins(manifest, order="sorted")
    said.pop("version")
    return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()[:12]


def remedy(head: str) -> str:
    """What to do about weights that can not be used."""
    return f"restore it from the repository or run `rezonans train {head} --data PATH`"


def unfit(folder: Path, wrong: str) -> WeightsError:
    """What is said of weights that can be read and do not fit together."""
    return WeightsError(f"weights: {folder}: {wrong}, damaged or mixed up; {remedy(folder.name)}")


def _read(path: Path, head: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise WeightsError(f"weights: {path}: {reason}; {remedy(head)}") from error


def _arrays(raw: bytes) -> Arrays:
    with np.load(io.BytesIO(raw), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def load(folder: Path) -> tuple[Manifest, Arrays]:
    """Manifest and arrays of a head; `WeightsError` where anything is not as it was written."""
    head = folder.name
    listed = _read(folder / "manifest.json", head)
    try:
        manifest = msgspec.json.decode(listed, type=Manifest)
    except msgspec.DecodeError as error:
        text = f"weights: {folder / 'manifest.json'}: {error}; {remedy(head)}"
        raise WeightsError(text) from error
    path = folder / "weights.npz"
    raw = _read(path, head)
    if manifest.head != head or hashlib.sha256(raw).hexdigest() != manifest.sha256:
        text = f"weights: {path}: does not match its manifest, damaged or mixed up"
        raise WeightsError(f"{text}; {remedy(head)}")
    if version_of(manifest) != manifest.version:
        text = f"weights: {folder / 'manifest.json'}: what it says is not version"
        reason = "changed by hand or written by an older release"
        raise WeightsError(f"{text} {manifest.version}: {reason}; {remedy(head)}")
    try:
        arrays = _arrays(raw)
        missing = {"coefficients", "intercept"} - set(arrays)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise WeightsError(f"weights: {path}: not an archive of arrays; {remedy(head)}") from error
    if missing:
        raise WeightsError(
            f"weights: {path}: no {' and no '.join(sorted(missing))}; {remedy(head)}"
        )
    return manifest, arrays


def save(
    folder: Path,
    arrays: Mapping[str, npt.NDArray[Any]],
    *,
    features: str = "",
    classes: tuple[str, ...] = (),
    settings: dict[str, float] | None = None,
) -> Manifest:
    """Write a head; the same numbers give the same bytes and the same version."""
    buffer = io.BytesIO()
    write: Any = np.savez_compressed  # its own options and our names share one signature
    write(buffer, **arrays)
    raw = buffer.getvalue()
    digest = hashlib.sha256(raw).hexdigest()
    unnamed = Manifest(
        head=folder.name,
        version="",
        sha256=digest,
        features=features,
        classes=classes,
        settings=settings or {},
    )
    manifest = msgspec.structs.replace(unnamed, version=version_of(unnamed))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.npz").write_bytes(raw)
    listed = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (folder / "manifest.json").write_bytes(listed + b"\n")
    return manifest
