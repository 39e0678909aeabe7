"""One text as the heads read it: cleaned, cut into tokens, spellings folded together.

Kazakh reaches us in three spellings: with its own letters («күшті»), with Russian ones
(«кушти») and in Latin ones ("kushti"). `fold` brings a word of any of them to the Russian-letter
form, which is the only one that the other two determine.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

LONGEST_TEXT = 10_000
"""Characters of a text that are read; the rest changes no label worth the time."""
LONGEST_WORD = 40
MOST_TOKENS = 1_000
"""Tokens of a text that are read."""

URL, USER, NUMBER = "<url>", "<user>", "0"


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What the heads know of a post."""

    text: str
    title: str | None = None
    context: str | None = None
    """Title or beginning of the post that this one answers."""
    home: str | None = None
    """KATO code of the container's home."""


_BROKEN = re.compile("[\ud800-\udfff]")
# Zero width characters, direction marks, soft hyphen, variation selectors, byte order mark.
_INVISIBLE = [0xAD, 0x34F, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)]
_INVISIBLE += [*range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]
_TABLE: dict[int, str | None] = dict.fromkeys(_INVISIBLE)
_TABLE |= {ord(digit): NUMBER for digit in "123456789"}
_TABLE |= {ord("ё"): "е", ord("Ё"): "е", 0xA0: " "}

_LINK = re.compile(r"(?:https?://|www\.|t\.me/|vk\.com/)\S+|\S+@\S+\.\w+")
_MENTION = re.compile(r"(?<!\w)@\w+|\[(?:id|club)\d+\|[^\]]*\]")
_LETTERS = r"[^\W\d_]"
_EMOJI = r"\u2600-\u27bf\U0001f000-\U0001faff"
_TOKEN = re.compile(
    rf"<url>|<user>|{_LETTERS}+(?:['’ʼ`-]{_LETTERS}+)*|\d+|[:;=]-?[)(dpoо3*|/\\]+(?!\w)|<0"
    rf"|[)]+|[(]+|!+|\?[?!]*|\.{{2,}}|…|[{_EMOJI}]|[^\w\s()!?{_EMOJI}]+"
)
_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)


def clean(text: str) -> str:
    """Composed, lower case, without invisible characters; links, mentions, digits masked."""
    text = _BROKEN.sub(" ", text[:LONGEST_TEXT])
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = text.lower().translate(_TABLE)
    if "@" in text or "/" in text or "www" in text or "|" in text:
        text = _MENTION.sub(USER, _LINK.sub(URL, text))
    return text


def tokens(text: str) -> list[str]:
    """Words, masks, emoticons, emoji and marks of a text, in order, as they are spelled."""
    return _TOKEN.findall(clean(text))[:MOST_TOKENS]


def shorten(word: str) -> str:
    """A word without elongation: «нееет» becomes «неет», ")))))" becomes "))"."""
    return _RUN.sub(r"\1\1", word)[:LONGEST_WORD]


KAZAKH = frozenset("әғқңөұүһі")
_TO_RUSSIAN = str.maketrans("әғқңөұүһіў", "агкноуухиу")
_LOOKALIKE = str.maketrans("aceopxykmtbhi", "асеорхукмтвні")
_DIGRAPHS = (
    ("shch", "щ"), ("sch", "щ"), ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("kh", "х"), ("gh", "г"),
    ("ng", "н"), ("ts", "ц"), ("yu", "ю"), ("ya", "я"), ("yo", "ё"), ("ia", "я"), ("iu", "ю"),
)  # fmt: skip


def _latin_tables() -> tuple[dict[int, str | None], frozenset[str]]:
    pairs = dict(zip("abcdefghijklmnopqrstuvwxz", "абкдефгхижклмнопкрстувухз", strict=True))
    pairs |= dict.fromkeys("äáâăàə", "а") | dict.fromkeys("öóôőɵ", "о")
    pairs |= dict.fromkeys("üúûū", "у") | dict.fromkeys("ğǵģ", "г") | dict.fromkeys("ñńņŋ", "н")
    pairs |= dict.fromkeys("şšś", "ш") | dict.fromkeys("çč", "ч") | dict.fromkeys("éêë", "е")
    pairs |= dict.fromkeys("íïîī", "и") | {"ı": "ы", "ž": "ж", "ý": "у"}
    table: dict[int, str | None] = {ord(latin): russian for latin, russian in pairs.items()}
    return table | dict.fromkeys(map(ord, "'’ʼ`\u0307")), frozenset("aeiouäöüıáóúаеоуыиэюя")


_FROM_LATIN, _VOWELS = _latin_tables()
_LATIN_Y = re.compile("y")


def _letter_y(match: re.Match[str]) -> str:
    word, at = match.string, match.start()
    beside = word[max(0, at - 1) : at] + word[at + 1 : at + 2]
    return "й" if any(letter in _VOWELS for letter in beside) else "ы"


def _from_latin(word: str) -> str:
    for pair, letter in _DIGRAPHS:
        if pair in word:
            word = word.replace(pair, letter)
    return _LATIN_Y.sub(_letter_y, word).translate(_FROM_LATIN)


def script(word: str) -> str:
    """`cyrl`, `latn`, `mixed` or `other` of one word; `none` where it has no letters."""
    cyrillic = any("\u0400" <= letter <= "\u052f" for letter in word)
    latin = any(letter.isalpha() and letter < "\u0250" for letter in word) or "ə" in word
    if cyrillic and latin:
        return "mixed"
    if cyrillic or latin:
        return "cyrl" if cyrillic else "latn"
    return "other" if any(letter.isalpha() for letter in word) else "none"


def fold(word: str) -> str:
    """The common form of the spellings of a lower case word: «күшті», «кушти», "kushti"."""
    kind = script(word)
    if kind == "mixed":
        word = word.translate(_LOOKALIKE)
    elif kind == "latn" and not word.startswith("<"):
        word = _from_latin(word)
    return shorten(word.translate(_TO_RUSSIAN))


_ENDINGS = re.compile(
    "(?:"
    "лар|лер|дар|дер|тар|тер|"  # plural
    "ларымыз|леримиз|дарымыз|деримиз|тарымыз|теримиз|ымыз|имиз|мыз|миз|ыныз|иниз|"
    "нын|нин|дын|дин|тын|тин|"  # of
    "га|ге|ка|ке|на|не|"  # to
    "нан|нен|дан|ден|тан|тен|"  # from
    "да|де|та|те|нда|нде|"  # in
    "ны|ни|ды|ди|ты|ти|"  # object
    "мен|бен|пен|"  # with
    "дагы|деги|тагы|теги|гы|ги|кы|ки|"
    "сыз|сиз|лык|лик|дык|дик|тык|тик|лы|ли|"
    "сы|си|ым|им|ын|ин|ы|и"
    ")$"
)


def stem(word: str) -> str:
    """A folded Kazakh word without its endings, four letters at the least."""
    for _ in range(4):
        shorter = _ENDINGS.sub("", word)
        if len(shorter) < 4 or shorter == word:
            return word
        word = shorter
    return word
