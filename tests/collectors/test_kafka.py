"""The log itself: acknowledged messages are there, and a broker that came back is used again."""

from __future__ import annotations

import asyncio
import gc
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from kafka import KafkaConsumer, TopicPartition

from collectors.runner import KafkaDeliver
from rezonans import broker
from rezonans.troubles import Busy


@asynccontextmanager
async def log(port: int) -> AsyncIterator[str]:
    """An embedded log for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        *broker.command(port), stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        server = f"127.0.0.1:{port}"
        while not broker.answers("127.0.0.1", port):  # noqa: ASYNC110 - a process tells nobody
            await asyncio.sleep(0.05)
        await asyncio.to_thread(broker.apply_topics, [server], "t.")
        yield server
    finally:
        process.kill()
        await process.wait()


def held(server: str, topic: str) -> list[tuple[bytes, bytes]]:
    consumer = KafkaConsumer(
        bootstrap_servers=[server], auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        partitions = [TopicPartition(topic, n) for n in range(4)]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        found: list[tuple[bytes, bytes]] = []
        for _ in range(6):
            for batch in consumer.poll(timeout_ms=500).values():
                found += [(message.key, message.value) for message in batch]
        return found
    finally:
        consumer.close()


async def eventually(deliver: KafkaDeliver, value: bytes, attempts: int = 20) -> int:
    """Failures before the log took a message."""
    for attempt in range(attempts):
        try:
            await deliver("posts", b"rss:a.kz", value)
        except Busy:
            await asyncio.sleep(0.2)
        else:
            return attempt
    raise AssertionError("the log never took it")


@pytest.mark.integration
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_messages_arrive_and_a_broker_that_came_back_is_used_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("CRITICAL", "kafka")  # kept log records would hold its sockets
    port = broker.free_port()

    async def first(server: str, deliver: KafkaDeliver) -> None:
        await asyncio.gather(*(deliver("posts", b"rss:a.kz", b"%d" % n) for n in range(50)))
        await deliver("posts", b"rss:a.kz", b"x" * 400_000)

    async def main() -> None:
        deliver = KafkaDeliver([f"127.0.0.1:{port}"], "t.", timeout_seconds=2.0)
        with pytest.raises(Busy, match="nothing answers"):
            await deliver("posts", b"k", b"v")
        async with log(port) as server:
            await first(server, deliver)
            there = await asyncio.to_thread(held, server, "t.posts")
            assert {value for _, value in there} >= {b"%d" % n for n in range(50)}
            assert len(there) == 51
            assert {key for key, _ in there} == {b"rss:a.kz"}
        with pytest.raises(Busy, match=r"took no message|nothing answers"):
            await deliver("posts", b"rss:a.kz", b"lost?")
        async with log(port) as server:
            await eventually(deliver, b"after")
            there = await asyncio.to_thread(held, server, "t.posts")
            assert b"after" in {value for _, value in there}
        await deliver.close()

    asyncio.run(main())
    gc.collect()  # kafka-python leaves the sockets of failed connections to the collector
