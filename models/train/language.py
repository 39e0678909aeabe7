"""Training of the word head of languages, and tests of whole texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models import language, texts
from models.train import plan, rows, synthetic
from models.train.held import Held, Judged
from models.train.rows import Row

_MOST_WORDS = 60_000
_OTHER, _OTHER_HELD = synthetic.FOLDER / "other.txt", synthetic.FOLDER / "other_held.txt"
_FEW = 5.0
"""How much more a word of our sentences in other languages counts: they are a hundred."""
_OFTEN = 5
"""Texts of Russian or Kazakh from which a word is theirs, though neighbours have it too."""


def _alphabet(pairs: str) -> dict[str, str]:
    split = (pair.split("=") for pair in pairs.split())
    return {letter: written for letter, written in split}


# Ways of writing Kazakh in Latin: the alphabets of 2021 and of 2018, Turkish-like, that of chats.
OFFICIAL = _alphabet(
    "а=a ә=ä б=b в=v г=g ғ=ğ д=d е=e ё=io ж=j з=z и=i й=i к=k қ=q л=l м=m н=n ң=ñ о=o ө=ö "
    "п=p р=r с=s т=t у=u ұ=ū ү=ü ф=f х=h һ=h ц=ts ч=ch ш=ş щ=şş ы=y і=ı э=e ю=iu я=ia"
)
CHAT = _alphabet(
    "а=a ә=a б=b в=v г=g ғ=g д=d е=e ё=e ж=zh з=z и=i й=i к=k қ=k л=l м=m н=n ң=n о=o ө=o "
    "п=p р=r с=s т=t у=u ұ=u ү=u ф=f х=h һ=h ц=ts ч=ch ш=sh щ=sh ы=y і=i э=e ю=yu я=ya"
)
_ACUTES = OFFICIAL | _alphabet("ә=á ғ=ǵ и=ı й=ı ң=ń ө=ó у=ý ұ=u ү=ú ч=ch ш=sh щ=sh і=i ю=ıý я=ıa")
_TURKISH = OFFICIAL | _alphabet("и=ï й=y у=w ұ=u ч=ç х=x ы=ı і=i ю=yu я=ya")
_IN_LATIN = CHAT | _alphabet("ц=ts щ=sch х=h ъ= ь= ы=y э=e")
"""Russian of those who have no Cyrillic at hand."""
_LATIN_SHARE = 0.1
"""How often a Russian word is taken to be written so."""
_SHARES = ((OFFICIAL, 0.3), (_ACUTES, 0.1), (_TURKISH, 0.1), (CHAT, 0.5))

Counts = dict[tuple[str, str], float]
"""How often a word is met in texts of a language."""


def _words(found: Iterable[str], name: str, weight: float = 1.0) -> Counts:
    counted: Counter[str] = Counter()
    for text in found:
        counted.update(token for token in texts.tokens(text) if token[:1].isalpha())
    return {(word, name): times * weight for word, times in counted.items()}


def _together(*parts: Counts) -> Counts:
    found: Counts = {}
    for part in parts:
        for pair, times in part.items():
            found[pair] = found.get(pair, 0.0) + times
    return found


def _latin(counts: Counts) -> Counts:
    """Kazakh words as they would be written in Latin, in four ways."""
    found: Counts = {}
    for (word, _), times in counts.items():
        for letters, share in _SHARES:
            pair = ("".join(letters.get(letter, letter) for letter in word), "kk")
            found[pair] = found.get(pair, 0.0) + times * share
    return found


def _russian_in_latin(counts: Counts) -> Counts:
    """Frequent Russian words as chats write them in Latin, but for what is a word of others."""
    found: Counts = {}
    for (word, name), times in counts.items():
        latin = "".join(_IN_LATIN.get(letter, letter) for letter in word)
        if name == "ru" and times >= _OFTEN and (latin, "other") not in counts:
            found[latin, "ru"] = found.get((latin, "ru"), 0.0) + times * _LATIN_SHARE
    return found


def _corpus(learn: dict[str, list[Row]]) -> Counts:
    """Words by language. Latin words of Russian texts are other; of Kazakh reviews, unknown."""
    russian: Counts = {}
    for (word, _), times in _words((row.text for row in learn["ru"]), "ru").items():
        russian[word, "other" if texts.script(word) == "latn" else "ru"] = times
    russian = _together(russian, _russian_in_latin(russian))
    own = (row.text for row in learn["own"] if row.language == "kk")
    kazakh = _together(_words((row.text for row in learn["kk"]), "kk"), _words(own, "kk", 5))
    cyrillic = {pair: times for pair, times in kazakh.items() if texts.script(pair[0]) == "cyrl"}
    known = _together(russian, cyrillic, _latin(cyrillic))
    theirs = {word for (word, name), times in known.items() if name != "other" and times >= _OFTEN}
    return _together(known, {pair: n for pair, n in _other().items() if pair[0] not in theirs})


def _other() -> Counts:
    return _words(_sentences(_OTHER), "other", 20)


def _sentences(path: Path) -> list[str]:
    return [line for line in rows.lines(path) if not line.startswith("#")]


def _even(counts: Counts) -> list[tuple[str, str, float]]:
    """Words of each language weighted as if every language had as many words."""
    totals: dict[str, float] = {}
    for (_, name), times in counts.items():
        totals[name] = totals.get(name, 0.0) + times
    shared: dict[str, dict[str, float]] = {}
    for (word, name), times in counts.items():
        shared.setdefault(word, {})[name] = (times + 0.3) / totals[name]
    ranked = sorted(shared, key=lambda word: (-sum(shared[word].values()), word))[:_MOST_WORDS]
    few = {word for word, _ in _other()}
    found = []
    for word in ranked:
        total = sum(shared[word].values())
        weight = float(np.log1p(total * 1e6)) * (_FEW if word in few else 1.0)
        found += [(word, name, weight * part / total) for name, part in shared[word].items()]
    return found


def _fit(examples: Sequence[tuple[str, str, float]]) -> language.Model:
    columns = [language.word_columns(word) for word, _, _ in examples]
    ends = np.cumsum([0, *map(len, columns)])
    values = np.concatenate([np.full(len(each), len(each) ** -0.5) for each in columns])
    shape = (len(columns), language.DIMENSION)
    matrix = csr_matrix((values, np.concatenate(columns), ends), shape=shape)
    model = LogisticRegression(C=30.0, max_iter=500, tol=1e-4)
    model.fit(matrix, [name for _, name, _ in examples], [weight for _, _, weight in examples])
    order = [list(model.classes_).index(name) for name in language.LANGUAGES]
    coefficients = model.coef_[order].T.astype(np.float16).astype(np.float32)
    return language.Model("unsaved", coefficients, model.intercept_[order].astype(np.float32))


def judge(model: language.Model, tested: Sequence[Row]) -> Judged:
    """The language of each row; "none" for one without words."""
    found = model([row.text for row in tested])
    return Judged([verdict.language if verdict else "none" for verdict in found])


def _with_words(found: Iterable[Row]) -> list[Row]:
    return [row for row in found if any(word[:1].isalpha() for word in texts.tokens(row.text))]


def _mixed(russian: Sequence[Row], kazakh: Sequence[Row]) -> list[Row]:
    joined = zip(russian, kazakh, strict=False)
    return [
        Row(text=f"{one.text} {two.text}", label="mixed", source="joined", language="mixed")
        for one, two in joined
        if all(4 <= len(row.text.split()) <= 12 for row in (one, two))
    ]


_QUARTERS = 4
_JOINED_WORDS = 16


def _parted(russian: Sequence[Row], kazakh: Sequence[Row]) -> list[Row]:
    """Texts of 16 words with no to four quarters of Kazakh, whose number is the label."""
    found = []
    for number, (one, two) in enumerate(zip(_long(russian), _long(kazakh), strict=False)):
        quarters = number % (_QUARTERS + 1)
        border = quarters * _JOINED_WORDS // _QUARTERS
        words = two[:border] + one[border:]
        text, label = " ".join(words), f"{quarters} of {_QUARTERS}"
        found.append(Row(text=text, label=label, source="joined", language="mixed"))
    return found


def _long(found: Iterable[Row]) -> list[list[str]]:
    """The first words of texts that have so many."""
    cut = (re.findall(r"[^\W\d_]{2,}", row.text)[:_JOINED_WORDS] for row in found)
    return [words for words in cut if len(words) == _JOINED_WORDS]


def judge_share(model: language.Model, tested: Sequence[Row]) -> Judged:
    """The share of Kazakh to the nearest quarter."""
    found = [verdict.shares if verdict else {} for verdict in model([row.text for row in tested])]
    quarters = [round(_QUARTERS * shares.get("kk", 0.0)) for shares in found]
    return Judged([f"{each} of {_QUARTERS}" for each in quarters])


def _labelled(found: Iterable[Row], name: str) -> list[Row]:
    listed = list(found)
    return list(rows.some(listed, len(listed), label=name))


def _parts(data: Path) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """Rows to learn from and rows held out, by language."""
    comments = {rows.identity(row.text) for row in rows.domain(data, "lang")}
    posts = [*rows.rusentiment(data, "random_posts"), *rows.telegram(data), *rows.kursk(data)]
    russian, russian_test = rows.split(_labelled([*posts, *rows.articles(data)], "ru"), 1, 10)
    kazakh = _labelled(rows.kazsandra(data, "03_pc_train_rus"), "kk")
    valid = {rows.identity(row.text) for row in rows.kazsandra(data, "04_pc_valid")} | comments
    learn = {
        "ru": [row for row in russian if rows.identity(row.text) not in comments],
        "kk": [row for row in kazakh if rows.identity(row.text) not in valid],
        "own": [each.row(each.language) for each in synthetic.examples()],
    }
    test = {"ru": russian_test, "kk": _labelled(rows.kazsandra(data, "04_pc_valid"), "kk")}
    return learn, test


def held(data: Path) -> list[Held]:
    """Russian texts, Kazakh reviews, both joined, and comments of the domain."""
    _, test = _parts(data)
    mixed, parted = _mixed(test["ru"], test["kk"]), _parted(test["ru"], test["kk"])
    other = [
        Row(text=text, label="other", source="own", language="other")
        for text in _sentences(_OTHER_HELD)
    ]
    kazakh, domain = _with_words(test["kk"]), _with_words(rows.domain(data, "lang"))
    return [
        Held("held-out Russian posts, news, appeals", _with_words(test["ru"]), judge),
        Held("KazSAnDRA valid", kazakh, judge, "all taken as Kazakh; some are mixed"),
        Held("joined", mixed, judge, "a Russian and a Kazakh text each"),
        Held("share of Kazakh in joined texts", parted, judge_share, "to the nearest quarter"),
        Held("other languages", other, judge, "sentences of ours"),
        Held("labels/tengri_dev", domain, judge, "validation only", False),
    ]


def train(data: Path, say: plan.Say, more: Sequence[Row] = ()) -> plan.Trained:
    """Words of Russian and Kazakh texts, Kazakh also in Latin, and other languages."""
    say("reading texts and counting words")
    learn, _ = _parts(data)
    learn["own"] += more
    examples = _even(_corpus(learn))
    say("training")
    model = _fit(examples)
    listed = [row for part in learn.values() for row in part]
    return plan.Trained(
        classes=language.LANGUAGES,
        arrays={
            "coefficients": model.coefficients.astype(np.float16),
            "intercept": model.intercept,
        },
        features="",
        settings={},
        sources=plan.count(listed),
        purpose="Language (ru, kk, mixed, other) and script of a text, by its words.",
        data=_DATA,
        failures=_FAILS,
    )


_DATA = (
    "Words of RuSentiment (CC BY-NC-SA 4.0, **non-commercial**), news channels (CC BY 4.0), Kursk"
    " appeals and tengrinews articles (no licence stated) as Russian; of KazSAnDRA (no licence"
    " stated) and synthetic rows as Kazakh, also transliterated into Latin in four ways, as"
    " frequent Russian ones in one; Latin words of Russian texts and a list of sentences of"
    " ours as other."
)
_FAILS = (
    "Texts of one or two words that both languages have.",
    "Russian in Latin letters in a text of a few words: its letters are those of Kazakh chats.",
    "Neighbours of Kazakh (Kyrgyz, Tatar, Uzbek) are seen as Kazakh more often than as other.",
)
