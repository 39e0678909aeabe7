"""Codes of the public output by name, in Russian, Kazakh or English."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from models.jsonl import Speech
    from models.taxonomy import Taxonomy

Spoken = Literal["ru", "kk", "en"]


def speech(language: Spoken, known: Taxonomy) -> Speech:
    """Names in a language; topics and who answers for them as the taxonomy has them."""
    from models.jsonl import Speech

    return Speech(known, language, _word(language))


def _word(language: Spoken) -> Callable[[str], str]:
    """Message ids are the English names."""
    from rezonans.i18n import translator
    from sinks.desk.labels import LANGUAGES
    from sinks.desk.why import ANSWERS

    called = {**ANSWERS, **LANGUAGES}
    if language == "en":
        return lambda code: called.get(code, code)
    words = translator(language)
    return lambda code: words.gettext(called.get(code, code))
