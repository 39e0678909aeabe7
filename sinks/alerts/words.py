"""An alert in the language of its channel, with the way back to the desk."""

from __future__ import annotations

from urllib.parse import quote

from rezonans.i18n import Language, translator
from rezonans.records import Spike
from sinks.names import names
from sinks.sentence import Message, message


class Words:
    """Renders for a `Sender`. `desk`: address of the desk as readers reach it, if they do."""

    def __init__(self, desk: str | None = None) -> None:
        self._desk = desk.rstrip("/") if desk else None

    def __call__(self, spike: Spike, language: Language) -> Message:
        link = f"{self._desk}/#spike-{quote(spike.spike, safe='')}" if self._desk else None
        return message(spike, translator(language), names(language), link)
