"""The job on Quix Streams: `python -m tests.bench.quix SERVER FOLDER JOB`.

Two dataframes of one application; a batching sink, flushed at each checkpoint before the offsets
are committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from quixstreams import Application
from quixstreams.sinks import BatchingSink, SinkBatch

from tests.bench.job import BETWEEN, READY, TOPIC, Job


class Rows(BatchingSink):  # type: ignore[misc]
    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def write(self, batch: SinkBatch) -> None:
        self._job.store([item.value for item in batch])


def main(server: str, folder: Path, kind: str) -> None:
    job = Job(folder, kind == "beside")
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
    posts, mentions = (
        app.topic(
            name,
            value_deserializer="bytes",
            key_deserializer="bytes",
            value_serializer="bytes",
            key_serializer="bytes",
        )
        for name in (TOPIC, BETWEEN)
    )

    def understand(value: bytes) -> bytes:
        (found,) = job.understand([value])
        return found

    app.dataframe(posts).apply(understand).to_topic(mentions)
    app.dataframe(mentions).sink(Rows(job))
    print(READY, flush=True)
    app.run()


main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
