"""What the tests of the heads share."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from models import language, linear, understanding
from models.texts import Text
from models.understanding import HEADS, Understanding
from models.weights import ARTIFACTS
from rezonans.records import Place


class Nowhere:
    """Places of texts that name none: keeps tests of heads apart from the gazetteer."""

    version = "nowhere"

    def __call__(self, batch: Sequence[Text], /) -> list[tuple[Place, ...]]:
        return [() for _ in batch]


@pytest.fixture(scope="session")
def heads() -> dict[str, linear.Head]:
    """The packaged linear heads."""
    return {name: linear.load(ARTIFACTS / name) for name in HEADS}


@pytest.fixture(scope="session")
def model() -> language.Model:
    """The packaged word head of languages."""
    return language.load(ARTIFACTS / "language")


@pytest.fixture(scope="session")
def understand(heads: dict[str, linear.Head], model: language.Model) -> Understanding:
    """All packaged heads, without places."""
    return understanding.Understanding(heads, model, Nowhere())
