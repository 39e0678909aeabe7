"""One word in its common form, whichever alphabet and habit it is written in.

Kazakh reaches us in three spellings: with its own letters («күшті»), with Russian ones
(«кушти») and in Latin ones ("kushti", in one of half a dozen alphabets). `fold` brings a word of
any of them to the Russian-letter form, which is the only one that the other two determine.
Words are lower case, as `models.texts.tokens` gives them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

LONGEST_WORD = 40
KAZAKH = frozenset("әғқңөұүһі")

_RUN = re.compile(r"(.)\1{2,}", re.DOTALL)
_TO_RUSSIAN = str.maketrans("әғқңөұүһіўќҝҡӄѓњҥӊҳӯə", "агкноуухиуккккгнннхуа")
# Letters that look alike; a word with letters of both alphabets is of one of them.
_LOOKALIKE = str.maketrans("aceopxykmtbhiəɵ", "асеорхукмтвніәө")
_LATIN_LIKE = str.maketrans("асеорхукмтвніәөјѕ", "aceopxykmtbhiäöjs")
_CYRILLIC_ALIKE, _LATIN_ALIKE = frozenset(_LATIN_LIKE), frozenset(_LOOKALIKE)
_DIGRAPHS = (
    ("shch", "щ"), ("sch", "щ"), ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("dj", "ж"), ("kh", "х"),
    ("gh", "г"), ("yu", "ю"), ("ya", "я"), ("yo", "е"), ("ia", "я"), ("iu", "ю"),
)  # fmt: skip
_APOSTROPHES = "'’ʼ`´‘"
# The alphabet of 2017: an apostrophe makes another letter of the one before it.
_ALPHABET_2017 = {
    **{"s": "sh", "c": "ch", "y": "w", "a": "ä", "g": "ğ", "n": "ñ", "o": "ö", "u": "ü", "i": "i"},
}
_MARKED = re.compile(f"([{''.join(_ALPHABET_2017)}])[{_APOSTROPHES}]")


def _latin_tables() -> tuple[dict[int, str | None], frozenset[str]]:
    pairs = dict(zip("abcdefghijklmnopqrstuvwxz", "абкдефгхижклмнопкрстувухз", strict=True))
    pairs |= dict.fromkeys("äáâăàəӓ", "а") | dict.fromkeys("öóôőɵ", "о")
    pairs |= dict.fromkeys("üúûū", "у") | dict.fromkeys("ğǵģ", "г") | dict.fromkeys("ñńņŋ", "н")
    pairs |= dict.fromkeys("şšś", "ш") | dict.fromkeys("çč", "ч") | dict.fromkeys("éêë", "е")
    pairs |= dict.fromkeys("íïîī", "и") | {"ž": "ж", "ý": "у"}
    table: dict[int, str | None] = {ord(latin): russian for latin, russian in pairs.items()}
    vowels = frozenset("aeiouäöüıáóúīаеоуыиэюя")
    return table | dict.fromkeys(map(ord, f"{_APOSTROPHES}\u0307")), vowels


_FROM_LATIN, _VOWELS = _latin_tables()
_FRONT, _BACK = frozenset("eäöüi"), frozenset("ao")
_SOFT_CONSONANTS = frozenset("kg")
_OFFICIAL = frozenset("áǵńóúýū")
"""Letters of the alphabets that write no «ы» as ı."""
_HARD = re.compile("(?<=[qğ])ı|ı(?=[qğ])")
_LOAN_E = re.compile("^(?:é|e(?=lektr|konom|kolog|kran|kspert|kspor|nerg|pidem|tap|taj))")
_LABIAL = re.compile("(?<=[uü])w(?=[aeäyы])")
_LABIAL_I = re.compile("(?<=[uü])w[ıi]")
"""«suwıq» and "suwiq" are «суық»: such spelling writes the glide that is heard."""
_HIATUS = re.compile("(?<=[bcdfghjklmnpqrstvwxzğǵñńşŋ])[iı]a")
"""«сияқты» is "siaqty" in the official alphabets: behind a consonant it is no «я» alone."""
_GLIDE_DOTLESS = re.compile("(?<=[aeoäöáóúý])ı")
# Loan words have "ts" and "c" for «ц»; жатса is no жаца. Қазанға keeps both letters of "ng".
_LOAN_TS = re.compile("(?:^|(?<=n))ts|c(?=[eiy])")
_NASAL = re.compile("ng(?![aeiouyäöüıъ-я])")
_GLIDE = re.compile("(?<=[aeouäöüáóúū])i")
_LATIN_Y = re.compile("y")
_VOWEL_Y = re.compile("(?<![aeiouäöüáóúū])y(?![aeiouäöüáóúūı])")


def _letter_y(match: re.Match[str]) -> str:
    """«ы» between consonants, in «ауыл» and «қиын»; «й» beside any other vowel."""
    word, at = match.string, match.start()
    before, after = word[max(0, at - 2) : at], word[at + 1 : at + 2]
    if after not in _VOWELS and (before[-1:] == "i" or before in ("au", "eu", "äu")):
        return "ы"
    if before[-1:] == "u" and after in ("q", "k") and at + 2 == len(word):
        return "ы"  # «суық», «жуық»: no word ends in «йқ»
    return "й" if before[-1:] in _VOWELS or after in _VOWELS else "ы"


def _dotless(word: str) -> str:
    """«й» after a vowel; «ы» of Turkish-like spelling, «и», «й» or «і» of the official ones.

    These write «ы» as y; where there is none, the vowels beside tell a soft word from a hard one.
    """
    word = _GLIDE_DOTLESS.sub("i", word)
    if _VOWEL_Y.search(word) or not _OFFICIAL.isdisjoint(word):
        return word.replace("ı", "i")
    word = _HARD.sub("ы", word)
    hinted = [letter for letter in word if letter in _FRONT or letter in _BACK]
    soft = hinted[0] in _FRONT if hinted else not _SOFT_CONSONANTS.isdisjoint(word)
    found = []
    for letter in word:
        if letter in _FRONT or letter in _BACK:
            soft = letter in _FRONT
        found.append(("i" if soft else "ы") if letter == "ı" else letter)
    return "".join(found)


def _from_latin(word: str) -> str:
    if not word.isascii() or "'" in word or "`" in word:
        word = _MARKED.sub(lambda match: _ALPHABET_2017[match.group(1)], word)
        if "ı" in word:
            word = _dotless(word)
    word = _NASAL.sub("n", _LOAN_TS.sub("ц", _LABIAL.sub("", _LABIAL_I.sub("ы", word))))
    if "ia" in word:
        word = _HIATUS.sub("ия", word)
    if word[0] in "eé":
        word = _LOAN_E.sub("э", word)
    for pair, letter in _DIGRAPHS:
        if pair in word:
            word = word.replace(pair, letter)
    return _GLIDE.sub("й", _LATIN_Y.sub(_letter_y, word)).translate(_FROM_LATIN)


_ALPHABETIC = "".join(letter for letter in map(chr, range(0x250)) if letter.isalpha())
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_CYRILLIC_WORD = re.compile("[\u0400-\u052f]+")
_LATIN_LETTER = re.compile(f"[{_ALPHABETIC}əɵ]")


def script(word: str) -> str:
    """`cyrl`, `latn`, `mixed` or `other` of one word; `none` where it has no letters."""
    if _CYRILLIC_WORD.fullmatch(word):
        return "cyrl"
    cyrillic = _CYRILLIC_LETTER.search(word) is not None
    latin = _LATIN_LETTER.search(word) is not None
    if cyrillic and latin:
        return "mixed"
    if cyrillic or latin:
        return "cyrl" if cyrillic else "latn"
    return "other" if any(letter.isalpha() for letter in word) else "none"


def one_alphabet(word: str) -> str:
    """A word of both alphabets in the one it is meant in: «вoдa» Cyrillic, "Аlmaty" Latin.

    It is Latin only where nothing but letters that look Latin speaks for Cyrillic.
    """
    cyrillic = set(map(ord, _CYRILLIC_LETTER.findall(word)))
    latin = set(map(ord, _LATIN_LETTER.findall(word)))
    if cyrillic <= _CYRILLIC_ALIKE and not latin <= _LATIN_ALIKE:
        return word.translate(_LATIN_LIKE)
    return word.translate(_LOOKALIKE)


def shorten(word: str) -> str:
    """A word without elongation: «нееет» becomes «неет», ")))))" becomes "))"."""
    return _RUN.sub(r"\1\1", word)[:LONGEST_WORD]


@lru_cache(maxsize=1 << 12)
def fold(word: str) -> str:
    """The common form of the spellings of a lower case word: «күшті», «кушти», "kushti"."""
    kind = script(word)
    if kind == "mixed":
        word = one_alphabet(word)
    if kind in ("mixed", "latn") and not word.startswith("<"):
        word = _from_latin(word)
    return shorten(word.translate(_TO_RUSSIAN))


def folded(words: Sequence[str], scripts: Sequence[str]) -> list[str]:
    """`fold` of each word, whose `script` is given: all but those of Latin letters at once."""
    found = _joined(words, lambda text: text.translate(_TO_RUSSIAN), shorten)
    for place, kind in enumerate(scripts):
        if kind in ("mixed", "latn"):
            found[place] = fold(words[place])
    return found


def shortened(words: Sequence[str]) -> list[str]:
    """`shorten` of each word."""
    return _joined(words, str, shorten)


def _joined(
    words: Sequence[str], change: Callable[[str], str], rest: Callable[[str], str]
) -> list[str]:
    """`rest(change(word))` of each word, where `rest` changes only what is long or elongated, and
    `change` a letter at a time. One call for all of them costs less than one each."""
    text = change("\n".join(words))
    changed = text.split("\n")
    if len(changed) != len(words):  # a line of its own is no word
        return [rest(change(word)) for word in words]
    if _elongated(text):
        return [rest(word) for word in changed]
    return [word if len(word) <= LONGEST_WORD else rest(word) for word in changed]


def _elongated(text: str) -> bool:
    """Whether a letter stands three times in a row."""
    letters = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    same = letters[1:] == letters[:-1]
    return bool((same[1:] & same[:-1]).any())


_ENDING_WORDS = (
    "лар лер дар дер тар тер "  # plural
    "ларымыз леримиз дарымыз деримиз тарымыз теримиз ымыз имиз мыз миз ыныз иниз "
    "нын нин дын дин тын тин "  # of
    "га ге ка ке на не "  # to
    "нан нен дан ден тан тен "  # from
    "да де та те нда нде "  # in
    "ны ни ды ди ты ти "  # object
    "мен бен пен "  # with
    "дагы деги тагы теги гы ги кы ки "
    "сыз сиз лык лик дык дик тык тик лы ли "
    "сы си ым им ын ин ы и "
)
_SHORTEST_STEM = 4


def _by_last_letters() -> dict[str, tuple[tuple[str, int], ...]]:
    """Endings with their lengths, the longest first, by the last two letters of a word; those of
    one letter by this letter as well."""
    endings = sorted(set(_ENDING_WORDS.split()), key=len, reverse=True)
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for ending in endings:
        found[ending[-2:]].append((ending, len(ending)))
    short = {ending: (ending, 1) for ending in endings if len(ending) == 1}
    for last, listed in found.items():
        if len(last) == 2 and last[1] in short:
            listed.append(short[last[1]])
    return {last: tuple(listed) for last, listed in found.items()}


_ENDINGS = _by_last_letters()


def stem(word: str) -> str:
    """A folded Kazakh word without its endings, four letters at the least."""
    for _ in range(4):
        ending = _ending(word)
        if not ending or len(word) - ending < _SHORTEST_STEM:
            return word
        word = word[:-ending]
    return word


def _ending(word: str) -> int:
    """Letters of the longest ending that a word has."""
    listed = _ENDINGS.get(word[-2:]) or _ENDINGS.get(word[-1:], ())
    return next((length for ending, length in listed if word.endswith(ending)), 0)
