"""What one word can mean to the gazetteer, and what it does to its neighbours.

Most words mean nothing: `Reader` remembers that, so that a text costs one look-up a word.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

import pymorphy3

from models.places.endings import ADJECTIVES, PEOPLE, TOWNSMEN, Manner, stems
from models.places.folding import fold, is_latin
from models.places.gazetteer import Gazetteer

REMEMBERED = 200_000
"""Words that are kept; when the memory is full it starts anew."""
_KAZAKH = re.compile(r"[әіңғүұқөһ]")


class Reading(NamedTuple):
    """What a word may be: keys of the gazetteer."""

    names: tuple[tuple[str, Manner], ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]
    ordinary: bool
    """A word of the Russian dictionary that is no geographical name."""
    doubtful: bool
    """Has another sense beside the geographical one, or is a given name or surname."""


@cache
def _morphology() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")


class Reader:
    """Reads words against one gazetteer; remembers up to `REMEMBERED` of them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._vocabulary = gazetteer.parts
        self._beginnings = frozenset(
            key[:3]
            for keys in (gazetteer.parts, gazetteer.adjectives, gazetteer.people)
            for key in keys
        )
        self._memory: dict[str, Reading | None] = {}

    def __call__(self, word: str) -> Reading | None:
        """The reading of a lower case word, `None` where it means no place."""
        memory = self._memory
        if word in memory:
            return memory[word]
        if len(memory) >= REMEMBERED:
            memory.clear()
        memory[word] = reading = self._read(word) if 1 < len(word) <= 40 else None
        return reading

    def _read(self, word: str) -> Reading | None:
        folded = fold(word)
        if folded[:3] not in self._beginnings and folded not in self._vocabulary:
            return None
        latin = is_latin(word)
        names = self._names(folded)
        if latin:
            names = tuple(n for n in names if len(n[0]) > 4 and self._large(n[0]))
            return Reading(names, (), (), False, False) if names else None
        adjectives = self._cut(folded, self._gazetteer.adjectives, ADJECTIVES)
        people = self._people(folded)
        if not (names or adjectives or people):
            return None
        ordinary, doubtful = self._sense(word) if names else (False, False)
        return Reading(names, adjectives, people, ordinary, doubtful)

    def _names(self, folded: str) -> tuple[tuple[str, Manner], ...]:
        found: dict[str, Manner] = {}
        for stem, manner in stems(folded):
            if stem in self._vocabulary and (len(stem) > 2 or manner != "case"):
                found.setdefault(stem, manner)
        if not found and len(folded) > 4 and not is_latin(folded):
            for parse in _morphology().parse(folded)[:3]:
                lemma = fold(parse.normal_form)
                if lemma in self._vocabulary:
                    found.setdefault(lemma, "case")
        return tuple(found.items())

    def _large(self, key: str) -> bool:
        return any(naming.known for naming in self._gazetteer.names.get(key, ()))

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
            if folded[:cut] in keys and folded[cut - 1] == "ч" and folded[cut:] in TOWNSMEN:
                found[folded[:cut]] = None
            elif folded[:cut] in keys and folded[:cut].endswith("чан") and folded[cut:] in TOWNSMEN:
                found[folded[:cut]] = None
        return tuple(found)

    @staticmethod
    def _sense(word: str) -> tuple[bool, bool]:
        """Whether the word is an ordinary one, and whether it could be something else at all."""
        if _KAZAKH.search(word) or not _morphology().word_is_known(word):
            return False, False
        tags = [str(parse.tag) for parse in _morphology().parse(word)]
        geographical = sum("Geox" in tag for tag in tags)
        return geographical == 0, geographical < len(tags)


