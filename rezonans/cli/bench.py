"""`rezonans bench`: what the parts cost on this machine, side by side in one run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from statistics import median
from time import process_time
from typing import Any, Literal

from rezonans.cli import TOOLS, app

PAGE = 50
PAGES = 40
ROUNDS = 5


@app.command(group=TOOLS)
def bench(part: Literal["all", "understand"] = "all") -> int:
    """Measure understanding and the bank: medians of rounds, CPU time of one core.

    `understand` measures that part alone, by step, beside the naive way and the limit. 1 is
    answered where a bound is broken.
    """
    if part == "understand":
        return _understand()
    from models.understanding import load
    from streams.resonance import bench as bank
    from streams.stages.understand import Understand

    posts = asyncio.run(_posts(PAGE * PAGES * (ROUNDS + 1)))
    envelopes = [_envelope(posts[n : n + PAGE], n) for n in range(0, len(posts), PAGE)]
    model = load()
    stage = Understand(model, model.versions)

    def through(batch: Sequence[Any]) -> Callable[[], Any]:
        return lambda: asyncio.run(stage(batch))

    cold = _seconds(through(envelopes[:PAGES]))
    warm = [_seconds(through(envelopes[PAGES * n : PAGES * (n + 1)])) for n in range(1, ROUNDS + 1)]
    per_round = PAGE * PAGES
    print(f"understand, pages of {PAGE} posts of the simulation, decoding and encoding included")
    print(f"  cold cache   {per_round / cold:8.0f} posts a CPU-second")
    print(f"  warm cache   {per_round / median(warm):8.0f} posts a CPU-second (median of {ROUNDS})")
    print(f"  a page       {1000 * median(warm) / PAGES:8.1f} ms")
    print("resonance, one bin of every lane closed, fifty lanes judged")
    for lanes in (300, 10_000, 100_000):
        cost = bank.bench(lanes)
        close, judge = cost["close_ms"], cost["judge_ms"]
        print(f"  {lanes:7} lanes   close {close:6.2f} ms   judge {judge:5.2f} ms")
    return 0


def _understand() -> int:
    from models.resident import LIMIT_MB
    from models.train import bench as understanding
    from models.train import hostile

    found = understanding.profile()
    page, words = understanding.PAGE, understanding.WORDS
    print(f"understand, pages of {page} posts of {words} words, all heads, places, fingerprint")
    print(f"  cold, no word known     {found.cold:8.0f} posts a CPU-second")
    for each, speed in (
        (f"1 word of {understanding.NEW_OFTEN} new", found.fresh),
        (f"1 word of {understanding.NEW_EVERY} new", found.warm),
        ("every word known", found.known),
    ):
        milliseconds = 1000 * page / speed
        print(f"  warm, {each:<17} {speed:8.0f} posts a CPU-second, {milliseconds:.2f} ms a page")
    print(f"  a page of one post      {found.one_post_ms:8.2f} ms")
    print(f"  a new word              {found.new_word_us:8.0f} microseconds")
    print("a page by step, every word known")
    for step in found.steps:
        print(f"  {step.milliseconds:6.2f} ms  {step.name}")
    print("beside it")
    many, few = found.known / found.naive, found.warm / found.naive
    print(f"  {many:6.1f} times the naive way, {few:.1f} with new words (pymorphy3 on every word,")
    print(f"               one call a head and post, no places: {found.naive:.0f} posts)")
    print(f"  {found.known / found.multiplication:6.3f} of the bare multiplication of a page of")
    print(f"               ready features ({found.multiplication:.0f} posts)")
    print(
        f"loaded in {found.load_seconds:.2f} CPU-seconds, weights {found.weights_mb:.1f} MB on disk"
    )
    print(f"resident {found.resident.loaded:.0f} MB, {found.resident.filled:.0f} MB with")
    print(f"               every memory full (bound: {LIMIT_MB} MB)")
    print(f"hostile texts, times an ordinary one as long (bound: {hostile.LIMIT:.0f})")
    for name, ratio in sorted(found.hostile.items(), key=lambda each: -each[1]):
        print(f"  {ratio:6.2f}  {name}")
    broken = found.resident.filled > LIMIT_MB or max(found.hostile.values()) > hostile.LIMIT
    return 1 if broken else 0


def _seconds(work: Callable[[], Any]) -> float:
    started = process_time()
    work()
    return process_time() - started


async def _posts(count: int) -> list[Any]:
    """Posts of the simulation, always the same ones."""
    import httpx

    from collectors.runner import instance

    one = instance("bench", {"kind": "simulate", "legal_basis": "benchmark"})
    (target,) = one.collector.targets(one.config)
    now = datetime(2026, 11, 2, tzinfo=UTC)
    found: list[Any] = []
    async with httpx.AsyncClient() as http:
        async for answer in one.collector.fetch(one.config, target, http, None, now):
            found += one.collector.parse(one.config, target, answer)
            if len(found) >= count:
                break
    return found[:count]


def _envelope(posts: Sequence[Any], number: int) -> Any:
    from rezonans.records import Page, encode
    from streams.envelope import Envelope

    page = Page(
        platform="simulation",
        container="simulation:bench",
        target="bench/bench",
        looked_until=posts[-1].observed_at,
        observed_at=posts[-1].observed_at,
        sequence=number,
        collector="simulate",
        collector_version="1",
        posts=tuple(posts),
    )
    return Envelope("posts", 0, number, b"bench", encode(page))
