"""Where the processor time of the whole job goes while there is more to do than can be done."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.steps import KEEP_SECONDS, LOOKING
from tests.bench.systems import line_of, ours

ROUNDS = 3
NAMES = ("store", "worker")
LEAST = 0.005
"""Of the whole; less is told together."""


def shares(posts: Sequence[Any], alone: Callable[[], float]) -> Iterator[tuple[str, str, float]]:
    """Process, step, and what it takes of a post, by what the models alone take of it offline;
    the greatest first, then what is left. Looking itself is left out."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = [folder / f"{name}.json" for name in NAMES]
        line = line_of("rezonans", ours([["worker"]], steps=files), None, stack)
        line.round(posts, 0)
        before = _read(files)
        limits = []
        for number in range(1, ROUNDS + 1):
            line.round(posts, number)
            limits.append(alone())
        after = _read(files)
    unit = median(limits) * len(posts) * ROUNDS / 1e6
    found = [
        (name, step, (seconds - then.get(step, 0.0)) / unit)
        for name, then, now in zip(NAMES, before, after, strict=True)
        for step, seconds in now.items()
        if step != LOOKING
    ]
    least = LEAST * sum(share for *_, share in found)
    yield from sorted((one for one in found if one[2] >= least), key=lambda one: -one[2])
    yield "both", "all else", sum(share for *_, share in found if share < least)


def _read(files: Sequence[Path]) -> list[dict[str, float]]:
    """What is kept once what was done is in it."""
    time.sleep(2 * KEEP_SECONDS)
    return [json.loads(file.read_text()) for file in files]
