"""What a collector would send, shown to a person before anything is switched on."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpx

from collectors import Rejected
from collectors.runner.budget import Ledger
from collectors.runner.clients import client_of, purse_of
from collectors.runner.configured import Instance
from collectors.runner.look import Clock
from collectors.runner.privacy import Veil
from collectors.runner.refine import refine
from collectors.runner.transport import Gate
from rezonans.records import Post


async def preview(
    one: Instance,
    limit: int = 10,
    *,
    only: str | None = None,
    contact: str = "",
    clock: Clock | None = None,
    inner: httpx.AsyncBaseTransport | None = None,
) -> list[Post | Rejected]:
    """The first posts of every target as they would go to the log; nothing is sent or kept.

    `only`: the name of the one target that is looked at. Masked and with pseudonyms of a key
    that is thrown away. Raises what the source raises: `Busy`, `Invalid`, `httpx.HTTPError`.
    """
    clock = clock or Clock()
    shown: list[Post | Rejected] = []
    async with (
        client_of(
            one,
            purse_of(one, Ledger(), clock),
            Gate(clock.monotonic, clock.sleep),
            clock,
            contact=contact,
            inner=inner,
        ) as http,
        aclosing(_pieces(one, only, http, clock)) as pieces,
    ):
        async for piece in pieces:
            if len(shown) >= limit:
                break
            shown.append(piece)
    return shown


async def _pieces(
    one: Instance, only: str | None, http: httpx.AsyncClient, clock: Clock
) -> AsyncGenerator[Post | Rejected, None]:
    veil = Veil(secrets.token_bytes(32))
    for target in one.collector.targets(one.config):
        if only not in (None, target.name):
            continue
        platform = target.container.split(":", 1)[0]
        async for answer in one.collector.fetch(one.config, target, http, None, clock.now()):
            for piece in one.collector.parse(one.config, target, answer):
                if isinstance(piece, Post):
                    yield refine(piece, platform, veil, clock.now(), one.config.authors).post
                else:
                    yield piece
