"""Dead letters of the stages: reason, place, digest and the bytes, which are already masked."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from rezonans import topics
from rezonans.records import DeadLetter, encode
from streams.envelope import Output

MAX_PAYLOAD = 64_000
"""Characters of the bytes that are kept."""


def dead_letter(
    stage: str,
    place: str,
    reason: str,
    payload: bytes,
    at: datetime,
    *,
    kind: Literal["invalid", "crashed"] = "invalid",
    message: bytes | None = None,
) -> Output:
    """A dead letter, ready to be written. `payload`: the bytes that are wrong; `message`: what
    is kept of them where they are a part, a message that could be sent again once repaired."""
    letter = DeadLetter(
        at=at,
        stage=stage,
        kind=kind,
        reason=reason[:1000],
        place=place,
        digest=hashlib.sha256(payload).hexdigest(),
        payload=(message or payload).decode("utf-8", "replace")[:MAX_PAYLOAD],
    )
    return Output(topics.DEAD_LETTERS, place.split("/", maxsplit=1)[0].encode(), encode(letter))
