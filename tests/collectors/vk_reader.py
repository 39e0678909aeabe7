"""Who looks at VK in the tests, again and again, and remembers what he was told."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx

from collectors import Rejected, vk
from rezonans.records import Post
from tests.collectors.fakes.vk import TOKEN, Vk, World


def config(**more: Any) -> vk.Config:
    table = {"kind": "vk", "legal_basis": "ours", "token": TOKEN, "walls": [{"name": "club123"}]}
    return vk.Config.model_validate(table | more)


class Reader:
    """Somebody who looks at the world again and again, and remembers what he was told."""

    def __init__(self, world: World, **more: Any) -> None:
        self.world = world
        self.face = Vk(world)
        self.config = config(**more)
        self.cursor: str | None = None
        self.told: list[Post] = []
        self.rejected: list[Rejected] = []

    def look(self) -> list[Post]:
        """One poll; what was yielded before an error counts."""
        before = len(self.told)
        asyncio.run(self._look())
        return self.told[before:]

    async def _look(self) -> None:
        target = vk.targets(self.config)[0]
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.face)) as http:
            stream = vk.fetch(self.config, target, http, self.cursor, self.world.now)
            async for answer in stream:
                for piece in vk.parse(self.config, target, answer):
                    if isinstance(piece, Post):
                        self.told.append(piece)
                    else:
                        self.rejected.append(piece)
                self.cursor = answer.cursor or self.cursor

    def facts(self) -> Counter[tuple[str, str, str]]:
        return Counter((p.item, p.event, p.text) for p in self.told if p.event != "counters")

    def of(self, event: str) -> list[str]:
        return [post.item for post in self.told if post.event == event]


def told(posts: list[Post]) -> list[tuple[str, str]]:
    return [(post.item.removeprefix("vk:-123_"), post.event) for post in posts]
