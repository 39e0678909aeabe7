"""What is new in the words of a window: log-odds with a prior against the week before.

Of the posts of a week only this is kept: how many of a topic's posts of a day had a word, by a
hash of its stem. Nothing can be read back from it. Pure but for its own state.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from rezonans.reasons import Word
from streams.resonance.voices import Text

BUCKETS = 1 << 14
DAYS = 7
LEAST_BEFORE = 100
"""Posts of the week before without which nothing is called new."""
LEAST_POSTS = 3
"""Texts of the window that have a word, before it is told."""
LEAST_SCORE = 2.0
MOST_WORDS = 8
PRIOR_POSTS = 20.0
"""Posts that the prior, the word's share of both times together, is worth."""
DAY_SECONDS = 86400

_PLAIN = """
без близ весь все всё вот где даже для его ему если есть еще ещё или как когда кто лишь меня мне нам
нас нет них она они оно очень под после потому почему при про сам себя снова так также там тебя тоже
только тут уже чем через что чтобы эта эти это этот
алды арқылы бар барлық басқа біз бір бұл деген деп дейін екен емес енді ешкім ғана жоқ және керек
кейін кім қазір қалай қашан мен менің мұнда неге олар онда оның осы өте сіз сол тағы тек туралы
үшін шейін
"""
NO_NEWS = frozenset(_PLAIN.split())
"""Words that carry sentences, and are no news however many say them."""
_WORD = re.compile(r"[^\W\d_]{3,}")
Counts = NDArray[np.uint32]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without the ending that Russian and Kazakh change most, by its length alone."""
    if len(word) <= 3:
        return word
    return word[: min(6, max(3, len(word) - 2))]


@lru_cache(maxsize=100_000)
def bucket(word: str) -> int:
    """Where the counts of a stem are; the same in every process."""
    return zlib.crc32(word.encode()) % BUCKETS


def stems(text: str) -> dict[str, str]:
    """Stems of a text with the word as it stands there."""
    return {stem(word): word for word in reversed(_WORD.findall(text.lower()))}


class WordDay(msgspec.Struct, array_like=True):
    """One day of one topic."""

    day: int
    posts: int
    counts: bytes
    """Packed, one 32-bit number a bucket."""


class Words:
    """Counts of the last days by topic; `""` for posts of no topic."""

    def __init__(self) -> None:
        self._today: dict[str, tuple[int, int, Counts]] = {}
        self._past: dict[str, list[WordDay]] = {}

    def learn(self, published: float, topic: str | None, text: str) -> None:
        """A post of a closed bin. Bins close in order of time."""
        day, name = int(published // DAY_SECONDS), topic or ""
        known = self._today.get(name)
        if known is None or known[0] != day:
            self._turn(name, day)
            known = (day, 0, np.zeros(BUCKETS, np.uint32))
        _, posts, counts = known
        for found in {bucket(one) for one in stems(text)}:
            counts[found] += 1
        self._today[name] = (day, posts + 1, counts)

    def _turn(self, name: str, day: int) -> None:
        """The day before is packed, days before the week go."""
        known = self._today.pop(name, None)
        past = self._past.setdefault(name, [])
        if known is not None:
            past.append(_packed(*known))
        self._past[name] = [one for one in past if one.day >= day - DAYS]

    def before(self, topic: str | None) -> tuple[int, Counts]:
        """Posts of the week before, and how many had each word; `None`: of all topics."""
        names = self._today.keys() | self._past.keys() if topic is None else {topic}
        posts, counts = 0, np.zeros(BUCKETS, np.uint32)
        newest = max((self._today[name][0] for name in names if name in self._today), default=0)
        for name in names:
            for one in self._past.get(name, ()):
                if one.day >= newest - DAYS:
                    posts += one.posts
                    counts += np.frombuffer(zlib.decompress(one.counts), np.uint32)
            if name in self._today:
                posts += self._today[name][1]
                counts += self._today[name][2]
        return posts, counts

    def dump(self) -> dict[str, list[WordDay]]:
        """All days, today last."""
        names = self._past.keys() | self._today.keys()
        return {
            name: [
                *self._past.get(name, ()),
                *([_packed(*self._today[name])] if name in self._today else []),
            ]
            for name in sorted(names)
        }

    def restore(self, state: dict[str, list[WordDay]]) -> None:
        """The opposite of `dump`."""
        for name, days in state.items():
            *past, last = days
            self._past[name] = list(past)
            counts = np.frombuffer(zlib.decompress(last.counts), np.uint32).copy()
            self._today[name] = (last.day, last.posts, counts)


def _packed(day: int, posts: int, counts: Counts) -> WordDay:
    return WordDay(day, posts, zlib.compress(counts.tobytes(), 1))


def fresh(texts: Sequence[Text], posts_before: int, counts: Counts) -> tuple[Word, ...]:
    """The words that are new in the window, the surest first. A copied text counts once."""
    if posts_before < LEAST_BEFORE:
        return ()
    found, shown = _counted(text.entries[0].text for text in texts)
    scored = [
        (score(n, len(texts), int(counts[bucket(one)]), posts_before), one, n)
        for one, n in found.items()
        if n >= LEAST_POSTS and shown[one].most_common(1)[0][0] not in NO_NEWS
    ]
    scored.sort(key=lambda row: (-row[0], row[1]))
    return tuple(
        Word(
            word=shown[one].most_common(1)[0][0],
            posts=n,
            before=int(counts[bucket(one)]),
            score=round(value, 2),
        )
        for value, one, n in scored[:MOST_WORDS]
        if value >= LEAST_SCORE
    )


def _counted(texts: Iterable[str]) -> tuple[Counter[str], dict[str, Counter[str]]]:
    found: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for text in texts:
        for one, word in stems(text).items():
            found[one] += 1
            shown.setdefault(one, Counter())[word] += 1
    return found, shown


def score(now: int, posts_now: int, before: int, posts_before: int) -> float:
    """Difference of log-odds over its standard deviation (Monroe, Colaresi and Quinn)."""
    prior = PRIOR_POSTS * (now + before + 1) / (posts_now + posts_before + 2)
    rest = PRIOR_POSTS - prior

    def odds(n: int, posts: int) -> float:
        return math.log((n + prior) / (max(posts - n, 0) + rest))

    spread = 1 / (now + prior) + 1 / (before + prior)
    return (odds(now, posts_now) - odds(before, posts_before)) / math.sqrt(spread)
