"""What one word can mean to the gazetteer, and what it does to its neighbours.

Most words mean nothing: `Reader` remembers that, so that a text costs one look-up a word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Sequence
from typing import Any, NamedTuple

from models import morphology
from models.places.endings import (
    ADJECTIVES,
    ANY,
    FOLK,
    INFLECTED,
    LONGEST,
    MANY,
    PEOPLE,
    TOWNSMEN,
    WOMEN,
    Manner,
    beginnings,
    stems,
)
from models.places.folding import fold, is_latin
from models.places.gazetteer import Gazetteer
from models.places.roles import KINDS, role
from models.remembered import Remembered

REMEMBERED = 1 << 16
"""Words whose readings are kept. Of most words a sign is enough, which `Glance` keeps."""
_LONGEST = 40
"""Characters of a word that is read."""
_SHORT = 5
"""Letters of the longest name whose fourth letter an ending may take: «Жем», «Жемде»."""
_HEAD = 5
"""Letters that a name shares with a word of which it is the dictionary form."""
_CHANGED = 3
"""Letters at the end that may differ where the form is guessed."""
_KAZAKH = re.compile(r"[әіңғүұқөһ]")
_RUSSIAN = re.compile(r"[а-яё]+")
_TOWNSMEN = "шан"
"""End of stems that take -е and -ин: «астанчане», «таразчанин»."""
_UNLIKE = ("ов", "ев")
"""Ends of stems that take no -ка: «Петропавловка» is a village."""
_SAID = 5
"""Letters of a name from which on «-дық» behind it is of its people: «оралдық», we came back."""


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
    potent: bool = False
    """Names a place with a small letter and no type word beside it: a city, an adjective."""
    leads: bool = False
    """Begins a name of several words."""
    leads_potent: bool = False
    """Begins one that is potent as a whole."""
    regions: frozenset[str] = frozenset()
    """Two digits each; a post from there may name a place by it with a small letter as well."""


AGAIN = Reading((), (), (), False, False, False, mute=True)
"""Stands for words without a reading that may name a place all the same: in parts («Алматы-то»),
or by what they say of their neighbour, in Latin letters ("Aksu auyly")."""
TYPE = AGAIN._replace(doubtful=True)
"""Stands for other words that state the kind of a place beside them: «село», «ауданы»."""


def _known(gazetteer: Gazetteer) -> tuple[frozenset[str], frozenset[str]]:
    """Names of one word that mean a place without a type word; first words of those of several."""
    known = [key for key, namings in gazetteer.names.items() if any(n.known for n in namings)]
    several = {key.partition(" ")[0] for key in known if " " in key}
    return frozenset(key for key in known if " " not in key), frozenset(several)


def _regions(gazetteer: Gazetteer) -> dict[str, frozenset[str]]:
    """Regions of names by their first word."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, namings in gazetteer.names.items():
        found[name.partition(" ")[0]].update(naming.unit.code[:2] for naming in namings)
    return {first: frozenset(codes) for first, codes in found.items()}


def _helps(word: str, tags: Sequence[Any]) -> bool:
    """Whether the Russian dictionary has the word only in parts of speech that name nothing."""
    known = bool(tags) and _RUSSIAN.fullmatch(word) is not None
    return known and all(tag.POS in _HELPERS for tag in tags)


def _sense(tags: Sequence[Any]) -> tuple[bool, bool, bool]:
    """`listed`, `ordinary` and `doubtful` of a word."""
    geographical = sum("Geox" in tag for tag in tags)
    return bool(tags), bool(tags) and geographical == 0, geographical < len(tags)


def _may_be_somebody(word: str) -> bool:
    """Whether the Russian dictionary does not have the word as a thing alone: «семейка»."""
    tags = morphology.tags(word)
    return not tags or any("anim" in tag for tag in tags)


def _guessed(word: str) -> list[str]:
    """Dictionary forms that a word may have which is not in the dictionary, the likeliest first."""
    return [parse.normal_form for parse in morphology.morphology().parse(word)]


