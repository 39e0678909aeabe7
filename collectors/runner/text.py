"""Texts of the outside as we keep them: NFC, no control characters, no markup, bounded."""

from __future__ import annotations

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser

TEXT_BYTES = 64 * 1024

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MARKUP = re.compile(r"<[a-zA-Z!/]|&[#\w]+;")
_BLOCK = re.compile(
    r"<(?:br|/?(?:p|div|li|ul|ol|tr|td|h[1-6]|blockquote|section|article|table))\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n\s*")


def clean(text: str) -> str:
    """NFC with emoji and joiners kept; newlines are `\\n`, broken halves of pairs U+FFFD."""
    text = _SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def plain(markup: str) -> str:
    """The visible text of a piece of HTML, a block a line. Plain text comes back as it is."""
    text = markup
    if _MARKUP.search(text):
        tree = LexborHTMLParser(_BLOCK.sub(r"\n\g<0>", text.replace("\n", " ")))
        tree.strip_tags(["script", "style", "noscript", "template", "iframe"], recursive=True)
        text = tree.body.text() if tree.body else ""
        # feeds escape twice more often than they write about entities
        text = html.unescape(text)
    return _LINES.sub("\n", _SPACES.sub(" ", clean(text))).strip()


def shorten(text: str, characters: int) -> str:
    """The beginning of a text, cut between words where one ends near enough."""
    if len(text) <= characters:
        return text
    head = text[:characters]
    at = max(head.rfind(" "), head.rfind("\n"))
    return (head[:at] if at > characters * 0.8 else head).rstrip() + "…"


def bound(text: str) -> tuple[str, bool]:
    """A text within the cap of bytes, and whether it had to be cut."""
    raw = text.encode("utf-8")
    if len(raw) <= TEXT_BYTES:
        return text, False
    return raw[:TEXT_BYTES].decode("utf-8", errors="ignore"), True


def encoding_of(sample: bytes) -> str:
    """`utf-8` or `cp1251`, whichever a text in Russian or Kazakh was more likely saved in.

    A few damaged bytes do not make UTF-8 into something else: in cp1251 read as UTF-8,
    nearly every letter is damaged. The sample may end within a character.
    """
    text = sample.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    sound = sum(1 for c in text if c > "\x7f") - damaged
    return "utf-8" if damaged <= 1 or damaged * 10 <= sound else "cp1251"
