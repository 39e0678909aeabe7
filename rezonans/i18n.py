"""Words, numbers and times as a reader of Russian or Kazakh expects them.

Message ids are English. The catalogues are read as text at the first use and compiled in
memory, so that what a translator saves is what the next start says and no binary can be stale.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from babel import dates, numbers
from babel.messages import mofile, pofile

Language = Literal["ru", "kk"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
ZONE = ZoneInfo("Asia/Almaty")
"""The one time zone of Kazakhstan since March 2024."""


def mark(message: str) -> str:
    """The same message; tells the extraction that it is translated where it is used."""
    return message


@dataclass(frozen=True)
class Translator:
    """One language. A message without a translation comes back in English, never an error."""

    language: Language
    catalogue: gettext.NullTranslations
    zone: ZoneInfo = ZONE

    def gettext(self, message: str, /, **values: object) -> str:
        """The message in this language, its `{names}` filled in."""
        text = self.catalogue.gettext(message) if message else ""
        return text.format(**values) if values else text

    def ngettext(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The form for `n`; `{n}` is filled in as a number of this language."""
        return self.catalogue.ngettext(one, many, n).format(n=self.number(n), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """With at most `digits` decimals and the separators of the language."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return str(numbers.format_decimal(round(value, digits), pattern, locale=self.language))

    def percent(self, share: float) -> str:
        return str(numbers.format_percent(share, locale=self.language))

    def clock(self, at: datetime) -> str:
        return self._format(at, "HH:mm")

    def moment(self, at: datetime, now: datetime) -> str:
        """`13:20`, with the day in front of it unless that is the local day of `now`."""
        if at.astimezone(self.zone).date() == now.astimezone(self.zone).date():
            return self.clock(at)
        return self._format(at, "d MMMM, HH:mm")

    def day(self, at: datetime) -> str:
        """`26 ноября, 13:20`, whatever day it is."""
        return self._format(at, "d MMMM, HH:mm")

    def full(self, at: datetime) -> str:
        return self._format(at, "d MMMM y, HH:mm:ss")

    def ago(self, at: datetime, now: datetime) -> str:
        """`5 минут назад`; a time that is ahead by a clock's error counts as now."""
        passed = max(now - at, timedelta(seconds=1))
        return str(
            dates.format_timedelta(-passed, add_direction=True, threshold=1.5, locale=self.language)
        )

    def _format(self, at: datetime, pattern: str) -> str:
        return str(dates.format_datetime(at, pattern, tzinfo=self.zone, locale=self.language))


@cache
def translator(language: Language) -> Translator:
    """The translator of a language; its catalogue is read once in a process."""
    source = catalogue_file(language).read_bytes()
    compiled = io.BytesIO()
    mofile.write_mo(compiled, pofile.read_po(io.BytesIO(source), locale=language))
    compiled.seek(0)
    return Translator(language, gettext.GNUTranslations(compiled))


def catalogue_file(language: Language) -> resources.abc.Traversable:
    return resources.files("rezonans") / "locale" / language / "LC_MESSAGES" / "rezonans.po"


def best(accepted: str, default: Language) -> Language:
    """The language of an `Accept-Language` header that we speak, by its weights."""
    ranked = sorted(
        (_weigh(part) for part in accepted.split(",")), reverse=True, key=lambda r: r[0]
    )
    for weight, tag in ranked:
        for language in LANGUAGES:
            if weight > 0 and tag == language:
                return language
    return default


def _weigh(part: str) -> tuple[float, str]:
    tag, _, parameters = part.strip().partition(";")
    weight = parameters.strip().removeprefix("q=")
    try:
        return (float(weight) if weight else 1.0), tag.partition("-")[0].strip().lower()
    except ValueError:
        return 0.0, ""
