"""Facebook and Instagram: one graph, asked three ways."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.collectors.fakes import graph
from tests.collectors.stands.stand import Stand


class GraphStand(Stand):
    face: graph.Graph
    secrets: tuple[str, ...] = (graph.TOKEN, graph.PERSON, "Somebody Real")

    def __init__(self, table: dict[str, Any], face: graph.Graph) -> None:
        super().__init__({"token": graph.TOKEN, **table})
        self.face = face

    def at(self, now: datetime) -> None:
        self.face.now = now

    def publish(self, text: str) -> None:
        """Now a post, now a comment."""
        self.face.publish(text)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.face(request)


class PageStand(GraphStand):
    kind = "facebook"

    def __init__(self, folder: Path) -> None:
        super().__init__({"targets": [{"page": graph.PAGE}]}, graph.Facebook())


class BusinessStand(GraphStand):
    kind = "instagram"

    def __init__(self, folder: Path) -> None:
        super().__init__({"targets": [{"account": graph.ACCOUNT}]}, graph.Instagram())


class DiscoveryStand(GraphStand):
    kind = "instagram_public"
    secrets = (graph.TOKEN,)

    def __init__(self, folder: Path) -> None:
        target = {"username": "qala_news", "ours": graph.ACCOUNT}
        super().__init__({"targets": [target]}, graph.Discovery())
