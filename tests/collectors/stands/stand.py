"""What a stand is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any

import httpx

import collectors
from collectors.runner import Instance
from collectors.runner.doors import Doors
from collectors.runner.listening import Connect
from collectors.runner.listening import connect as websocket


class Stand(ABC):
    """A platform that publishes what it is told to, and the collector of its kind."""

    kind: str
    secrets: tuple[str, ...] = ()
    """Of authors and credentials: in nothing that leaves."""
    burst = 12
    """So many new texts between two looks are seen whole."""
    doors: Doors | None = None
    """Where the platform knocks, for sources that are pushed."""
    connect: Connect = staticmethod(websocket)
    """How a stream of the platform is opened, for sources that hold one open."""

    def __init__(self, table: dict[str, Any]) -> None:
        collector = collectors.load(self.kind)
        facts = {"kind": self.kind, "legal_basis": "ours", "every_seconds": 60.0, **table}
        config = collector.Config.model_validate(facts)
        self.instance = Instance(name="stand", kind=self.kind, collector=collector, config=config)

    @abstractmethod
    def at(self, now: datetime) -> None:
        """The platform's clock."""

    @abstractmethod
    def publish(self, text: str) -> None:
        """Make a text public: the next look may find it."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{self.kind} asks nobody")
