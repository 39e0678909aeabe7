"""A bar on standard error for what takes long; standard output stays for the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def bar(doing: str, total: int) -> Iterator[Callable[..., None]]:
    """Yields what moves it: by one, or by a number."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=not total) as shown:
        task = shown.add_task(doing, total=total)

        def advance(steps: int = 1) -> None:
            shown.advance(task, steps)

        yield advance
