"""One text as the heads read it: undisguised, cleaned, cut into tokens.

What single words are brought to is in `models.spelling`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import msgspec

from models import disguise
from models.spelling import (
    KAZAKH,
    LONGEST_WORD,
    fold,
    folded,
    script,
    shorten,
    shortened,
    stem,
)

__all__ = [
    "KAZAKH", "LONGEST_TEXT", "LONGEST_WORD", "MOST_TOKENS", "NUMBER", "URL", "USER", "Above",
    "Text", "clean", "fold", "folded", "parted", "script", "shorten", "shortened", "stem", "tokens",
]  # fmt: skip

LONGEST_TEXT = 10_000
"""Characters of a text that are read; the rest changes no label worth the time."""
_LONGEST_RAW = 3 * LONGEST_TEXT
"""The same before what can not be seen is taken off."""
MOST_TOKENS = 1_000
"""Tokens of a text that are read."""

URL, USER, NUMBER = "<url>", "<user>", "0"


class Above(NamedTuple):
    """What a text answers: its first line, and how it goes on."""

    headline: str
    beginning: str


def parted(context: str | None) -> Above:
    """A context as it is weighed; both parts may be empty."""
    headline, _, beginning = (context or "").partition("\n")
    return Above(headline, beginning)


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What the heads know of a post."""

    text: str
    title: str | None = None
    context: str | None = None
    """Title or beginning of the post that this one answers; behind a title, on lines of its own,
    the beginning of its text."""
    home: str | None = None
    """KATO code of the container's home."""

    @property
    def above(self) -> Above:
        """What the topic head reads of the context."""
        return parted(self.context)


_DIGIT = re.compile("[1-9]")
# Bounded, so that no run of signs is gone over more than once.
_LINK = re.compile(
    r"(?:https?://|www\.|t\.me/|vk\.com/)\S+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)
_MENTION = re.compile(r"(?<!\w)@\w+|\[(?:id|club)\d+\|[^\]]{0,100}\]")
_LETTERS = r"[^\W\d_]"
_EMOJI = r"\u2600-\u27bf\U0001f000-\U0001faff"
_TOKEN = re.compile(
    rf"<url>|<user>|{_LETTERS}+(?:['’ʼ`-]{_LETTERS}+)*|\d+|[:;=]-?[)(dpoо3*|/\\]+(?!\w)|<0"
    rf"|[)]+|[(]+|!+|\?[?!]*|\.{{2,}}|…|[{_EMOJI}]|[^\w\s()!?{_EMOJI}]+"
)


def clean(text: str) -> str:
    """Undisguised, composed, lower case; links, mentions, digits masked."""
    text = disguise.plain(text[:_LONGEST_RAW])[:LONGEST_TEXT]
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = text.replace("İ", "I").lower().replace("ё", "е").replace("\xa0", " ")
    text = _DIGIT.sub(NUMBER, text)
    if "@" in text or "/" in text or "www" in text or "|" in text:
        text = _MENTION.sub(USER, _LINK.sub(URL, text))
    return text


def tokens(text: str) -> list[str]:
    """Words, masks, emoticons, emoji and marks of a text, in order, as they are spelled."""
    return _TOKEN.findall(clean(text))[:MOST_TOKENS]
