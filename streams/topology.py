"""The pipeline as one table: who reads which topic and writes which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rezonans.topics import ACTIONS, ALERTS, DEAD_LETTERS, MENTIONS, POSTS, REMADE, SPIKES, Topic

Process = Literal["collect", "worker", "store", "desk", "command"]


@dataclass(frozen=True)
class Edge:
    """A stage between topics. `source` is `None` where the world is the source."""

    name: str
    process: Process
    source: Topic | None
    outputs: tuple[Topic, ...] = ()
    batch: int = 100
    """Messages taken at once."""
    within_seconds: float = 0.1
    """How long a batch may wait to fill."""


TOPOLOGY = (
    Edge("collectors", "collect", None, (POSTS, DEAD_LETTERS)),
    Edge("understand", "worker", POSTS, (MENTIONS, DEAD_LETTERS)),
    Edge("resonate", "worker", MENTIONS, (SPIKES, DEAD_LETTERS)),
    Edge("alert", "worker", SPIKES, (DEAD_LETTERS,), within_seconds=0.5),
    Edge("heed", "worker", ACTIONS, (DEAD_LETTERS,), within_seconds=0.2),
    Edge("notify", "worker", None, (ALERTS,)),
    # a write costs more than most batches: few large ones, also of what is merged later
    Edge("store-mentions", "store", MENTIONS, (DEAD_LETTERS,), within_seconds=0.3),
    Edge("replay", "command", None, (REMADE,)),
    Edge("store-remade", "store", REMADE, (DEAD_LETTERS,), batch=10),
    Edge("store-spikes", "store", SPIKES, (DEAD_LETTERS,), within_seconds=0.25),
    # what is no dead letter becomes one, and that one is
    Edge("store-dead-letters", "store", DEAD_LETTERS, (DEAD_LETTERS,), within_seconds=0.5),
    Edge("store-actions", "store", ACTIONS, (DEAD_LETTERS,), within_seconds=0.5),
    Edge("store-alerts", "store", ALERTS, (DEAD_LETTERS,), within_seconds=0.5),
    Edge("desk", "desk", None, (ACTIONS,)),
)


def edges(process: Process) -> tuple[Edge, ...]:
    """The edges that a process runs as agents."""
    return tuple(edge for edge in TOPOLOGY if edge.process == process and edge.source)


def diagram() -> str:
    """The table as a Mermaid flow chart, for the documentation."""
    lines = ["flowchart LR"]
    for edge in TOPOLOGY:
        lines.append(f"    {edge.name}[{edge.name}]:::{edge.process}")
        if edge.source:
            lines.append(f"    {_node(edge.source)} --> {edge.name}")
        lines += (f"    {edge.name} --> {_node(topic)}" for topic in edge.outputs)
    lines += (f"    classDef {process} fill:{colour}" for process, colour in _COLOURS.items())
    return "\n".join(lines) + "\n"


_COLOURS = {
    "collect": "#dbeafe", "worker": "#dcfce7", "store": "#fef3c7", "desk": "#fce7f3",
    "command": "#e5e7eb",
}  # fmt: skip


def _node(topic: Topic) -> str:
    return f"topic-{topic.name}([{topic.name}])"
