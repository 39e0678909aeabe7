"""How many words of a real stream the bank does not hold: `python -m models.train.unseen --data D`.

What understanding costs depends on it more than on anything else, so `bench` is given a share of
new words that was measured and not guessed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np

from models import features, language, texts
from models.table import Table
from models.train import rows
from models.weights import ARTIFACTS
from models.wordbank import CAPACITY, WordBank

WINDOW = 100_000
"""Tokens of one figure."""


def shares(bank: WordBank, documents: Sequence[str], window: int = WINDOW) -> Iterator[float]:
    """Share of new ones among the tokens of each window, in order; words and marks."""
    read = new = 0
    for text in documents:
        tokens = texts.tokens(text)
        bank.make_room(len(tokens))
        new += sum(token not in bank for token in dict.fromkeys(tokens))
        read += len(tokens)
        if tokens:
            bank.rows(tokens)
        if read >= window:
            yield new / read
            read = new = 0
    if 2 * read > window:
        yield new / read


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    news = _dated(data / "telegram_ru_news" / "telegram_ru_news.csv.gz", "date")
    comments = _dated(data / "tengrinews_apr2024" / "comments.csv.gz", "created_at_almaty")
    appeals = [row.text for row in rows.kursk(data)]
    posts = [row.text for row in rows.rusentiment(data, "random_posts")]
    kazakh = [row.text for row in rows.kazsandra(data, "03_pc_train_rus")]
    mixed = [*news, *appeals, *posts, *kazakh]
    Random(0).shuffle(mixed)
    print(f"share of new tokens, {WINDOW} a figure; room for {CAPACITY} words")
    _say("news of channels, by time, from nothing", _bank(), news)
    bank = _bank()
    _say("news, appeals, posts, reviews in both languages, mixed, from nothing", bank, mixed)
    _say("the same once more, in another order", bank, mixed[::-1])
    _say("then a week of comments, by time", bank, comments, 20_000)


def _dated(path: Path, column: str) -> list[str]:
    return [raw["text"] for raw in sorted(rows.table(path), key=lambda raw: raw[column])]


def _bank() -> WordBank:
    model = language.load(ARTIFACTS / "language")
    return WordBank(Table.of([np.zeros((features.width(), 1), np.float32)]), model)


def _say(name: str, bank: WordBank, documents: Sequence[str], window: int = WINDOW) -> None:
    found = list(shares(bank, documents, window))
    print(f"{name}\n  " + " ".join(f"{100 * share:.1f}" for share in found), flush=True)
    print(f"  the last third: {100 * float(np.mean(found[-(len(found) // 3) :])):.1f} %")


if __name__ == "__main__":
    main()
