"""Finds words of a text that name places, with what stands beside them. Decides nothing yet."""

from __future__ import annotations

from typing import NamedTuple

from models.places import marks
from models.places.endings import Manner
from models.places.gazetteer import Gazetteer
from models.places.tokens import Find, Scanned, quoted, tokenize
from models.places.words import Reader

_NOUN = ("ска", "ску", "ском", "ске")
LONGEST = 10_000
"""Characters of a text that are read."""
MOST = 200
"""Finds of a text: a list of all stations of a railway is no evidence of any of them."""


class _Match(NamedTuple):
    """Keys of the gazetteer that the tokens up to `last` are."""

    last: int
    keys: tuple[str, ...]
    manner: Manner


def _known_first(keys: dict[str, Manner], gazetteer: Gazetteer) -> _Match | None:
    """A city in some case before a village as it stands: «Сатпаева» is of Сатпаев."""
    if not keys:
        return None
    known = [key for key in keys if any(naming.known for naming in gazetteer.names[key])]
    order = dict.fromkeys([*known, *keys])
    first = next(iter(order))
    return _Match(0, tuple(order), keys[first])


def _words(scanned: Scanned, at: int, count: int, head: str, gazetteer: Gazetteer) -> _Match | None:
    """The name of `count` words that begins with `head`."""
    tokens, last = scanned.tokens, at + count - 1
    if last >= len(tokens):
        return None
    keys: dict[str, Manner] = {head: "exact"}
    for right in range(at + 1, last + 1):
        reading, gap = tokens[right].reading, scanned.gap(right - 1, right)
        number = tokens[right].low.isdigit()
        if (reading is None and not number) or len(gap) > 3 or gap.strip(" -–\u00a0."):
            return None
        parts = reading.names if reading is not None else ((tokens[right].low, "exact"),)
        keys = {f"{key} {part}": manner for key in keys for part, manner in parts}
    for key, manner in keys.items():
        if key in gazetteer.names:
            return _Match(last, (key,), manner)
    return None


def _name(scanned: Scanned, at: int, gazetteer: Gazetteer) -> _Match | None:
    """The longest name that begins at a token."""
    reading = scanned.tokens[at].reading
    if reading is None:
        return None
    for key, _ in reading.names:
        for count in range(gazetteer.heads.get(key, 0), 1, -1):
            found = _words(scanned, at, count, key, gazetteer)
            if found is not None:
                return found
    single = _known_first({k: m for k, m in reading.names if k in gazetteer.names}, gazetteer)
    return single._replace(last=at) if single else None


def _is_adjective(
    scanned: Scanned, at: int, match: _Match | None, stated: str | None, gazetteer: Gazetteer
) -> bool:
    """Of a word that may be an adjective or a name: «таразский», «под Уральском»."""
    if match is None:
        return True
    if match.last > at or marks.before(scanned, at)[0] in ("village", "city", "station"):
        return False
    if stated and match.last == at:
        return True
    known = any(naming.known for naming in gazetteer.names[match.keys[0]])
    token = scanned.tokens[at]
    noun = token.low.endswith(_NOUN) and scanned.text[token.start].isupper()
    return not known or (match.manner != "exact" and not noun)


def _find(scanned: Scanned, at: int, gazetteer: Gazetteer) -> Find | None:
    reading = scanned.tokens[at].reading
    if reading is None:
        return None
    match = _name(scanned, at, gazetteer)
    stated = marks.after_adjective(scanned, at) if reading.adjectives else (None, None)
    if reading.adjectives and _is_adjective(scanned, at, match, stated[0], gazetteer):
        return _made(scanned, _Match(at, reading.adjectives, "case"), at, "adjective", stated)
    called = reading.people and match is not None and (match.last, match.manner) == (at, "case")
    if match is not None and not called:
        sense = "name" if gazetteer.names[match.keys[0]] else "never"
        return _made(scanned, match, at, sense, marks.after(scanned, match.last))
    people = _Match(at, reading.people, "case")
    return _made(scanned, people, at, "people", (None, None)) if reading.people else None


def _made(scanned: Scanned, match: _Match, at: int, sense: str, after: marks.Mark) -> Find:
    token = scanned.tokens[at]
    stated, before = marks.before(scanned, at)
    both = (after[0], stated) if sense == "adjective" else (stated, after[0])
    end = scanned.tokens[match.last].end
    single = token.reading if match.last == at else None
    return Find(
        first=at,
        last=match.last,
        start=token.start,
        end=end,
        sense=sense,
        keys=match.keys,
        manner=match.manner,
        capital=scanned.text[token.start].isupper(),
        ordinary=single is not None and single.ordinary,
        doubtful=single is not None and single.doubtful,
        listed=single is not None and single.listed,
        marks=tuple(mark for mark in both if mark is not None),
        before=before,
        after=after[1],
        quoted=quoted(scanned.text, token.start, end),
    )


def _speaks(scanned: Scanned, at: int, gazetteer: Gazetteer) -> bool:
    """Whether a word may name a place; an ordinary one in small letters only begins a name."""
    token = scanned.tokens[at]
    reading = token.reading
    if reading is None or not reading.quiet:
        return reading is not None
    capital = scanned.text[token.start].isupper()
    return capital or any(key in gazetteer.heads for key, _ in reading.names)


def scan(text: str, read: Reader, gazetteer: Gazetteer) -> Scanned:
    """Finds of a text, left to right, the longest first, without overlaps; `MOST` at most."""
    tokens = tokenize(text, read)
    found, free = Scanned(text, tokens, [], set(), {}), 0
    for at in [place for place, token in enumerate(tokens) if token.reading is not None]:
        if at < free or len(found.finds) == MOST or not _speaks(found, at, gazetteer):
            continue
        find = _find(found, at, gazetteer)
        if find is not None:
            found.finds.append(find)
            free = find.last + 1
    return found
