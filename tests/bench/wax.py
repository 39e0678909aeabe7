"""The job on Bytewax: `python -m tests.bench.wax SERVER FOLDER JOB`.

Batches of a source go through one function each, into a sink that takes a batch at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bytewax import operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from tests.bench.job import BETWEEN, READY, TOPIC, Job


class Rows(DynamicSink[Any]):  # type: ignore[misc]
    def __init__(self, job: Job) -> None:
        self._job = job

    def build(self, step_id: str, worker_index: int, worker_count: int) -> Any:
        return Partition(self._job)


class Partition(StatelessSinkPartition[Any]):  # type: ignore[misc]
    def __init__(self, job: Job) -> None:
        self._job = job

    def write_batch(self, items: list[Any]) -> None:
        self._job.store([item.value for item in items])


def main(server: str, folder: Path, kind: str) -> None:
    job = Job(folder, kind == "beside")

    def understand(batch: list[Any]) -> list[Any]:
        values = job.understand([message.value for message in batch])
        return [
            KafkaSinkMessage(key=message.key, value=value)
            for message, value in zip(batch, values, strict=True)
        ]

    flow = Dataflow("bench")
    posts = op.input("posts", flow, KafkaSource([server], [TOPIC], tail=True, batch_size=100))
    op.output("between", op.flat_map_batch("understand", posts, understand),
              KafkaSink([server], BETWEEN))  # fmt: skip
    mentions = op.input("read", flow, KafkaSource([server], [BETWEEN], tail=True, batch_size=100))
    op.output("rows", mentions, Rows(job))
    print(READY, flush=True)
    run_main(flow)


main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
