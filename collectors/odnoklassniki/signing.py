"""The signature of a question: MD5, as the platform has it; nothing of ours rests on it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def session_secret(token: str, application_secret: str) -> str:
    return _md5(token + application_secret)


def sig(parameters: Mapping[str, str], secret: str) -> str:
    """Of all parameters but the token itself, sorted and put together without anything between."""
    said = "".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    return _md5(said + secret)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
