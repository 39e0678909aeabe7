"""The HTTP client of a configured collector: its budgets before its manners."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import httpx

from collectors import HttpConfig
from collectors.runner.breaker import Breaker
from collectors.runner.budget import Budgeted, Ledger, Purse
from collectors.runner.configured import Instance
from collectors.runner.journal import mounted
from collectors.runner.look import Clock
from collectors.runner.robots import Obedient
from collectors.runner.transport import Gate, client


def purse_of(one: Instance, ledger: Ledger, clock: Clock) -> Purse:
    """What an instance may spend. Instances with one token share its budget."""
    over_http = isinstance(one.config, HttpConfig)
    return Purse(
        ledger,
        (one.config.credential() if over_http else "") or one.name,
        one.config.limits() if over_http else {},
        clock.now,
    )


def client_of(
    one: Instance,
    purse: Purse,
    gate: Gate,
    clock: Clock,
    *,
    contact: str = "",
    inner: httpx.AsyncBaseTransport | None = None,
    mounts: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> httpx.AsyncClient:
    """The client of an instance. `inner` replaces the network in tests; `mounts`: its journal."""
    over_http = isinstance(one.config, HttpConfig)
    return client(
        contact=contact,
        gap=one.config.gap_seconds if over_http else 0.0,
        gate=gate,
        now=clock.now,
        private_hosts=one.config.private_hosts if over_http else (),
        inner=inner,
        around=partial(_around, purse, clock),
        mounts=mounts or mounted(None),
    )


def _around(purse: Purse, clock: Clock, inner: httpx.AsyncBaseTransport) -> Breaker:
    """What is not asked is not paid for, and what may not be asked asks no robots.txt either."""
    obedient = Obedient(clock.monotonic, inner)
    return Breaker(clock.monotonic, Budgeted(purse, clock.monotonic, clock.sleep, obedient))
