"""Builds a Faust app from the topology and steps, and runs it as a worker process.

The settings of Faust that keep data: acknowledgement by hand (`streams/agent.py`), a
supervisor that ends the process when an agent fails, raw bytes on every topic, no tables.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import faust
import faust.worker
import mode

from rezonans.security import Security
from streams.agent import Agent
from streams.ending import Ending
from streams.envelope import Output, Step
from streams.patient import Stream
from streams.quick import App
from streams.suspects import Suspects
from streams.topology import Edge

SETTLE_SECONDS = 1.0


@dataclass(frozen=True)
class Log:
    """How a worker reaches the log."""

    servers: Sequence[str]
    prefix: str
    epoch: str
    session_seconds: float
    state_dir: Path
    security: Security


@dataclass(frozen=True)
class Watch:
    """What a process sees of its app. `beat`: called each second for as long as the app takes part
    in the work and its loop comes round. `agents`: put in as they are made, by topic."""

    beat: Callable[[], None]
    agents: dict[str, Agent]

    def idle(self) -> dict[str, float]:
        """Topic to the seconds since something of it was taken, 0 while something is in hand."""
        return {topic: agent.idle_seconds for topic, agent in self.agents.items()}


def build(
    name: str,
    log: Log,
    edges: Sequence[Edge],
    steps: Mapping[str, Step],
    seen: Watch | None = None,
) -> Any:
    """A Faust app that runs every edge with the step of its name."""
    seen = seen or Watch(lambda: None, {})
    folder = log.state_dir / "faust" / name
    folder.mkdir(parents=True, exist_ok=True)
    app = App(
        f"{log.prefix}rezonans-{name}",
        broker=[f"aiokafka://{server}" for server in log.servers],
        broker_credentials=_credentials(log.security),
        datadir=str(folder),
        store="memory://",
        agent_supervisor="mode.CrashingSupervisor",
        broker_session_timeout=log.session_seconds,
        broker_heartbeat_interval=log.session_seconds / 4,
        broker_rebalance_timeout=log.session_seconds,
        broker_request_timeout=max(90.0, log.session_seconds * 3),
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        producer_max_request_size=1_048_576,
        producer_linger=0.005,
        stream_wait_empty=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        Stream=Stream,
        worker_redirect_stdouts=False,
    )
    for edge in edges:
        assert edge.source is not None
        seen.agents[edge.source.name] = _attach(app, log, edge, steps[edge.name])

    async def each_second() -> None:
        """One timer for all: each would wake the process up at a moment of its own."""
        seen.beat()
        for agent in seen.agents.values():
            await agent.settle()

    app.timer(SETTLE_SECONDS, name="each-second")(each_second)
    return app


def _credentials(security: Security) -> Any:
    """As Faust wants them; `None` for a log that asks nothing."""
    context = None
    if security.encrypts:
        context = ssl.create_default_context(cafile=security.ca_file)
        if security.certificate_file and security.key_file:
            context.load_cert_chain(security.certificate_file, security.key_file)
    if security.signs_in:
        return faust.SASLCredentials(
            username=security.username,
            password=security.secret,
            ssl_context=context,
            mechanism=security.mechanism,
        )
    return faust.SSLCredentials(context) if context else None


def _attach(app: Any, log: Log, edge: Edge, step: Step) -> Agent:
    assert edge.source is not None
    path = log.state_dir / "in-hand" / f"{log.prefix}{edge.name}.json"
    agent = Agent(edge.name, step, _sender(app, log, edge), Suspects(path, log.epoch))

    async def run(stream: Any) -> None:
        await agent.run(stream, edge.batch, edge.within_seconds)

    app.agent(_raw(app, log, edge.source.name), name=edge.name)(run)
    return agent


def _raw(app: Any, log: Log, name: str) -> Any:
    return app.topic(
        log.prefix + name,
        key_type=bytes,
        key_serializer="raw",
        value_type=bytes,
        value_serializer="raw",
    )


def _sender(app: Any, log: Log, edge: Edge) -> Any:
    channels = {topic: _raw(app, log, topic.name) for topic in edge.outputs}

    async def send(outputs: Sequence[Output]) -> None:
        sent = [
            await channels[output.topic].send(key=output.key, value=output.value)
            for output in outputs
        ]
        if sent:
            # not gather: a worker that stops would cancel messages that are on their way
            await asyncio.wait(sent)
        for message in sent:
            message.result()

    return send


class _Worker(faust.worker.Worker):
    """A Faust worker that leaves logging and the terminal to the process it runs in, and whose end
    is bounded."""

    ending: Ending

    def _setup_logging(self) -> None:
        return

    async def stop(self) -> None:
        self.ending.begin()
        await super().stop()


def run(app: Any, services: Sequence[Any] = (), ending: Ending | None = None) -> int:
    """Run a worker until a signal or a failure; the exit code of the process."""
    worker = cast(Any, _Worker(app, *services, quiet=True))
    worker.spinner, worker.ending = None, ending or Ending()
    try:
        worker.execute_from_commandline()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


class Aside(mode.Service):
    """Work that a worker does beside its agents; when it fails, the worker ends."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        super().__init__()
        self._work = work

    async def on_started(self) -> None:
        self.add_future(self._work())
