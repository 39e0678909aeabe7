"""The job on a plain aiokafka loop: `python -m tests.bench.plain SERVER FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from tests.bench.job import READY, TOPIC, Job


async def main(server: str, folder: Path) -> None:
    job = Job(folder)
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=server,
        group_id="plain",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=6000,
    )
    await consumer.start()
    print(READY, flush=True)
    while True:
        polled = await consumer.getmany(timeout_ms=100, max_records=100)
        values = [record.value for records in polled.values() for record in records]
        if values:
            job.insert(job.rows(values))
            await consumer.commit()


asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
