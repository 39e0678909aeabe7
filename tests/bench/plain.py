"""The job on a plain aiokafka loop: `python -m tests.bench.plain SERVER FOLDER JOB`.

JOB `shortcut`: the rows without the topic between, what the job costs where nobody else reads.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import ConsumerRecord

from tests.bench.job import BETWEEN, READY, TOPIC, Job

Records = list[ConsumerRecord]
WITHIN_SECONDS = {TOPIC: 0.1, BETWEEN: 0.3}
MOST = 100


async def main(server: str, folder: Path, kind: str) -> None:
    job = Job(folder, kind == "beside")
    producer = AIOKafkaProducer(bootstrap_servers=server, acks="all", linger_ms=5)
    await producer.start()

    async def understand(records: Records) -> None:
        values = job.understand([record.value for record in records])
        sent = [
            await producer.send(BETWEEN, value, key=record.key)
            for record, value in zip(records, values, strict=True)
        ]
        await asyncio.wait(sent)

    async def store(records: Records) -> None:
        job.store([record.value for record in records])

    async def both(records: Records) -> None:
        job.store(job.understand([record.value for record in records]))

    loops = {TOPIC: both} if kind == "shortcut" else {TOPIC: understand, BETWEEN: store}
    await asyncio.gather(*(_loop(server, topic, work) for topic, work in loops.items()))


async def _loop(server: str, topic: str, work: Callable[[Records], Awaitable[None]]) -> None:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=server,
        group_id=f"plain-{topic}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=30_000,
    )
    await consumer.start()
    if topic == TOPIC:
        print(READY, flush=True)
    while True:
        records = await _batch(consumer, WITHIN_SECONDS[topic])
        if records:
            await work(records)
            await consumer.commit()


async def _batch(consumer: AIOKafkaConsumer, within_seconds: float) -> Records:
    """What comes within a time, at most a hundred: as many at once as our agents take."""
    records: Records = []
    end = monotonic() + within_seconds
    while len(records) < MOST and (left := end - monotonic()) > 0:
        most = MOST - len(records)
        polled = await consumer.getmany(timeout_ms=int(1000 * left), max_records=most)
        records += [record for some in polled.values() for record in some]
    return records


asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
