"""Words that say what stands beside them: «село», «ауданы», «улица», «между»."""

from __future__ import annotations

import re
from functools import lru_cache

from models.places.folding import fold, is_latin

KINDS = frozenset({"region", "district", "city", "village", "okrug", "station"})
"""Roles of words that state what kind of place is named."""

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
    "озерах озерам озерами асуы асуында асуынан асудың перевал- көлі- коли колинде колинен колине "
    "колинин канал- хреб- гора гору тау тауы- пик море моря теңіз-",
    "brand": "форум- фк хк клуб- отел- ресторан- кафе тоо ао тц трц трк жк жшс банк- газет- "
    "телеканал- команд- гостиниц- магазин- санатори- фонд- холдинг- компани- авиакомпани- премия "
    "премии кубок кубк- теплоход- танкер- паром- корабл- самолет- фестивал- ансамбл- кинотеатр-",
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
_FIRST_TWO = frozenset(word[:2] for word in (*_WHOLE, *_ANY_BEGINNING))
_LATIN = {
    **{"облис": "region", "аудан": "district", "каласи": "city", "ауили": "village"},
    **{"кошеси": "street", "дангили": "street", "коли": "water", "озени": "water"},
}
"""Kazakh type words in Latin letters, folded."""
_KAZAKH_TYPE = re.compile(r"(?:облыс|аудан|қала|калас|ауыл|кент|көше|коше)\w*|қ|а")
_SEVERAL = re.compile(
    r"сел(?:а|ах|ам|ами)?|аул(?:ы|ов|ах|ам)|поселк(?:и|ов|ах|ам)|город(?:а|ов|ах|ам)"
    r"|деревн(?:и|ях)|станци(?:и|ях|й)|район(?:ы|ов|ах|ам)|област(?:и|ей|ях|ям)"
)


_STAYS = frozenset(["қаласың", "қаласыз", "қаласыңдар", "каласыз", "қаламын", "қалады"])
"""Forms of «қалу», to stay, that begin like a city."""
_TRANSPORT = ("көлік", "көліг", "колик", "колиг")
"""«Көлік», transport, which begins like «көлі», the lake of a name."""


@lru_cache(maxsize=20_000)
def role(word: str) -> str | None:
    """What a lower case word says of its neighbour: a key of `_ROLES`."""
    if is_latin(word):
        folded = fold(word)
        if folded.startswith(_TRANSPORT):
            return None
        return next((kind for start, kind in _LATIN.items() if folded.startswith(start)), None)
    word = word.replace("ё", "е")
    if word[:2] not in _FIRST_TWO or word in _STAYS or word.startswith(_TRANSPORT):
        return None
    if word in _WHOLE:
        return _WHOLE[word]
    if not word.startswith(_ANY_BEGINNING):
        return None
    return next(kind for beginning, kind in _BEGINNINGS if word.startswith(beginning))


@lru_cache(maxsize=20_000)
def follows(word: str) -> bool:
    """Whether a type word is Kazakh: it stands after its name, never before."""
    return is_latin(word) or _KAZAKH_TYPE.fullmatch(word) is not None


@lru_cache(maxsize=20_000)
def several(word: str) -> bool:
    """Whether a type word stands before a list: «сёл», «городах»."""
    return _SEVERAL.fullmatch(word.replace("ё", "е")) is not None
