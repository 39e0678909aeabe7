"""The job on Quix Streams: `python -m tests.bench.quix SERVER FOLDER`.

A batching sink, flushed at each checkpoint before the offsets are committed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from quixstreams import Application
from quixstreams.sinks import BatchingSink, SinkBatch

from tests.bench.job import READY, TOPIC, Job


class Rows(BatchingSink):  # type: ignore[misc]
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def write(self, batch: SinkBatch) -> None:
        self._job.insert([row for item in batch for row in item.value])


def main(server: str, folder: Path) -> None:
    job = Job(folder)
    app = Application(
        broker_address=server,
        consumer_group="quix",
        auto_offset_reset="earliest",
        commit_interval=0.5,
        commit_every=100,
        auto_create_topics=False,
        use_changelog_topics=False,
        loglevel="ERROR",
        state_dir=folder.parent / "quix",
    )
    topic = app.topic(TOPIC, value_deserializer="bytes", key_deserializer="bytes")

    def understand(value: bytes) -> Any:
        return job.rows([value])

    app.dataframe(topic).apply(understand).sink(Rows(job))
    print(READY, flush=True)
    app.run()


main(sys.argv[1], Path(sys.argv[2]))
