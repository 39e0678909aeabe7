"""What the codes on boards are called in a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from models import regions
from models.taxonomy import Taxonomy, packaged
from rezonans.i18n import Language, mark, translator
from sinks.desk.labels import APPEALS, LANGUAGES, SENTIMENTS
from sinks.names import regions_of, topics
from sinks.sentence import LEVELS, PLATFORMS

NOTHING = "-"
"""Value of a variable that means: the model abstained, or nothing was found."""

_KINDS = {
    "post": mark("post"), "comment": mark("comment"), "reply": mark("reply"),
    "article": mark("article"), "video": mark("video"), "appeal": mark("appeal"),
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {
    "platform": PLATFORMS,
    "language": {**LANGUAGES, "other": mark("another language")},
    "sentiment": SENTIMENTS,
    "appeal": {**APPEALS, "none": mark("no appeal")},
    "state": {**LEVELS, "closed": mark("over")},
    "trigger": {"spread": mark("wide spread"), "leader": mark("opinion leader")},
    "spike": {
        "spike": mark("a spike"),
        "campaign": mark("like a campaign"),
        "emergence": mark("in several regions"),
        "data-quality": mark("a fault of the data"),
    },
    "refused": {
        "young": mark("too young"),
        "thin": mark("too few posts"),
        "gap": mark("a gap"),
        "rising": mark("just begun"),
    },
    "kind": _KINDS,
    "flag": {"0": mark("no"), "1": mark("yes"), "false": mark("no"), "true": mark("yes")},
}
_EMPTY = {"topic", "region", "district", "language", "sentiment", "appeal"}
"""Vocabularies in which an empty code says that there is none."""

COLOURS = {"red": "#c4162a", "orange": "#e0752d", "yellow": "#e0b400", "closed": "#8e8e8e"}


def names(kind: str, language: Language, known: Taxonomy | None = None) -> dict[str, str]:
    """Names by code, topics as `known` says (the packaged taxonomy by default); `KeyError` for a
    vocabulary that there is not."""
    if kind == "topic":
        found = topics(language, known)
    else:
        found = dict(_PLACES[kind](language)) if kind in _PLACES else _said(kind, language)
    if kind in _EMPTY:
        undecided = translator(language).gettext("not determined")
        found |= {"": undecided, NOTHING: undecided}
    return found


def shown(kind: str, language: Language, known: Taxonomy | None = None) -> dict[str, str]:
    """`names`, and what is written of topics that the packaged weights say and the taxonomy does
    not name: the store may hold them from a time when it did."""
    found = names(kind, language, known)
    if kind == "topic":
        nameless = translator(language).gettext("a topic without a name")
        found |= {code: nameless for code in packaged().topics if code not in found}
    return found


def _said(kind: str, language: Language) -> dict[str, str]:
    words = translator(language)
    return {code: words.gettext(name) for code, name in _WORDS[kind].items()}


@cache
def _districts(language: Language) -> dict[str, str]:
    return {
        code: found.kazakh if language == "kk" else found.russian
        for region in regions.regions()
        for code, found in regions.districts(region).items()
    }


@cache
def _towns(language: Language) -> dict[str, str]:
    """Places that have a point on the map; of the others the store has the official name."""
    return {code: regions.name(code, language) for code in regions.points()}


def _anywhere(language: Language) -> dict[str, str]:
    """Regions by two and by nine digits, and districts: keys of what explains a spike."""
    found = dict(regions_of(language))
    return found | {code.ljust(9, "0"): name for code, name in found.items()} | _districts(language)


def _short(language: Language) -> dict[str, str]:
    return {code: regions.short(code, language) for code in regions.regions()}


_PLACES: Mapping[str, Callable[[Language], Mapping[str, str]]] = {
    "region": regions_of,
    "region_short": _short,
    "anywhere": _anywhere,
    "district": _districts,
    "settlement": _towns,
}