# Words that say what stands beside them, by beginning (a Russian or Kazakh ending may follow).
_TYPES = (
    ("region", r"област\w*|обл|облыс\w*"),
    ("district", r"район\w*|р-н\w*|р-он\w*|аудан\w*|ауд"),
    ("city", r"г|гор|город\w{0,3}|городк\w{0,3}|қала(?:сы\w*)?|кала(?:сы\w*)?|қ|моногород\w*"),
    ("village", r"с|сел[оауе]|селом|сел|селах|селам|с[её]ла|аул\w{0,3}|ауыл\w*|деревн\w{0,3}|дер"),
    ("village", r"пос[её]л[ок]\w*|пос|п|пгт|кент\w{1,5}|райцентр\w*|а"),
    ("okrug", r"с[\./]?о|сельск\w+|ауылдық|ауылдык|а[\./]?о"),
    ("station", r"станци\w*|ст|разъезд\w*|рзд|бекет\w*"),
    ("street", r"ул|улиц[аеу]|улицей|көше\w*|коше\w*|пр|пр-т\w*|пр-кт|проспект\w*|даңғыл\w*|дангыл\w*|бульвар\w*"),
    ("street", r"мкр|мкрн|мкр-н|микрорайон\w*|м-н|ықшам|ықшамаудан\w*|шағынаудан\w*|переул\w*|площад\w*|алаң\w*|парк\w{0,3}|сквер\w*|скв"),
    ("water", r"рек[аиеу]|рекой|реч\w+|өзен\w*|озен\w*|озер[оауе]|озером|озёр\w*|көл|көлі\w*|канал\w{0,3}|водохранилищ\w*|хреб\w+|гор[ыаеу]|горах|тау\w{0,4}|пик|мор[яе]|теңіз\w*"),
    ("brand", r"форум\w*|фк|хк|клуб\w*|отел\w*|ресторан\w*|кафе|тоо|ао|тц|трц|трк|жк|жшс|банк\w*|газет\w*|телеканал\w*|команд\w*|гостиниц\w*|магазин\w*|санатори\w*|фонд\w*|холдинг\w*|компани\w*|авиакомпани\w*|премия|премии|кубок|кубк\w*"),
    ("in", r"в|во|из|под|около|возле|близ|до|через|вблизи|недалеко|вокруг|изо|про|к|ко|на|центр\w?"),
    ("in", r"жител\w*|аким\w{0,3}|мэр\w{0,3}|акимат\w*|маслихат\w*|полици\w*|суд\w{0,2}|тұрғын\w*|рынк\w+|улицах"),
    ("named", r"им|имени|атындағы|атын"),
    ("and", r"и|или|и\/или|мен|және|жане|да"),
)  # fmt: skip
_TYPE = [(kind, re.compile(pattern)) for kind, pattern in _TYPES]
_SEVERAL = re.compile(r"с[её]л(?:а|ах|ам|ами)?|аул(?:ы|ов|ах|ам)|пос[её]лк(?:и|ов|ах|ам)|город(?:а|ов|ах|ам)"
                      r"|деревн(?:и|ях)|станци(?:и|ях|й)|район(?:ы|ов|ах|ам)|област(?:и|ей|ях|ям)")  # fmt: skip


@lru_cache(maxsize=20_000)
def role(word: str) -> str | None:
    """What a lower case word says of its neighbour: a kind, street, water, brand, in, and."""
    for kind, pattern in _TYPE:
        if pattern.fullmatch(word):
            return kind
    return None


@lru_cache(maxsize=20_000)
def several(word: str) -> bool:
    """Whether a type word stands before a list: «сёл», «городах»."""
    return _SEVERAL.fullmatch(word) is not None


_PERSON = re.compile(
    r"\w+(?:[оеё]в|[оеё]ва|ин|ина|[ыі]н[аы]|улы|ұлы|кызы|қызы|ович|евич|овна|евна|ский|ская)(?:а|у|ым|ой|е|ого|ому)?"
)


@lru_cache(maxsize=20_000)
def surname(word: str) -> bool:
    """Whether a lower case word looks like a surname or patronymic."""
    return _PERSON.fullmatch(word) is not None
