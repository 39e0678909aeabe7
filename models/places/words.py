"""What one word can mean to the gazetteer, and what it does to its neighbours.

Most words mean nothing: `Reader` remembers that, so that a text costs one look-up a word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from models.morphology import morphology
from models.places.endings import ADJECTIVES, PEOPLE, TOWNSMEN, Manner, stems
from models.places.folding import fold, is_latin
from models.places.gazetteer import Gazetteer

REMEMBERED = 200_000
"""Words that are kept; when the memory is full it starts anew."""
_LONGEST = 40
_SHORT = 5
"""Letters of the longest name whose fourth letter an ending may take: «Жем», «Жемде»."""
"""Characters of a word that is read."""
_KAZAKH = re.compile(r"[әіңғүұқөһ]")
_RUSSIAN = re.compile(r"[а-яё]+")
_TOWNSMEN = ("шан", "ш")
"""Ends of stems that take -анин: «астанчане», «таразчанин»."""


_HELPERS = frozenset(
    ["NPRO", "PREP", "CONJ", "PRCL", "INTJ", "VERB", "INFN", "ADVB", "GRND", "PRED"]
)
"""Parts of speech that no name is, though it may be spelled the same: «он», «про», «пройти»."""


class Reading(NamedTuple):
    """What a word may be: keys of the gazetteer."""

    names: tuple[tuple[str, Manner], ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]
    listed: bool
    """The Russian dictionary knows the word."""
    ordinary: bool
    """A word of the Russian dictionary that is no geographical name."""
    doubtful: bool
    """Has another sense beside the geographical one, or is a given name or surname."""
    quiet: bool = False
    """Means no place by itself where it is written with a small letter."""
    mute: bool = False
    """Means no place by itself at all: «Казахстан»."""


def _helps(word: str) -> bool:
    """Whether the Russian dictionary has the word only in parts of speech that name nothing."""
    if not _RUSSIAN.fullmatch(word) or not morphology().word_is_known(word):
        return False
    return all(parse.tag.POS in _HELPERS for parse in morphology().parse(word))


class Reader:
    """Reads words against one gazetteer; remembers up to `REMEMBERED` of them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._vocabulary = gazetteer.parts
        keys = {*gazetteer.parts, *gazetteer.adjectives, *gazetteer.people}
        self._beginnings = frozenset(key[:end] for key in keys for end in (3, 4))
        self._short = frozenset(key[:3] for key in keys if len(key) <= _SHORT or key[:2] in keys)
        self._lemmas = frozenset(key[:5] for key in gazetteer.parts if len(key) > 4)
        self._phrases = frozenset(
            word for key, namings in gazetteer.names.items() if not namings for word in key.split()
        )
        self.memory: dict[str, Reading | None] = {}
        """Readings of words seen before."""
        self.silent: set[str] = set()
        """What stood between spaces and means no place; kept for `tokens.promising`."""

    def __call__(self, word: str) -> Reading | None:
        """The reading of a lower case word, `None` where it means no place."""
        memory = self.memory
        if word in memory:
            return memory[word]
        if len(memory) >= REMEMBERED:
            memory.clear()
        memory[word] = reading = self._read(word) if 1 < len(word) <= _LONGEST else None
        return reading

    def keep_silent(self, piece: str) -> None:
        """Remembers what means no place."""
        if len(self.silent) >= REMEMBERED:
            self.silent.clear()
        if len(piece) <= _LONGEST:
            self.silent.add(piece)

    def _read(self, word: str) -> Reading | None:
        folded = fold(word)
        if word[0].isdigit() or role(word) is not None:
            return None
        if folded[:4] not in self._beginnings and folded[:3] not in self._short:
            return None
        latin = is_latin(word)
        names = self._names(folded, not latin)
        if latin:
            return self._in_latin(names)
        adjectives = self._cut(folded, self._gazetteer.adjectives, ADJECTIVES)
        people = self._people(folded)
        if not (names or adjectives or people):
            return None
        if names and _helps(word):
            names = tuple(name for name in names if name[0] in self._gazetteer.heads)
        sense = self._sense(word) if names else (False, False, False)
        if sense[0] or any(key not in self._gazetteer.misspelt for key, _ in names):
            names = tuple(n for n in names if n[0] not in self._gazetteer.misspelt)
        if not (names or adjectives or people):
            return None
        plain = any(key in self._gazetteer.plain for key, _ in names)
        quiet = sense[1] and not (adjectives or people or plain)
        mute = not (adjectives or people) and all(self._says_nothing(key) for key, _ in names)
        return Reading(names, adjectives, people, *sense, quiet, mute)

    def _says_nothing(self, key: str) -> bool:
        gazetteer = self._gazetteer
        return gazetteer.names.get(key) == () and key not in gazetteer.heads

    def _names(self, folded: str, russian: bool) -> tuple[tuple[str, Manner], ...]:
        found: dict[str, Manner] = {}
        for stem, manner in stems(folded):
            if stem in self._vocabulary and (len(stem) > 2 or manner != "case"):
                found.setdefault(stem, manner)
        if russian and not found and folded[:5] in self._lemmas:
            for parse in morphology().parse(folded)[:3]:
                lemma = fold(parse.normal_form)
                if lemma in self._vocabulary:
                    found.setdefault(lemma, "case")
        return tuple(found.items())

    def _in_latin(self, names: tuple[tuple[str, Manner], ...]) -> Reading | None:
        """Large places by themselves; a village only as an ordinary word would be one."""
        large = tuple(name for name in names if self._written_in_latin(*name))
        if large:
            return Reading(large, (), (), False, False, False)
        return Reading(names, (), (), False, True, True, True) if names else None

    def _written_in_latin(self, key: str, manner: Manner) -> bool:
        """Short names are words of too many languages, unless a Kazakh ending says more."""
        if key in self._phrases:
            return True
        return len(key) > (3 if manner == "locative" else 4) and self._large(key)

    def _large(self, key: str) -> bool:
        namings = self._gazetteer.names.get(key, ())
        return any(naming.known or naming.unit.kind == "district" for naming in namings)

    @staticmethod
    def _cut(folded: str, keys: Any, endings: frozenset[str]) -> tuple[str, ...]:
        cuts = range(len(folded) - 1, max(2, len(folded) - 10), -1)
        return tuple(
            folded[:cut] for cut in cuts if folded[:cut] in keys and folded[cut:] in endings
        )

    def _people(self, folded: str) -> tuple[str, ...]:
        keys = self._gazetteer.people
        found = dict.fromkeys(self._cut(folded, keys, PEOPLE))
        for cut in range(len(folded), max(2, len(folded) - 6), -1):
            stem = folded[:cut]
            if stem in keys and stem.endswith(_TOWNSMEN) and folded[cut:] in TOWNSMEN:
                found[stem] = None
        return tuple(found)

    @staticmethod
    def _sense(word: str) -> tuple[bool, bool, bool]:
        """`listed`, `ordinary` and `doubtful` of a word."""
        if _KAZAKH.search(word) or not morphology().word_is_known(word):
            return False, False, False
        tags = [str(parse.tag) for parse in morphology().parse(word)]
        geographical = sum("Geox" in tag for tag in tags)
        return True, geographical == 0, geographical < len(tags)


