"""What a post costs at each stage, measured in one process: the same functions, no log between."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import median
from time import process_time
from typing import Any

from tests.bench.job import PAGE, pages

ROUNDS = 3


def stages(posts: Sequence[Any]) -> Iterator[tuple[str, float]]:
    """Name and microseconds a post, in the order of the way."""
    from models.understanding import load
    from sinks.clickhouse import rows
    from sinks.clickhouse.client import open_client
    from sinks.clickhouse.migrate import migrate
    from sinks.clickhouse.writer import Writer
    from streams import pages as decoding
    from streams import reading
    from streams.envelope import Envelope
    from streams.steps.understand import _text, understand

    model, now, count = load(), datetime.now(UTC), len(posts)
    values = [value for _, value in pages(posts)]
    batch = [Envelope("posts", 0, n, b"bench", value) for n, value in enumerate(values)]
    texts = [_text(post) for post in posts]
    model(texts)
    yield (
        "decode posts",
        _cost(
            count,
            lambda: [decoding.post(raw) for v in values for raw in decoding.raw_page(v).posts],
        ),
    )
    yield (
        "models",
        _cost(count, lambda: [model(texts[n : n + PAGE]) for n in range(0, count, PAGE)]),
    )
    yield (
        "understand, with both and with encoding",
        _cost(count, lambda: understand(batch, model, model.versions, now)),
    )
    read = reading.mentions("bench")
    outputs = understand(batch, model, model.versions, now)
    again = [Envelope("mentions", 0, n, b"bench", one.value) for n, one in enumerate(outputs)]
    yield "decode mentions", _cost(count, lambda: [read(one, now) for one in again])
    mentions = [read(one, now)[0] for one in again]
    yield "rows", _cost(count, lambda: rows.batch(mentions, now))
    with tempfile.TemporaryDirectory() as folder:
        client = open_client(f"chdb://{folder}")
        migrate(client)
        writer = Writer(client)
        yield "store, with rows and blocks", _cost(count, lambda: writer.write(mentions))
        writer.close()


def _cost(count: int, work: Callable[[], Any]) -> float:
    def once() -> float:
        started = process_time()
        work()
        return (process_time() - started) / count * 1e6

    return median(once() for _ in range(ROUNDS))
