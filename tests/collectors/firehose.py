"""A source without end, for measuring what a million items leave behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any

import httpx

from collectors import Answer, BaseConfig, Offers, Rejected, Target
from rezonans.records import Post
from tests.collectors.stage import START


class Firehose:
    """A collector without end: answers of five hundred posts, all of them new."""

    VERSION = "1"
    OFFERS = Offers(legal_note="a measurement")
    Config = BaseConfig

    def targets(self, config: Any) -> Sequence[Target]:
        return [Target(name="all", container="firehose:all")]

    def trial(self, target: str) -> dict[str, Any]:
        return {}

    async def fetch(
        self,
        config: Any,
        target: Target,
        http: httpx.AsyncClient,
        cursor: str | None,
        now: datetime,
    ) -> AsyncIterator[Answer]:
        start = int(cursor or 0)
        yield Answer(body=b"", cursor=str(start + 500), context={"from": str(start)})

    def parse(self, config: Any, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
        start = int(answer.context["from"])
        for number in range(start, start + 500):
            yield Post(
                item=f"firehose:{number}",
                kind="comment",
                published_at=START,
                observed_at=START,
                legal_basis="a measurement",
                author=str(700_000_000 + number % 50_000),
                author_kind="person",
                text=f"Су жоқ, үшінші күн! Звоните 8 701 123 45 67, дом {number}, кв. 5",
            )
