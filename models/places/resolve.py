"""Chooses one unit for each claim by what is named beside it, then home, then population."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from models.places.gazetteer import Gazetteer
from models.places.judge import Claim
from models.places.units import Unit, parents

Evidence: TypeAlias = tuple[str, frozenset[str]]
"""What it is (co-mention, title, context, home), and codes that it speaks for."""
_RANK = {"city": 0, "quarter": 0, "district": 0, "region": 0, "town": 1, "village": 2}
_BESIDE = 40
"""Characters between a place and the region that is stated for it."""


class Verdict(NamedTuple):
    """One unit that a text names, where it begins, and how that was decided."""

    unit: Unit
    how: str
    start: int
    end: int


def _common(units: Sequence[Unit], gazetteer: Gazetteer) -> Unit | None:
    """The district, else the region, that holds them all; `None` for different regions."""
    for width in (4, 2):
        heads = {unit.code[:width] for unit in units}
        if len(heads) == 1:
            found = gazetteer.units.get(heads.pop().ljust(9, "0"))
            if found is not None:
                return found
    return None


def _narrowed(units: Sequence[Unit], anchors: Iterable[str]) -> list[Unit]:
    """Those units that lie in one of the anchors, by the closest anchor that holds any."""
    for width in (6, 4, 2):
        heads = {code[:width] for code in anchors if code[width - 2 : width] != "00"}
        found = [unit for unit in units if unit.code[:width] in heads]
        if found:
            return found
    return []


def _one(units: Sequence[Unit], gazetteer: Gazetteer) -> Unit | None:
    """One of the units that evidence left over, else the least that holds them all."""
    best = min(_RANK.get(unit.kind, 3) for unit in units)
    first = [unit for unit in units if _RANK.get(unit.kind, 3) == best]
    return first[0] if len(first) == 1 else _common(first, gazetteer)


def _populous(units: Sequence[Unit], gazetteer: Gazetteer) -> Unit | None:
    """The one large place among small namesakes."""
    sizes = sorted(((gazetteer.population.get(unit.code, 0), unit) for unit in units), reverse=True)
    large = sizes[0][0] >= 5_000 and (len(sizes) == 1 or sizes[0][0] >= 4 * sizes[1][0])
    return sizes[0][1] if large else None


def _decide(
    claim: Claim, anchors: Sequence[Evidence], gazetteer: Gazetteer
) -> tuple[Unit, str] | None:
    """The unit and how; `None` is an abstention."""
    units = claim.units
    if claim.sure:
        return units[0], claim.how
    for label, codes in anchors:
        near = _narrowed(units, codes)
        unit = _one(near, gazetteer) if near else None
        if unit is not None:
            return unit, f"{claim.how}+{label}"
    if claim.fallback is not None or claim.bound:
        return (claim.fallback, claim.how) if claim.fallback is not None else None
    return _alone(claim, any(codes for _, codes in anchors), gazetteer)


def _alone(claim: Claim, contradicted: bool, gazetteer: Gazetteer) -> tuple[Unit, str] | None:
    """What remains when nothing named beside it speaks for any of the units.

    Where other places are named, a large namesake far from all of them is no good guess.
    """
    large = None if contradicted else _populous(claim.units, gazetteer)
    if large is not None:
        return large, f"{claim.how}+population"
    common = _common(claim.units, gazetteer)
    return (common, f"{claim.how}+common") if common is not None else None


def _beside(one: Claim, other: Claim) -> bool:
    """Whether two claims stand close enough to speak of one place: village and district."""
    gap = max(one.find.start - other.find.end, other.find.start - one.find.end)
    return one is not other and gap < _BESIDE


def _pass(
    claims: Sequence[Claim],
    gazetteer: Gazetteer,
    others: Sequence[Evidence],
    settled: frozenset[str],
) -> list[Verdict]:
    """One verdict a claim, by the claims that need no help and by what is settled already."""
    sure = {claim.units[0].code for claim in claims if claim.sure} | settled
    open_ = [claim for claim in claims if not (claim.sure or claim.bound or claim.fallback)]
    shared = {common.code for c in open_ if (common := _common(c.units, gazetteer)) is not None}
    cut = {new.ljust(9, "0") for new, old in gazetteer.former.items() if old.ljust(9, "0") in sure}
    verdicts = []
    for claim in claims:
        beside = {unit.code for c in open_ if _beside(c, claim) for unit in c.units}
        together = [frozenset(sure | shared), frozenset(cut), frozenset(beside)]
        anchors = [*(("co-mention", codes) for codes in together), *others]
        decided = _decide(claim, anchors, gazetteer)
        if decided is not None:
            verdicts.append(Verdict(*decided, claim.find.start, claim.find.end))
    return verdicts


def resolve(
    claims: Sequence[Claim],
    gazetteer: Gazetteer,
    others: Sequence[Evidence],
) -> list[Verdict]:
    """Verdicts in the order of the text. `others` is evidence from outside of it, best first."""
    if not claims:
        return []
    first = _pass(claims, gazetteer, others, frozenset())
    settled = frozenset(
        verdict.unit.code for verdict in first if verdict.how.endswith("+co-mention")
    )
    verdicts = _pass(claims, gazetteer, others, settled) if settled else first
    return [v for v in verdicts if not _superseded(v, verdicts, gazetteer)]


def _superseded(verdict: Verdict, verdicts: Sequence[Verdict], gazetteer: Gazetteer) -> bool:
    """Whether it is the former region of a narrower place named right beside it."""
    if verdict.unit.kind != "region":
        return False
    new = {region for region, old in gazetteer.former.items() if old == verdict.unit.code[:2]}
    return bool(new) and any(
        other.unit.code[:2] in new
        and other.unit.kind != "region"
        and -_BESIDE < other.start - verdict.end < _BESIDE
        for other in verdicts
    )


def ranked(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """One verdict a unit, without units that only hold another: the best first.

    Best is the region named most often, then the first named; within it the narrowest.
    """
    holders = {parent for verdict in verdicts for parent in parents(verdict.unit.code)}
    weight = Counter(verdict.unit.code[:2] for verdict in verdicts)
    first: dict[str, Verdict] = {}
    for verdict in verdicts:
        first.setdefault(verdict.unit.code, verdict)
    kept = [verdict for code, verdict in first.items() if code not in holders]
    begins = {verdict.unit.code[:2]: verdict.start for verdict in reversed(verdicts)}
    return sorted(kept, key=lambda v: (-weight[v.unit.code[:2]], begins[v.unit.code[:2]], v.start))