class Reader:
    """Reads words against one gazetteer; remembers up to `REMEMBERED` of them."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._vocabulary = gazetteer.parts
        keys = {*gazetteer.parts, *gazetteer.adjectives, *gazetteer.people}
        self._beginnings = frozenset(key[:end] for key in keys for end in (3, 4))
        begins = beginnings(gazetteer.parts)
        self._names_begin: Container[str] = begins
        self._stems = begins.union(gazetteer.adjectives, gazetteer.people)
        self._short = frozenset(key[:3] for key in keys if len(key) <= _SHORT or key[:2] in keys)
        long = [key for key in gazetteer.parts if len(key) >= _HEAD]
        self._lemmas = frozenset(key[:_HEAD] for key in long)
        self._guessable = frozenset(
            key[:cut]
            for key in long
            for cut in range(max(_HEAD, len(key) - _CHANGED), len(key) + 1)
        )
        self._phrases = frozenset(
            word for key, namings in gazetteer.names.items() if not namings for word in key.split()
        )
        self._potent, self._leads_potent = _known(gazetteer)
        self._regions = _regions(gazetteer)
        self.memory: Remembered[Reading | None] = Remembered(self._at_first, REMEMBERED, _LONGEST)
        """Readings of lower case words, worked out when they are first asked for; or `AGAIN`."""

    def __call__(self, word: str) -> Reading | None:
        """The reading of a lower case word, `None` where it means no place."""
        reading = self.memory[word]
        return None if reading is AGAIN or reading is TYPE else reading

    def _at_first(self, word: str) -> Reading | None:
        reading = self._read(word) if 1 < len(word) <= _LONGEST else None
        if reading is not None:
            return self._ranked(reading)
        kind = role(word) if len(word) > 1 else None
        if not word.isalnum() or (kind == "village" and is_latin(word)):
            return AGAIN
        return TYPE if kind in KINDS else None

    def _ranked(self, reading: Reading) -> Reading:
        keys = [key for key, _ in reading.names]
        potent = bool(reading.adjectives or reading.people) or not self._potent.isdisjoint(keys)
        regions = frozenset().union(*(self._regions.get(key, ()) for key in keys))
        return reading._replace(
            potent=potent,
            leads=any(key in self._gazetteer.heads for key in keys),
            leads_potent=not self._leads_potent.isdisjoint(keys),
            regions=regions,
        )

    def _read(self, word: str) -> Reading | None:
        folded = fold(word)
        if word[0].isdigit() or role(word) is not None or not self._may_be_read(folded):
            return None
        latin = is_latin(word)
        names = self._names(folded, not latin)
        if latin:
            return self._in_latin(names, self._people(word, folded))
        adjectives = self._cut(folded, self._gazetteer.adjectives, ADJECTIVES)
        people = self._people(word, folded)
        if not (names or adjectives or people):
            return None
        tags = [] if not names or _KAZAKH.search(word) else morphology.tags(word)
        if _helps(word, tags):
            names = tuple(name for name in names if name[0] in self._gazetteer.heads)
        sense = _sense(tags) if names else (False, False, False)
        if sense[0] or any(key not in self._gazetteer.misspelt for key, _ in names):
            names = tuple(n for n in names if n[0] not in self._gazetteer.misspelt)
        if not (names or adjectives or people):
            return None
        plain = any(key in self._gazetteer.plain for key, _ in names)
        quiet = sense[1] and not (adjectives or people or plain)
        mute = not (adjectives or people) and all(self._says_nothing(key) for key, _ in names)
        return Reading(names, adjectives, people, *sense, quiet, mute)

    def _may_be_guessed(self, folded: str) -> bool:
        """Whether a name is the word but for an ending: a guess costs as much as two words.

        Of 5,662 words of real texts for which one was asked 54 led to a name, and all by this.
        """
        cuts = range(max(_HEAD, len(folded) - _CHANGED), len(folded) + 1)
        return any(folded[:cut] in self._guessable and folded[cut:] in INFLECTED for cut in cuts)

    def _may_be_read(self, folded: str) -> bool:
        """Whether any cut of a word is of a name, so that it is worth to look closer."""
        if folded[:4] not in self._beginnings and folded[:3] not in self._short:
            return False
        if folded[:_HEAD] in self._lemmas or folded in self._vocabulary:
            return True
        stems = self._stems
        for cut in range(len(folded), 1, -1):
            if folded[:cut] in stems and folded[cut:] in ANY:
                return True
        return False

    def _says_nothing(self, key: str) -> bool:
        gazetteer = self._gazetteer
        return gazetteer.names.get(key) == () and key not in gazetteer.heads

    def _names(self, folded: str, russian: bool) -> tuple[tuple[str, Manner], ...]:
        found: dict[str, Manner] = {}
        for stem, manner in stems(folded, self._names_begin):
            if stem in self._vocabulary and (len(stem) > 2 or manner != "case"):
                found.setdefault(stem, manner)
        if russian and not found and folded[:_HEAD] in self._lemmas:
            known = morphology.normal_forms(folded)
            guessed = _guessed(folded) if not known and self._may_be_guessed(folded) else ()
            for form in (*known, *guessed)[:3]:
                lemma = fold(form)
                if lemma in self._vocabulary and folded not in (lemma + "ов", lemma + "ев"):
                    found.setdefault(lemma, "case")
        return tuple(found.items())

    def _in_latin(
        self, names: tuple[tuple[str, Manner], ...], people: tuple[str, ...]
    ) -> Reading | None:
        """Large places by themselves; a village only as an ordinary word would be one."""
        large = tuple(name for name in names if self._written_in_latin(*name))
        people = tuple(key for key in people if key in self._gazetteer.folk)
        if large or people:
            return Reading(large, (), people, False, False, False)
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

    def _people(self, word: str, folded: str) -> tuple[str, ...]:
        cuts = range(len(folded), max(2, len(folded) - LONGEST), -1)
        keys = self._gazetteer.people
        return tuple(
            folded[:cut]
            for cut in cuts
            if folded[:cut] in keys and self._of_people(word, folded[:cut], folded[cut:])
        )

    def _of_people(self, word: str, stem: str, ending: str) -> bool:
        """Whether the people of a stem end so."""
        if stem.endswith(_TOWNSMEN):
            return ending in TOWNSMEN
        if ending in FOLK:
            return ending in MANY or len(stem) >= _SAID
        if ending in WOMEN:
            russian = len(stem) > _SAID and stem not in self._gazetteer.folk
            return russian and not stem.endswith(_UNLIKE) and _may_be_somebody(word)
        return ending in PEOPLE
