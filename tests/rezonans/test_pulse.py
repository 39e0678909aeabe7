"""Ready, alive, or neither: as a supervisor of containers asks."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rezonans.pulse import LIVE_SECONDS, READY_SECONDS, Pulse, serve


@given(st.floats(0, 300), st.floats(0, 300))
def test_who_came_round_lately_is_ready_and_who_stood_still_for_long_is_dead(
    start: float, still: float
) -> None:
    now = 0.0
    heart = Pulse(lambda: now)
    now = start
    assert not heart.ready, "it never came round"
    assert heart.alive == (start < LIVE_SECONDS)
    heart.beat()
    now = start + still
    assert heart.ready == (now - start < READY_SECONDS)
    assert heart.alive == (now - start < LIVE_SECONDS)


def test_the_pages() -> None:
    now = 0.0
    heart = Pulse(lambda: now)
    server = serve(heart, "127.0.0.1", 0)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:

            def codes() -> tuple[int, int]:
                return client.get("/ready").status_code, client.get("/live").status_code

            assert codes() == (503, 200)
            heart.beat()
            assert codes() == (200, 200)
            now = LIVE_SECONDS
            assert codes() == (503, 503)
            assert "rezonans_restarts_total" in client.get("/metrics").text
    finally:
        server.shutdown()
        server.server_close()


def test_a_port_that_is_taken_is_an_error_of_the_system() -> None:
    server = serve(Pulse(), "127.0.0.1", 0)
    try:
        with pytest.raises(OSError, match="in use"):
            serve(Pulse(), "127.0.0.1", server.server_port)
    finally:
        server.shutdown()
        server.server_close()
