"""What understanding costs, by step, beside the naive way and the bare multiplication.

Texts are joined from rows of our own, so that words are as frequent as in speech; one word in
`NEW_EVERY` has not been seen before: 4 to 5 of 100 are where a stream in both languages has run for
long, 6 to 8 in comments on a week's news, one in `NEW_OFTEN` (`models.train.unseen`). Of 6,000 such
words of comments 68 of 100 are forms that the Russian dictionary lists, 24 are in none, and 6 have
letters of Kazakh; so are they here. Pages of each kind are read in turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from statistics import median
from time import process_time
from typing import Any, NamedTuple

import numpy as np
import pymorphy3
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from models import adding, features, fingerprint, language, linear, resident, understanding
from models import places as gazetteer
from models import texts as reading
from models.features import Floats
from models.linear import Coefficients
from models.resident import Resident
from models.table import Table
from models.texts import KAZAKH, Text
from models.train import hostile, synthetic
from models.understanding import Understanding
from models.weights import ARTIFACTS
from models.wordbank import WordBank

WORDS, PAGE, NEW_EVERY, NEW_OFTEN = 30, 50, 20, 13
WARMING, MEASURED, ROUNDS = 200, 20, 5
"""Pages read before the clock starts, pages of a round, rounds of which the median is told."""
_NAIVE_COLUMNS = 1 << 18
"""Of the naive way, a quarter of what `HashingVectorizer` makes by itself and of ours: each of its
calls goes over all of them, and our table is not to make it dearer."""
_ENDINGS = ("лар", "дың", "ға", "мен", "ымыз", "дағы", "сыз", "ларға", "ның", "дан")


class Step(NamedTuple):
    """A line of the profile."""

    name: str
    milliseconds: float
    """CPU time for a page."""


class Profile(NamedTuple):
    """What was measured; posts are per CPU-second."""

    cold: float
    warm: float
    """One word in `NEW_EVERY` new."""
    fresh: float
    """One word in `NEW_OFTEN` new."""
    known: float
    """Where every word of the page was seen before."""
    new_word_us: float
    """What a word costs that was not seen before, in microseconds."""
    one_post_ms: float
    steps: list[Step]
    naive: float
    multiplication: float
    load_seconds: float
    resident: Resident
    hostile: dict[str, float]
    """Times what an ordinary text takes that is as long, by what is hostile in it."""
    weights_mb: float


def _new_words(words: Sequence[str]) -> Iterator[str]:
    """Words that are not among these, each once: forms of Russian words; of 16, four that lack a
    letter, and one that is Kazakh with an ending."""
    morphology, seen = pymorphy3.MorphAnalyzer(lang="ru"), set(words)
    kazakh = (word + ending for ending in _ENDINGS for word in words if set(word) & KAZAKH)
    for word in filter(morphology.word_is_known, words):
        for form in morphology.parse(word)[0].lexeme:
            made, kind = form.word, len(seen) % 16
            if kind == 0:
                made = next(kazakh, made)
            elif kind % 4 == 1:
                made = made[: len(made) // 2] + made[len(made) // 2 + 1 :]
            if made not in seen:
                seen.add(made)
                yield made


def pages(count: int, seed: int = 0, every: Sequence[int] = (NEW_EVERY,)) -> list[list[Text]]:
    """`count` pages of `PAGE` texts of `WORDS` words, always the same. Pages take turns in how many
    words there are to one that is new."""
    random = Random(seed)
    rows = [each.text.split() for each in synthetic.examples()]
    vocabulary = sorted({word.lower() for row in rows for word in row if word.isalpha()})
    random.shuffle(vocabulary)
    new = _new_words(vocabulary)

    def text(every: int) -> Text:
        words: list[str] = []
        while len(words) < WORDS:
            words += random.choice(rows)
        words = words[:WORDS]
        for place in range(random.randrange(every), WORDS, every):
            words[place] = next(new, words[place])
        return Text(text=" ".join(words))

    return [[text(every[n % len(every)]) for _ in range(PAGE)] for n in range(count)]


def _seconds(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def _per_page(work: Callable[[Any], object], rounds: Sequence[Sequence[Any]]) -> float:
    """Milliseconds a page, the median of rounds; each page is read once."""

    def round_of(part: Sequence[Any]) -> Callable[[], object]:
        return lambda: [work(page) for page in part]

    return 1000 * median(_seconds(round_of(part)) for part in rounds) / len(rounds[0])


def _stacked() -> tuple[list[linear.Head], Coefficients]:
    heads = [linear.load(ARTIFACTS / name) for name in understanding.HEADS]
    return heads, np.hstack([head.coefficients for head in heads])


def _tokens(page: Sequence[Text]) -> list[list[str]]:
    return [reading.tokens(text.text) for text in page]


def _steps(warming: Sequence[list[Text]], rounds: Sequence[list[list[Text]]]) -> list[Step]:
    """The parts of a page by themselves, every word known."""
    table = Table.of([linear.load(ARTIFACTS / name).coefficients for name in understanding.HEADS])
    bank = WordBank(table, language.load(ARTIFACTS / "language"))
    find = gazetteer.load()
    for page in [*warming, *(page for part in rounds for page in part)]:
        adding.add(bank, table, _tokens(page))
        find(page)
    cut = [[_tokens(page) for page in part] for part in rounds]
    flat = [[[token for text in page for token in text] for page in part] for part in cut]
    votes = adding.add(bank, table, cut[0][0]).votes
    return [
        Step("cut into tokens", _per_page(_tokens, rounds)),
        Step("features: look words up", _per_page(bank.rows, flat)),
        Step("sums of scores, pairs by matrix", _per_page(_adding(bank, table), cut)),
        Step("fingerprints from votes", 1000 * median(_prints(votes))),
        Step("places", _per_page(find, rounds)),
    ]


def _adding(bank: WordBank, table: Table) -> Callable[[Any], object]:
    return lambda page: adding.add(bank, table, page)


def _prints(votes: Floats) -> list[float]:
    return [_seconds(lambda: fingerprint.decide(votes)) for _ in range(50)]


def _naive(page: list[Text]) -> float:
    """Posts a second of pymorphy3 on every word and one call of every head a post."""
    morphology = pymorphy3.MorphAnalyzer(lang="ru")
    hashing = HashingVectorizer(n_features=_NAIVE_COLUMNS, ngram_range=(1, 2))
    heads, _ = _stacked()
    wide = [head.coefficients[:_NAIVE_COLUMNS].astype(np.float32) for head in heads]

    def label(text: Text) -> list[Floats]:
        lemmas = [morphology.parse(word)[0].normal_form for word in reading.tokens(text.text)]
        row = hashing.transform([" ".join(lemmas)])
        return [
            linear.normalise(np.asarray(row @ each + head.intercept))
            for each, head in zip(wide, heads, strict=True)
        ]

    return len(page) / _seconds(lambda: [label(text) for text in page])


def _multiplication(page: list[Text]) -> float:
    """Posts a second where the matrix of the page were there already: the limit."""
    stacked = _stacked()[1].astype(np.float32)
    matrix: csr_matrix = features.matrix([text.text for text in page])
    taken: Any = median([_seconds(lambda: matrix @ stacked) for _ in range(50)])
    return len(page) / float(taken)


class _Turns(NamedTuple):
    """Milliseconds of a page of each kind."""

    warm: float
    fresh: float
    known: float
    one_post: float


def _in_turns(model: Understanding, rounds: Sequence[list[list[Text]]]) -> _Turns:
    """Medians of rounds; in each, pages of both kinds take turns and are then read once more."""
    found: list[_Turns] = []
    for part in rounds:
        new = [_seconds(partial(model, page)) for page in part]
        known = [_seconds(partial(model, page)) for page in part]
        single = [_seconds(partial(model, page[:1])) for page in part]
        sums = sum(new[::2]) * 2, sum(new[1::2]) * 2, sum(known), sum(single)
        found.append(_Turns(*(1000 * each / len(part) for each in sums)))
    return _Turns(*map(median, zip(*found, strict=True)))


def profile() -> Profile:
    """Measure on this machine, CPU time of one core; half a minute."""
    kinds = (NEW_EVERY, NEW_OFTEN)
    written = pages(WARMING + MEASURED * ROUNDS, every=kinds)
    warming, rest = written[:WARMING], written[WARMING:]
    rounds = [rest[n * MEASURED : (n + 1) * MEASURED] for n in range(ROUNDS)]
    found: list[Understanding] = []
    load_seconds = _seconds(lambda: found.append(understanding.load()))
    model = found[0]
    cold = _per_page(model, [warming[:MEASURED]])
    for page in warming[MEASURED:]:
        model(page)
    turns = _in_turns(model, rounds)
    steps = _steps(warming, rounds)
    told = sum(step.milliseconds for step in steps)
    return Profile(
        cold=1000 * PAGE / cold,
        warm=1000 * PAGE / turns.warm,
        fresh=1000 * PAGE / turns.fresh,
        known=1000 * PAGE / turns.known,
        new_word_us=1000 * (turns.warm - turns.known) / (PAGE * WORDS / NEW_EVERY),
        one_post_ms=turns.one_post,
        steps=[*steps, Step("heads, labels, the rest", turns.known - told)],
        naive=_naive(rounds[0][0]),
        multiplication=_multiplication(rounds[0][0]),
        load_seconds=load_seconds,
        resident=resident.measure(),
        hostile=hostile.ratios(model),
        weights_mb=sum(p.stat().st_size for p in ARTIFACTS.rglob("weights.npz")) / 1e6,
    )
