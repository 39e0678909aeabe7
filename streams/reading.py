"""Messages as records, entry by entry: what can not be read is a dead letter, the rest goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from rezonans.records import Mention, Mentions
from rezonans.troubles import Invalid
from streams import pages
from streams.dead import dead_letter
from streams.envelope import Envelope, Output

Read = Callable[[Envelope, datetime], tuple[Any, list[Output]]]
"""The record of a message, `None` when it is none, and the dead letters of what is not."""


def mentions(stage: str) -> Read:
    """Pages of mentions without those that can not be read."""

    def read(envelope: Envelope, now: datetime) -> tuple[Mentions | None, list[Output]]:
        try:
            raw = pages.raw_mentions(envelope.value)
        except Invalid as error:
            return None, [dead_letter(stage, envelope.place, str(error), envelope.value, now)]
        found: list[Mention] = []
        letters: list[Output] = []
        for index, value in enumerate(raw.mentions):
            try:
                found.append(pages.mention(value))
            except Invalid as error:
                place = f"{envelope.place}/{index}"
                alone = pages.alone(raw, "mentions", value)
                letters.append(
                    dead_letter(stage, place, str(error), bytes(value), now, message=alone)
                )
        return pages.with_mentions(raw, found), letters

    return read


def records(stage: str, kind: type[msgspec.Struct]) -> Read:
    """Messages of one record each."""
    decoder = msgspec.json.Decoder(kind)

    def read(envelope: Envelope, now: datetime) -> tuple[Any, list[Output]]:
        try:
            return pages.timely(decoder.decode(envelope.value)), []
        except (*pages.UNREADABLE, Invalid) as error:
            reason = f"not a {kind.__name__}: {error}"
            return None, [dead_letter(stage, envelope.place, reason, envelope.value, now)]

    return read
