"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# Speed is measured by benchmarks; a busy machine must not fail a test.
settings.register_profile("rezonans", deadline=None)
settings.load_profile("rezonans")

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The data folder beside the checkout; tests that ask for it skip without it."""
    path = CHECKOUT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("no data folder beside the checkout")
    return path
