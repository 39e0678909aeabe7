"""The desk over a hand-made store on a free port of the loopback, for a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import uvicorn

from sinks.desk import desk
from sinks.desk.why import Explain
from tests.sinks.desk.world import NOW, World

MISSING = {"rss": ("comments", "counters"), "file": ("counters",)}


@contextmanager
def served(world: World, now: datetime = NOW, explain: Explain | None = None) -> Iterator[str]:
    """Its address while it is served; what is done on its page goes into `world.done`."""
    app = desk(
        world, language="ru", home="31", missing=MISSING, now=lambda: now, seconds=0.2,
        act=world.act, explain=explain,
    )  # fmt: skip
    listener = socket.create_server(("127.0.0.1", 0))
    settings = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
