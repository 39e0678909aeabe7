"""How many voices a set of posts is: m near-identical texts weigh 1 + log2(m), none is dropped.

Pure, and the same for the same posts in any order, so that it can be repeated from the store.
Reposts belong to the cascade of their post: they are resonance, not copies.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import fmean, median, pstdev

from rezonans.reasons import CopiedText
from streams.resonance.copies import keys
from streams.resonance.entries import Entry

LEAST_COPIES = 3
"""Posts from which a text is told as copied: two may be a mistake of the sender."""
MOST_TEXTS = 5


@dataclass(frozen=True)
class Text:
    """Posts that say the same, earliest first."""

    entries: tuple[Entry, ...]

    @property
    def organic(self) -> float:
        return 1 + math.log2(len(self.entries))

    @property
    def share(self) -> float:
        """What each of its posts weighs."""
        return self.organic / len(self.entries)

    @property
    def accounts(self) -> int:
        return len({entry.voice for entry in self.entries})


def texts(entries: Iterable[Entry], distance: int) -> list[Text]:
    """The posts grouped by what they say; a post that is not compared is a text of its own.

    `distance`: bits of 64 that may differ from the earliest.
    """
    groups: list[list[Entry]] = []
    bands: dict[int, list[int]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.published, entry.item)):
        if not entry.fingerprint or entry.repost:
            groups.append([entry])
            continue
        found = _near(entry.fingerprint, groups, bands, distance)
        if found is None:
            for key in keys(entry.fingerprint):
                bands.setdefault(key, []).append(len(groups))
            groups.append([entry])
        else:
            groups[found].append(entry)
    return [Text(tuple(group)) for group in groups]


def _near(
    fingerprint: int, groups: list[list[Entry]], bands: dict[int, list[int]], distance: int
) -> int | None:
    for key in keys(fingerprint):
        for number in bands.get(key, ()):
            if (groups[number][0].fingerprint ^ fingerprint).bit_count() <= distance:
                return number
    return None


def copied(found: Sequence[Text]) -> tuple[CopiedText, ...]:
    """The texts that came most often, with what tells a campaign from people."""
    often = [text for text in found if len(text.entries) >= LEAST_COPIES]
    often.sort(key=lambda text: (-len(text.entries), text.entries[0].published))
    return tuple(evidence(text) for text in often[:MOST_TEXTS])


def evidence(text: Text) -> CopiedText:
    """Copies, accounts and spacing of one text."""
    first, times = text.entries[0], [entry.published for entry in text.entries]
    gaps = [later - earlier for earlier, later in pairwise(times)] or [0.0]
    mean = fmean(gaps)
    return CopiedText(
        item=first.item,
        text=first.text,
        url=first.url,
        fingerprint=first.fingerprint or None,
        posts=len(times),
        organic=round(text.organic, 3),
        accounts=text.accounts,
        first=datetime.fromtimestamp(times[0], UTC),
        last=datetime.fromtimestamp(times[-1], UTC),
        gap_seconds=round(median(gaps), 1),
        evenness=round(pstdev(gaps) / mean, 2) if mean else 0.0,
    )
