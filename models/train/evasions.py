"""Ways to hide words from a filter that a person still reads at a glance, and what they cost us.

python -m models.train.evasions     # a table: how often topic and attitude stay as they are

Each way is tried on the key words of a sentence and on all of it. Nothing is trained on them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from models.texts import Text
from models.understanding import Labels, Understanding, load

Way = Callable[[str], str]
"""A word to the same word in disguise."""

SENTENCES = {
    "ru": (
        "третий день [воды] нет, [водоканал] молчит",
        "опять отключили [свет] и [электричество] по всей улице",
        "[батареи] холодные, [отопление] не дают",
        "[мусор] не вывозят вторую неделю, [свалка] у дома",
        "[дороги] разбиты, [ямы] и [асфальт] кусками",
        "в [больнице] хамят, к [врачу] не попасть",
        "за справку требуют [взятку], кругом [коррупция]",
        "[автобус] опять не пришёл, [маршрутку] ждём час",
    ),
    "kk": (
        "үш күн болды [су] жоқ, [құбырдан] ештеңе ақпайды",
        "тағы [жарық] жоқ, [электр] қуаты сөніп қалды",
        "[жылу] берілмейді, [батарея] мұздай",
        "[қоқыс] шығарылмайды, [қоқыс] жәшігі толып кетті",
        "[жолдар] нашар, [асфальт] жоқ, шұңқыр көп",
        "[ауруханада] кезек, [дәрігер] дөрекі сөйлейді",
        "анықтама үшін [пара] сұрайды, [жемқорлық] көп",
        "[автобус] тағы келмеді, [аялдамада] бір сағат күттік",
    ),
}
"""Key words stand in brackets."""

_LATIN = str.maketrans("асеорхукмтвніәө", "aceopxykmtbhiəɵ")
_GREEK = str.maketrans("авеікмнортух", "αβεικμηορτυχ")
_DIGITS = str.maketrans("оОзЗчб", "0033" + "46")
_LEET = str.maketrans({"а": "@", "с": "$", "е": "€", "о": "0", "і": "!", "з": "3"})
_OTHER = str.maketrans("аеиоуэ", "ӓѐѝӧӱӭ")
_FLIPPED = str.maketrans("авгеёзийкмнопрстуфхцчьэяі", "ɐʚɹǝǝεииʞwноudɔɯʎфхǹһqєʁı")
_SMALL = str.maketrans("авекмнорстух", "ᴀʙᴇᴋᴍʜᴏᴩᴄᴛуx")
_TO_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезиклмнопрстуфцыэй", "abvgdeziklmnoprstufcyej", strict=True)),
        "ж": "zh", "х": "kh", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ё": "yo",
        "ь": "", "ъ": "", "ә": "ä", "ғ": "ğ", "қ": "q", "ң": "ñ", "ө": "ö", "ұ": "u", "ү": "ü",
        "һ": "h", "і": "i",
    }
)  # fmt: skip


def _between(sign: str) -> Way:
    return sign.join


def _after(sign: str) -> Way:
    return lambda word: "".join(letter + sign for letter in word)


def _mapped(table: Mapping[int, str | int]) -> Way:
    return lambda word: word.translate(table)


def _around(left: str, right: str) -> Way:
    return lambda word: "".join(f"{left}{letter}{right}" for letter in word)


def _hidden(sign: str) -> Way:
    """The second letter is a sign."""
    return lambda word: word[:1] + sign + word[2:] if len(word) > 3 else word


WAYS: dict[str, Way] = {
    "spaces between letters: в о д ы": _between(" "),
    "thin spaces": _between("\u2009"),
    "two spaces": _between("  "),
    "dots: в.о.д.ы": _between("."),
    "hyphens": _between("-"),
    "underscores": _between("_"),
    "asterisks": _between("*"),
    "slashes": _between("/"),
    "bars": _between("|"),
    "commas": _between(","),
    "apostrophes": _between("'"),
    "dot and space: в. о. д. ы": _between(". "),
    "hyphen and spaces: в - о - д - ы": _between(" - "),
    "line feeds, a letter a line": _between("\n"),
    "emoji between: в🔥о🔥д": _between("🔥"),
    "different emoji": lambda word: "".join(
        a + b for a, b in zip(word, "🔥💧😡🚱❗⚡" * 9, strict=False)
    ),
    "emoji with a selector": _between("❗\ufe0f"),
    "brackets: [в][о][д]": _around("[", "]"),
    "round brackets": _around("(", ")"),
    "in the middle a dot: во.ды": lambda word: f"{word[: len(word) // 2]}.{word[len(word) // 2 :]}",
    "in the middle a hyphen": lambda word: f"{word[: len(word) // 2]}-{word[len(word) // 2 :]}",
    "in the middle an asterisk": lambda word: f"{word[: len(word) // 2]}*{word[len(word) // 2 :]}",
    "in the middle a space": lambda word: f"{word[: len(word) // 2]} {word[len(word) // 2 :]}",
    "zero-width space": _between("\u200b"),
    "zero-width joiner": _between("\u200d"),
    "soft hyphen": _between("\xad"),
    "word joiner": _between("\u2060"),
    "variation selectors": _after("\ufe0f"),
    "accents: во́ды́": _after("\u0301"),
    "piled accents (zalgo)": _after("\u0300\u0316\u0489\u0334\u035d"),
    "struck through": _after("\u0336"),
    "underlined": _after("\u0332"),
    "circled by a mark": _after("\u20dd"),
    "Latin letters that look alike": _mapped(_LATIN),
    "every other letter Latin": lambda word: "".join(
        letter.translate(_LATIN) if at % 2 else letter for at, letter in enumerate(word)
    ),
    "Greek letters that look alike": _mapped(_GREEK),
    "small capitals": _mapped(_SMALL),
    "Cyrillic letters with marks: вӧды": _mapped(_OTHER),
    "digits for letters: в0да": _mapped(_DIGITS),
    "leetspeak: $вет, н€т, д@й": _mapped(_LEET),
    "a letter hidden: в*ды": _hidden("*"),
    "a letter hidden: в_ды": _hidden("_"),
    "a letter hidden: в#ды": _hidden("#"),
    "a vowel left out": lambda word: word[:1] + word[1:2].strip("аеёиоуыэюяәөүұі") + word[2:],
    "elongated: воооды": lambda word: "".join(
        letter * 4 if letter in "аеёиоуыэюяәөүұі" else letter for letter in word
    ),
    "every letter three times": lambda word: "".join(letter * 3 for letter in word),
    "every letter twice": lambda word: "".join(letter * 2 for letter in word),
    "capitals": str.upper,
    "every other letter capital": lambda word: "".join(
        letter.upper() if at % 2 else letter for at, letter in enumerate(word)
    ),
    "in Latin letters": _mapped(_TO_LATIN),
    "Latin letters of mathematics": lambda word: "".join(
        chr(0x1D41A + ord(x) - 97) if "a" <= x <= "z" else x for x in word.translate(_TO_LATIN)
    ),
    "wide Latin letters": lambda word: "".join(
        chr(0xFF41 + ord(x) - 97) if "a" <= x <= "z" else x for x in word.translate(_TO_LATIN)
    ),
    "circled Latin letters": lambda word: "".join(
        chr(0x24D0 + ord(x) - 97) if "a" <= x <= "z" else x for x in word.translate(_TO_LATIN)
    ),
    "backwards by a mark": lambda word: f"\u202e{word[::-1]}\u202c",
    "upside down": lambda word: word.translate(_FLIPPED)[::-1],
    'quoted: в"о"д"ы': _between('"'),
    "tilde": _between("~"),
    "plus signs": _between("+"),
    "bullets": _between("•"),
    "equals signs": _between("="),
    "colons": _between(":"),
    "a tag between: в<b>оды": lambda word: f"{word[:1]}<b></b>{word[1:]}",
    "as a hashtag": lambda word: f"#{word}",
    "two letters changed about": lambda word: (
        word[0] + word[2] + word[1] + word[3:] if len(word) > 4 else word
    ),
}


class Tried(NamedTuple):
    """A way over all sentences of a language: how many, and in how many of them what stayed."""

    way: str
    scope: str
    language: str
    texts: int
    topic: int
    attitude: int


def disguised(sentence: str, way: Way, scope: str) -> str:
    """The sentence with its key words, or all of its words, in disguise."""
    if scope == "key":
        parts = sentence.replace("]", "[").split("[")
        return "".join(way(part) if at % 2 else part for at, part in enumerate(parts))
    words = sentence.replace("[", "").replace("]", "").split(" ")
    return "   ".join(way(word.strip(",")) for word in words) if scope == "all" else ""


def tried(model: Callable[[Sequence[Text]], list[Labels]]) -> Iterator[Tried]:
    """Every way on every sentence whose plain form has a topic."""
    for language, sentences in SENTENCES.items():
        for name, way in WAYS.items():
            for scope in ("key", "all"):
                plain = [Text(text=one.replace("[", "").replace("]", "")) for one in sentences]
                hidden = [Text(text=disguised(one, way, scope)) for one in sentences]
                pairs = list(zip(model(plain), model(hidden), strict=True))
                yield Tried(
                    name, scope, language, len(pairs),
                    sum(topic(one) == topic(other) for one, other in pairs),
                    sum(attitude(one) == attitude(other) for one, other in pairs),
                )  # fmt: skip


def topic(labels: Labels) -> str:
    return labels.topics[0][0] if labels.topics else ""


def attitude(labels: Labels) -> str:
    mood = labels.sentiment
    return max(mood._asdict().items(), key=lambda pair: pair[1])[0] if mood else ""


def table(found: Sequence[Tried]) -> str:
    """Markdown: a row a way, topic and attitude of key words and of all, by language."""
    lines = [
        "| way | ru key | ru all | kk key | kk all |",
        "|---|---|---|---|---|",
    ]
    by = {(one.way, one.language, one.scope): one for one in found}
    for way in WAYS:
        cells = [by[way, language, scope] for language in SENTENCES for scope in ("key", "all")]
        told = " | ".join(f"{one.topic}, {one.attitude}" for one in cells)
        lines.append(f"| {way} | {told} |")
    return "\n".join(lines)


def main() -> None:
    model: Understanding = load()
    for language, sentences in SENTENCES.items():
        for one in sentences:
            (labels,) = model([Text(text=one.replace("[", "").replace("]", ""))])
            print(language, one, labels.topics, attitude(labels), file=sys.stderr)
    print(table(list(tried(model))))


if __name__ == "__main__":
    main()
