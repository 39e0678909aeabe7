"""How a process is from outside: its metrics, whether it works, whether it lives.

`/metrics` for Prometheus. `/ready`: 200 once the process takes part in the work and its loop came
round lately; 503 before, and while it hangs. `/live`: 200 until the loop has stood still for so
long that starting it again is the better way. Answers come from threads of their own, so a loop
that hangs is seen and does not hide itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from time import monotonic
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

READY_SECONDS = 15.0
LIVE_SECONDS = 120.0
"""Longer than the longest batch, shorter than a person's patience."""

Respond = Callable[..., Any]


class Pulse:
    """When the loop of a process last came round. `beat` from the loop, the rest from anywhere."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._born = clock()
        self._last: float | None = None

    def beat(self) -> None:
        self._last = self._clock()

    @property
    def ready(self) -> bool:
        return self._last is not None and self._clock() - self._last < READY_SECONDS

    @property
    def alive(self) -> bool:
        """Also a process that has not come round yet, for as long as one may start."""
        return self._clock() - (self._last or self._born) < LIVE_SECONDS


def application(pulse: Pulse) -> Callable[[dict[str, Any], Respond], Iterable[bytes]]:
    """The three pages as WSGI."""
    metrics = make_wsgi_app()
    pages = {
        "/ready": lambda: pulse.ready,
        "/live": lambda: pulse.alive,
    }

    def answer(environ: dict[str, Any], respond: Respond) -> Iterable[bytes]:
        page = pages.get(environ.get("PATH_INFO", ""))
        if page is None:
            found: Iterable[bytes] = metrics(environ, respond)
            return found
        well = page()
        respond("200 OK" if well else "503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"yes\n" if well else b"no\n"]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return


def serve(pulse: Pulse, host: str, port: int) -> WSGIServer:
    """Serve the pages from a thread for the life of the process. `OSError`: nobody can listen."""
    server = make_server(host, port, application(pulse), _Server, _Silent)
    Thread(target=server.serve_forever, name="pulse", daemon=True).start()
    return server
