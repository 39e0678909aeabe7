"""What the contract suite knows of a collector: its fixture folder, read as the runner would."""

from __future__ import annotations

import asyncio
import sys
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec

import collectors
from collectors import Answer, Collector, HttpConfig, Rejected, Target
from rezonans.records import Post

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TYPES = {".xml": "application/xml", ".json": "application/json", ".html": "text/html"}

Handler = Callable[[httpx.Request], httpx.Response]


class Case(NamedTuple):
    kind: str
    folder: Path
    collector: Collector
    config: Any

    @property
    def targets(self) -> Sequence[Target]:
        return self.collector.targets(self.config)

    @property
    def over_http(self) -> bool:
        return isinstance(self.config, HttpConfig)

    def page(self, request: httpx.Request) -> httpx.Response:
        question = request.url.path.rsplit("/", 1)[-1]
        own = list(self.folder.glob(f"page.{question}.*")) if question else []
        path = own[0] if own else next(self.folder.glob("page.*"))
        kind = TYPES.get(path.suffix, "application/octet-stream")
        return httpx.Response(200, content=path.read_bytes(), headers={"content-type": kind})


def case(kind: str) -> Case:
    folder = FIXTURES / kind
    assert (folder / "settings.toml").is_file(), f"{kind} has no tests/fixtures/{kind}"
    table = (folder / "settings.toml").read_text(encoding="utf-8").replace("{here}", str(folder))
    collector = collectors.load(kind)
    return Case(kind, folder, collector, collector.Config.model_validate(tomllib.loads(table)))


def answers(
    one: Case,
    target: Target,
    cursor: str | None = None,
    *,
    handler: Handler | None = None,
    most: int | None = None,
) -> list[Answer]:
    """What one poll yields, at most so many answers of it."""

    async def poll() -> list[Answer]:
        got: list[Answer] = []
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(handler or one.page), follow_redirects=True
        ) as http:
            async for answer in one.collector.fetch(one.config, target, http, cursor, NOW):
                got.append(answer)
                if len(got) == most:
                    break
        return got

    return asyncio.run(poll())


def pieces(one: Case, target: Target, got: Sequence[Answer]) -> list[Post | Rejected]:
    return [p for answer in got for p in one.collector.parse(one.config, target, answer)]


def cursor_after(got: Sequence[Answer], before: str | None = None) -> str | None:
    for answer in got:
        before = answer.cursor if answer.cursor is not None else before
    return before


def read(one: Case) -> list[Post | Rejected]:
    """All targets from nothing."""
    return [p for target in one.targets for p in pieces(one, target, answers(one, target))]


def lines(posts: Sequence[Post | Rejected]) -> tuple[list[bytes], list[bytes]]:
    """Posts and rejections as they stand in the fixture folder."""
    good = [msgspec.json.encode(p) for p in posts if isinstance(p, Post)]
    bad = [
        msgspec.json.encode({"place": p.place, "reason": p.reason})
        for p in posts
        if isinstance(p, Rejected)
    ]
    return good, bad


def stored(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def record(kind: str) -> None:
    """Write what the collector says now as what is expected of it."""
    one = case(kind)
    good, bad = lines(read(one))
    (one.folder / "expected.jsonl").write_bytes(b"".join(line + b"\n" for line in good))
    if bad:
        (one.folder / "rejected.jsonl").write_bytes(b"".join(line + b"\n" for line in bad))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        record(name)
