"""What the manifest of each head may say: classes and settings that the head can be read by."""

from __future__ import annotations

import re
from typing import get_args

from models import weights
from rezonans.records import Appeal

_ATTITUDES = ("negative", "neutral", "positive")
_CLASSES: dict[str, tuple[str, ...]] = {
    "appeal": get_args(Appeal),
    "urgent": ("calm", "urgent"),
    "sentiment_ru": (*_ATTITUDES, "skip", "speech"),
    "sentiment_kk": _ATTITUDES,
}
_WEIGHED = ("posts", "public", *_ATTITUDES)
_THRESHOLDS = {"topic": ("first", "second"), "appeal": ("least", *get_args(Appeal))}
"""Probabilities from which on something is said."""
_SETTINGS = {
    "topic": ("first", "second", "slope", "shift"),
    "appeal": _THRESHOLDS["appeal"],
    "urgent": (),
    "sentiment_ru": _WEIGHED,
    "sentiment_kk": ("reviews", *_WEIGHED),
    "language": (),
}
_NEEDED = {"topic": ("first", "second"), "appeal": ("least",)}
"""What a head can not be read without; one with a second opinion needs `_WEIGHED`."""
_CODE = re.compile(r"[a-z][a-z0-9_]*")


def wrong(manifest: weights.Manifest, *, opinion: bool = False) -> str | None:
    """What is wrong in what a manifest says of its head; `None` where nothing is. `opinion`:
    whether there are scores of a second opinion behind those of the classes.

    Numbers of JSON are finite, so only their range is looked at. Heads of other names may say
    anything.
    """
    needed = _WEIGHED if opinion else _NEEDED.get(manifest.head, ())
    return _wrong_classes(manifest) or _wrong_settings(manifest) or _missing(manifest, needed)


def _wrong_classes(manifest: weights.Manifest) -> str | None:
    head, classes = manifest.head, manifest.classes
    if len(set(classes)) != len(classes):
        return "a class twice"
    if head in (*_CLASSES, "topic") and list(classes) != sorted(classes):
        return "classes out of the order in which they are trained"
    known = _CLASSES.get(head, classes)
    strange = [name for name in classes if name not in known or not _CODE.fullmatch(name)]
    if strange:
        listed = f" is none of: {', '.join(known)}" if head in _CLASSES else " is no code"
        return f"class {strange[0]!r}{listed}"
    if head == "urgent" and len(classes) != len(known):
        return f"classes are not {', '.join(known)}"
    return None


def _wrong_settings(manifest: weights.Manifest) -> str | None:
    head = manifest.head
    settings = _SETTINGS.get(head, tuple(manifest.settings))
    for name, value in manifest.settings.items():
        if name not in settings:
            return f"setting {name!r} is none of: {', '.join(settings) or 'it has none'}"
        if name in _THRESHOLDS.get(head, ()) and not 0 <= value <= 1:
            return f"setting {name} is {value}, not a probability"
    return None


def _missing(manifest: weights.Manifest, needed: tuple[str, ...]) -> str | None:
    missing = [name for name in needed if name not in manifest.settings]
    return f"no setting {' and no '.join(missing)}" if missing else None
