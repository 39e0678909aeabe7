"""The job on Bytewax: `python -m tests.bench.wax SERVER FOLDER`.

Batches of the source go through one `map` over the batch into a sink that inserts a batch at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bytewax import operators as op
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from tests.bench.job import READY, TOPIC, Job


class Rows(DynamicSink[Any]):  # type: ignore[misc]
    def __init__(self, job: Job) -> None:
        self._job = job

    def build(self, step_id: str, worker_index: int, worker_count: int) -> Any:
        return Partition(self._job)


class Partition(StatelessSinkPartition[Any]):  # type: ignore[misc]
    def __init__(self, job: Job) -> None:
        self._job = job

    def write_batch(self, items: list[Any]) -> None:
        self._job.insert([row for rows in items for row in rows])


def main(server: str, folder: Path) -> None:
    job = Job(folder)
    flow = Dataflow("bench")
    source = KafkaSource([server], [TOPIC], tail=True, batch_size=100)
    read = op.input("posts", flow, source)
    rows = op.flat_map_batch("understand", read, lambda batch: [job.rows([m.value for m in batch])])
    op.output("rows", rows, Rows(job))
    print(READY, flush=True)
    run_main(flow)


main(sys.argv[1], Path(sys.argv[2]))
