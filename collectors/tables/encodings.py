"""Which encoding a table was saved in, the likeliest first. Pure.

A guess is only an order to try things in: what confirms it are the columns that the settings
name and that must be found in the header.
"""

from __future__ import annotations

from collectors.runner.text import encoding_of

_OLD = ("cp1251", "kz1048", "cp866", "koi8-r")
"""Of Windows, of Windows in Kazakhstan, of DOS, of old mail."""
_ENOUGH_BYTES = 16 * 1024
_USUAL = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі")
_SOUND = _USUAL | frozenset(letter.upper() for letter in _USUAL) | frozenset(" –—«»№…’“”•°")


def candidates(sample: bytes) -> list[str]:
    """Encodings a text in Russian or Kazakh may be in; the sample may end within a character."""
    if sample.isascii():
        return ["utf-8"]
    enough = sample[:_ENOUGH_BYTES]
    old = sorted(_OLD, key=lambda name: -_likelihood(enough, name))
    return ["utf-8", *old] if encoding_of(sample) == "utf-8" else old


def _likelihood(sample: bytes, encoding: str) -> float:
    """How much of what is no ASCII reads like sentences: small letters more than others."""
    foreign = [char for char in sample.decode(encoding, errors="replace") if char > "\x7f"]
    small = sum(char in _USUAL for char in foreign)
    sound = sum(char in _SOUND for char in foreign)
    return (small + sound) / max(len(foreign), 1)
