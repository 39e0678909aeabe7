"""The share of words that a bank does not hold."""

from __future__ import annotations

import numpy as np

from models import features, language
from models.table import Table
from models.train.unseen import shares
from models.wordbank import WordBank


def test_a_word_is_new_once_until_it_is_forgotten(model: language.Model) -> None:
    bank = WordBank(Table.of([np.zeros((features.width(), 1), np.float32)]), model, capacity=8)
    texts = ["вода газ вода", "вода газ свет", "вода газ", "тепло снег дождь вода газ"]
    found = list(shares(bank, texts, window=1))
    assert found[:2] == [2 / 3, 1 / 3]
    assert found[2:] == [0.0, 3 / 5]  # water and gas were met again, so they are kept
    assert "свет" not in bank
    assert list(shares(bank, ["", " "], window=1)) == []
