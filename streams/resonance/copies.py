"""Near-identical texts: m copies of one text weigh 1 + log2(m), none is dropped."""

from __future__ import annotations

import math

import msgspec

BANDS = 4
BAND_BITS = 16
MOST_CLUSTERS = 50_000


class Cluster(msgspec.Struct, array_like=True):
    """One text and how often it came."""

    fingerprint: int
    last: float
    """Publication of the newest copy, unix seconds."""
    copies: int = 0


class CopyRing:
    """Clusters of fingerprints. Four bands of 16 bits find every text within three bits."""

    def __init__(self, seconds: float, distance: int) -> None:
        self._seconds = seconds
        self._distance = distance
        self._clusters: dict[int, Cluster] = {}
        self._bands: dict[int, list[int]] = {}
        self._next = 1
        self._swept = -math.inf

    def add(self, fingerprint: int, published: float) -> tuple[int, float]:
        """Number of the text's cluster, and how much more voice this copy adds to it."""
        self._sweep(published)
        number = self._find(fingerprint, published)
        if number is None:
            number = self._create(fingerprint, published)
        cluster = self._clusters[number]
        cluster.copies += 1
        cluster.last = max(cluster.last, published)
        return number, _voice(cluster.copies) - _voice(cluster.copies - 1)

    def copies(self, number: int) -> int:
        """How many copies the cluster holds; 1 when it is forgotten."""
        cluster = self._clusters.get(number)
        return 1 if cluster is None else cluster.copies

    def often(self, least: int) -> list[int]:
        """Numbers of the clusters with so many copies or more."""
        return [number for number, found in self._clusters.items() if found.copies >= least]

    def _find(self, fingerprint: int, published: float) -> int | None:
        for key in keys(fingerprint):
            for number in self._bands.get(key, ()):
                cluster = self._clusters[number]
                near = (cluster.fingerprint ^ fingerprint).bit_count() <= self._distance
                if near and abs(published - cluster.last) <= self._seconds:
                    return number
        return None

    def _create(self, fingerprint: int, published: float) -> int:
        number, self._next = self._next, self._next + 1
        if len(self._clusters) >= MOST_CLUSTERS:
            self._remove(next(iter(self._clusters)))
        self._insert(number, Cluster(fingerprint, published))
        return number

    def _insert(self, number: int, cluster: Cluster) -> None:
        self._clusters[number] = cluster
        for key in keys(cluster.fingerprint):
            self._bands.setdefault(key, []).append(number)

    def _remove(self, number: int) -> None:
        cluster = self._clusters.pop(number)
        for key in keys(cluster.fingerprint):
            members = self._bands[key]
            members.remove(number)
            if not members:
                del self._bands[key]

    def _sweep(self, published: float) -> None:
        """Forget what is too old for a copy, once a tenth of the time."""
        if published < self._swept + self._seconds / 10:
            return
        self._swept = published
        oldest = published - self._seconds
        for number in [n for n, c in self._clusters.items() if c.last < oldest]:
            self._remove(number)

    def dump(self) -> tuple[int, float | None, list[tuple[int, Cluster]]]:
        """Next number, time of the last sweep, clusters in the order they came."""
        swept = None if math.isinf(self._swept) else self._swept
        return self._next, swept, list(self._clusters.items())

    def restore(self, data: tuple[int, float | None, list[tuple[int, Cluster]]]) -> None:
        """The opposite of `dump`."""
        self._next, swept, clusters = data
        self._swept = -math.inf if swept is None else swept
        for number, cluster in clusters:
            self._insert(number, cluster)


def _voice(copies: int) -> float:
    return 1 + math.log2(copies) if copies else 0.0


def keys(fingerprint: int) -> list[int]:
    """Its four bands: fingerprints within three bits have one in common."""
    mask = (1 << BAND_BITS) - 1
    return [(band << BAND_BITS) | (fingerprint >> band * BAND_BITS) & mask for band in range(BANDS)]