# Words that say what stands beside them; "-" stands for any ending.
_ROLES = {
    "region": "област- обл облыс-",
    "district": "район- р-н- р-он- аудан- ауд",
    "city": "г гор город города городе городу городом городов городах городам қ моногород- "
    "қала қаласы- каласы- городок городке городка",
    "village": "с село села селе селу селом сел селах селам аул аула ауле аулу аулы аулов "
    "аулах ауыл- деревн- дер посел- пос п пгт кенті- кенти- а райцентр-",
    "okrug": "сельск- ауылдық ауылдык",
    "station": "станци- ст разъезд- рзд бекет-",
    "street": "ул улица улице улицу улицей көше- коше- пр пр-т- пр-кт проспект- даңғыл- дангыл- "
    "бульвар- мкр мкрн мкр-н микрорайон- м-н ықшам ықшамаудан- шағынаудан- переул- площад- алаң- "
    "парк парка парке парку парком сквер- скв",
    "water": "река реки реке реку рекой речк- өзен- озен- озеро озера озере озеру озером озер "
    "озерах озерам озерами асуы асуында асуынан асудың перевал- көлі- канал- хреб- гора гору "
    "тау тауы- пик море моря теңіз-",
    "brand": "форум- фк хк клуб- отел- ресторан- кафе тоо ао тц трц трк жк жшс банк- газет- "
    "телеканал- команд- гостиниц- магазин- санатори- фонд- холдинг- компани- авиакомпани- премия "
    "премии кубок кубк-",
    "in": "между в во из изо до через вокруг центр центре жител- "
    "аким акима акиму акимом акимат- мэр "
    "мэра маслихат- полици- суд суде суда тұрғын- рынк- улицах",
    "by": "под около возле близ вблизи недалеко рядом неподалеку",
    "named": "им имени атындағы атын",
    "and": "и или и/или мен және жане да",
}
_WHOLE = {
    w: kind for kind, words in reversed(_ROLES.items()) for w in words.split() if w[-1] != "-"
}
_BEGINNINGS = tuple(
    (word[:-1], kind) for kind, words in _ROLES.items() for word in words.split() if word[-1] == "-"
)
_ANY_BEGINNING = tuple(beginning for beginning, _ in _BEGINNINGS)
_LATIN = {
    **{"облис": "region", "аудан": "district", "каласи": "city", "ауили": "village"},
    **{"кошеси": "street", "дангили": "street"},
}
"""Kazakh type words in Latin letters, folded."""
_KAZAKH_TYPE = re.compile(r"(?:облыс|аудан|қала|калас|ауыл|кент|көше|коше)\w*|қ|а")
_SEVERAL = re.compile(
    r"сел(?:а|ах|ам|ами)?|аул(?:ы|ов|ах|ам)|поселк(?:и|ов|ах|ам)|город(?:а|ов|ах|ам)"
    r"|деревн(?:и|ях)|станци(?:и|ях|й)|район(?:ы|ов|ах|ам)|област(?:и|ей|ях|ям)"
)


