"""The table is whole: every topic is written and read, no stage waits on itself."""

from __future__ import annotations

from pathlib import Path

from rezonans import topics
from rezonans.records import DeadLetter
from rezonans.security import Security
from streams import reading
from streams.app import Log, build
from streams.stages.drain import Drain
from streams.topology import TOPOLOGY, diagram, edges
from tests.streams.factories import NOON, envelope


def test_every_topic_has_a_producer_and_a_consumer() -> None:
    written = {topic.name for edge in TOPOLOGY for topic in edge.outputs}
    read = {edge.source.name for edge in TOPOLOGY if edge.source}
    assert written == read == {topic.name for topic in topics.ALL}


def test_no_cycle_but_the_end() -> None:
    order = [
        topics.POSTS, topics.MENTIONS, topics.REMADE, topics.SPIKES, topics.ACTIONS,
        topics.ALERTS, topics.DEAD_LETTERS,
    ]  # fmt: skip
    for edge in TOPOLOGY:
        for output in edge.outputs:
            assert (
                edge.source is None
                or order.index(edge.source) < order.index(output)
                or (edge.source is output is topics.DEAD_LETTERS)
            )


def test_every_stage_can_set_a_message_aside() -> None:
    for edge in TOPOLOGY:
        assert edge.source is None or topics.DEAD_LETTERS in edge.outputs, edge.name


def test_what_can_not_be_read_as_a_dead_letter_becomes_one_that_can() -> None:
    read = reading.records("store-dead-letters", DeadLetter)
    for value in (b"", b"\xff", b"[" * 100_000, b'{"schema":"dead-letter.v1"}'):
        _, (letter,) = read(envelope(value, topic="dead-letters"), NOON)
        found, none = read(envelope(letter.value, topic="dead-letters"), NOON)
        assert (found.stage, none) == ("store-dead-letters", [])


def test_names_are_unique() -> None:
    assert len({edge.name for edge in TOPOLOGY}) == len(TOPOLOGY)


def test_diagram_in_the_documentation_is_current() -> None:
    text = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text()
    assert diagram() in text, "run `make docs`"


def test_app_keeps_data(tmp_path: Path) -> None:
    """The settings of Faust that lose data by default are set otherwise."""

    async def write(records: object) -> None:
        pass

    log = Log(["127.0.0.1:1"], "p.", "e", 2.0, tmp_path, Security())
    steps = {
        e.name: Drain(e.name, reading.records(e.name, DeadLetter), write) for e in edges("store")
    }
    app = build("store", log, edges("store"), steps)
    assert app.conf.agent_supervisor.__name__ == "CrashingSupervisor"
    assert app.conf.id == "p.rezonans-store"
    assert app.conf.producer_acks == -1
    assert app.conf.broker_session_timeout == 2.0
    assert {agent.name for agent in app.agents.values()} == {e.name for e in edges("store")}
    assert {t for a in app.agents.values() for t in a.channel.topics} == {
        "p.mentions",
        "p.remade",
        "p.spikes",
        "p.actions",
        "p.alerts",
        "p.dead-letters",
    }
