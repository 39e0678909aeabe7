"""How fast the writer takes pages, and what the journal and the rollups ask of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import perf_counter, process_time

from rezonans.records import Mention, Mentions, Place, Post, Sentiment
from sinks.bench.year import END
from sinks.clickhouse.client import Client
from sinks.clickhouse.rollup import TABLES, Rollups
from sinks.clickhouse.writer import Writer

PAGE, PAGES, TOGETHER = 500, 60, 10
_PLACE = (Place(kato="311010000", level="settlement", name="г.Тараз", how="name"),)
_TEXT = "Третий день без отопления на улице Толе би, дети мёрзнут, звонили в акимат, ответа нет"


def _page(number: int, at: datetime) -> Mentions:
    return Mentions(
        platform="vk",
        container=f"vk:-{number % 90}",
        target=f"vk/{number % 90}",
        looked_until=at,
        observed_at=at,
        sequence=number,
        collector="vk",
        collector_version="1",
        cursor=str(number),
        mentions=tuple(_mention(number * PAGE + n, at) for n in range(PAGE)),
    )


def _mention(number: int, at: datetime) -> Mention:
    published = at - timedelta(seconds=number % 900)
    post = Post(
        item=f"bench:{number}",
        kind="comment",
        published_at=published,
        observed_at=at,
        legal_basis="public source",
        author=f"a1:{number % 4999:x}",
        author_kind="person",
        text=f"{_TEXT} {number}",
    )
    return Mention(
        post=post,
        language="ru",
        script="cyrillic",
        topics=(("heating", 0.9), ("housing", 0.4)),
        appeal="complaint",
        appeal_probability=0.8,
        sentiment=Sentiment(0.7, 0.2, 0.1),
        urgent=0.2,
        places=_PLACE,
        fingerprint=number,
        model={"topics": "2026-04-01", "appeal": "2026-04-01"},
    )


def measured(client: Client) -> list[tuple[str, str]]:
    """Rows for the table. What was written is taken away again."""
    pages = [_page(n, END - timedelta(days=400)) for n in range(PAGES)]
    writer = Writer(client)
    writer.write(pages[:TOGETHER])
    started, used = perf_counter(), process_time()
    for first in range(TOGETHER, PAGES, TOGETHER):
        writer.write(pages[first : first + TOGETHER])
    took, cpu = perf_counter() - started, process_time() - used
    rows = (PAGES - TOGETHER) * PAGE
    small = [_page(PAGES + n, END - timedelta(days=400)) for n in range(20)]
    started = perf_counter()
    for page in small:
        writer.write([page])
    single = (perf_counter() - started) / len(small)
    started = perf_counter()
    Rollups(client, settle_seconds=0).catch_up()
    rolled = perf_counter() - started
    for table in ("mentions", "looks", "cursors", "arrivals", *TABLES):
        client.command(f"TRUNCATE TABLE {table}")
    return [
        ("mentions a second", f"{rows / took:,.0f}"),
        ("mentions a CPU-second", f"{rows / cpu:,.0f}"),
        ("the country's mean, mentions a second", f"{26_600_000 * 12 / 365 / 86_400:,.0f}"),
        ("one page of 500 alone", f"{1000 * single:.0f} ms"),
        (f"rollups of its hours ({rows + 15000:,} mentions)", f"{rolled:.2f} s"),
    ]