_STAYS = frozenset(["қаласың", "қаласыз", "қаласыңдар", "каласыз", "қаламын", "қалады"])
"""Forms of «қалу», to stay, that begin like a city."""


@lru_cache(maxsize=20_000)
def role(word: str) -> str | None:
    """What a lower case word says of its neighbour: a key of `_ROLES`."""
    if is_latin(word):
        return next((kind for start, kind in _LATIN.items() if fold(word).startswith(start)), None)
    word = word.replace("ё", "е")
    if word in _STAYS:
        return None
    if word in _WHOLE:
        return _WHOLE[word]
    if not word.startswith(_ANY_BEGINNING):
        return None
    for beginning, kind in _BEGINNINGS:
        if word.startswith(beginning):
            return kind
    return None


@lru_cache(maxsize=20_000)
def follows(word: str) -> bool:
    """Whether a type word is Kazakh: it stands after its name, never before."""
    return is_latin(word) or _KAZAKH_TYPE.fullmatch(word) is not None


@lru_cache(maxsize=20_000)
def several(word: str) -> bool:
    """Whether a type word stands before a list: «сёл», «городах»."""
    return _SEVERAL.fullmatch(word.replace("ё", "е")) is not None


_PERSON = re.compile(
    r"\w+(?:[оеё]в|[оеё]ва|ин|ина|[ыі]н[аы]|улы|ұлы|кызы|қызы|ович|евич|овна|евна|ский|ская)(?:а|у|ым|ой|е|ого|ому)?"
)


@lru_cache(maxsize=20_000)
def surname(word: str) -> bool:
    """Whether a lower case word looks like a surname or patronymic."""
    return _PERSON.fullmatch(word) is not None


_GIVEN = frozenset(["канат", "талант", "алмаз", "султан", "олжа", "салтанат", "гаухар"])
"""Given names that the Russian dictionary has as words alone."""


@lru_cache(maxsize=20_000)
def given(word: str) -> bool:
    """Whether a lower case word may be a given name: one by the dictionary, or none of its."""
    reader = morphology()
    return (
        word in _GIVEN
        or not reader.word_is_known(word)
        or any("Name" in p.tag for p in reader.parse(word))
    )
