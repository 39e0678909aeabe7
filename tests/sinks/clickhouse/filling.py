"""Run by test_room: writes pages to a disk that is filled to the brim again and again, or opens the
store that was on it and tells what it holds.

`python -m tests.sinks.clickhouse.filling write|count FOLDER`
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rezonans.cli.brim import Opening
from rezonans.records import Mentions
from rezonans.troubles import Busy
from sinks.clickhouse import client as opening
from sinks.clickhouse.client import open_client
from sinks.clickhouse.migrate import migrate
from sinks.clickhouse.rollup import Rollups
from sinks.clickhouse.room import Broken, Room
from sinks.clickhouse.writer import Writer
from tests.sinks.clickhouse.samples import NOW, mention, page

PER_PAGE = 50
SECONDS = 8.0
STEP = 2**16
KEEP_BYTES = 2**20
"""What the engine leaves free here: others take the rest while it writes."""


def write(folder: Path) -> None:
    """Says the number of each page that the store has taken, then whether a part was broken."""
    opening.KEEP_BYTES = KEEP_BYTES  # type: ignore[attr-defined]
    room = Room(folder)
    client = open_client(f"chdb://{folder}")
    migrate(client)
    writer = Writer(client, room=room)
    rollups = Rollups(open_client(f"chdb://{folder}"), settle_seconds=0)
    done, broken = threading.Event(), threading.Event()

    def roll() -> None:
        while not done.is_set():
            try:
                rollups.step()
            except Busy:
                done.wait(0.1)
            except Broken:
                broken.set()
                return

    others = [threading.Thread(target=one) for one in (roll, lambda: torment(folder, done))]
    for other in others:
        other.start()
    number = 0
    while not done.is_set():
        number += 1
        with suppress(Busy, Broken):
            writer.write([page_of(number)])
            print(number, flush=True)
    for other in others:
        other.join()
    print(json.dumps({"broken": broken.is_set()}), flush=True)
    os._exit(0)  # as a process that is killed: nothing is put in order


def page_of(number: int) -> Mentions:
    at = NOW + timedelta(seconds=20 * number)
    return page(
        *(mention(f"a:{number}_{one}", published_at=at) for one in range(PER_PAGE)),
        sequence=number,
    )


def torment(folder: Path, done: threading.Event) -> None:
    """Others take all room and give a little of it back, many times a second."""
    rng, filler = random.Random(1), folder / "filler"
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with filler.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(STEP))
        done.wait(rng.uniform(0, 0.02))
        left = rng.randrange(2**20, 6 * 2**20)
        os.truncate(filler, max(0, filler.stat().st_size - left))
        done.wait(rng.uniform(0, 0.05))
    filler.unlink()
    done.set()


def count(folder: Path) -> None:
    found = Opening(folder)
    client = open_client(f"chdb://{folder}")
    migrate(client)
    rollups = Rollups(client, settle_seconds=0)
    again = found.again()
    if again:
        rollups.again(datetime.now(UTC) - timedelta(days=1))
    rollups.catch_up()
    items = [row[0] for row in client.query("SELECT item FROM mentions_public").result_rows]
    posts = "SELECT sum(posts) FROM flow WHERE grain = {}"
    counted = [client.query(posts.format(grain)).result_rows[0][0] for grain in (300, 3600)]
    print(json.dumps({"items": items, "counted": counted, "again": again is not None}))


if __name__ == "__main__":
    {"write": write, "count": count}[sys.argv[1]](Path(sys.argv[2]))
