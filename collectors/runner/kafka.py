"""Production into the log with kafka-python: acks=all, idempotent, lz4, small linger.

Guarantee: returning means that the log has the message. A message that failed is `Busy`
and may be there all the same; its second copy is dropped by identity downstream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from rezonans.topics import MAX_MESSAGE_BYTES
from rezonans.troubles import Busy, Invalid

log = structlog.get_logger("collectors")

AGAIN_SECONDS = 1.0
KNOCK_SECONDS = 3.0


class KafkaDeliver:
    """`Deliver` for a Kafka-compatible log; one producer at a time, a new one after a failure.

    An idempotent producer that outlived its broker never recovers (the broker does not know
    its id any more), so a failed send retires the producer that made it.
    """

    def __init__(
        self,
        servers: Sequence[str],
        prefix: str = "",
        *,
        timeout_seconds: float = 20.0,
        linger_ms: int = 20,
        options: Mapping[str, Any] = {},
    ) -> None:
        self._servers = list(servers)
        self._prefix = prefix
        self._timeout = timeout_seconds
        self._linger_ms = linger_ms
        self._options = dict(options)
        """How the log is entered: TLS, SASL."""
        self._producer: Any = None
        self._making = asyncio.Lock()

    async def __call__(self, topic: str, key: bytes, value: bytes) -> None:
        producer = await self._current()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            sent = await asyncio.to_thread(
                producer.send, self._prefix + topic, key=key, value=value
            )
            _bridge(sent, done)
            await done
        except MessageSizeTooLargeError as error:
            raise Invalid(f"message of {len(value)} bytes for {topic}: {error}") from None
        except KafkaError as error:
            await self._retire(producer)
            raise Busy(
                f"the log at {self._named} took no message ({_short(error)})", AGAIN_SECONDS
            ) from None

    async def close(self) -> None:
        """Let go of the log; what was acknowledged is safe, the rest was never promised."""
        if self._producer is not None:
            await self._retire(self._producer)

    @property
    def _named(self) -> str:
        return ",".join(self._servers)

    async def _current(self) -> Any:
        async with self._making:
            if self._producer is None:
                await self._knock()
                try:
                    self._producer = await asyncio.to_thread(self._make)
                except KafkaError as error:
                    raise Busy(
                        f"the log at {self._named} can not be reached ({_short(error)})",
                        AGAIN_SECONDS,
                    ) from None
            return self._producer

    async def _knock(self) -> None:
        """A producer for a log that is away takes long to fail and leaves its sockets behind."""
        for server in self._servers:
            host, _, port = server.rpartition(":")
            try:
                async with asyncio.timeout(KNOCK_SECONDS):
                    _, writer = await asyncio.open_connection(host, int(port))
            except (OSError, ValueError):  # TimeoutError is an OSError
                continue
            writer.close()
            return
        raise Busy(f"nothing answers at the log's address {self._named}", AGAIN_SECONDS)

    def _make(self) -> Any:
        return KafkaProducer(
            bootstrap_servers=self._servers,
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            linger_ms=self._linger_ms,
            batch_size=256 * 1024,
            max_request_size=MAX_MESSAGE_BYTES + 100_000,
            max_block_ms=int(self._timeout * 1000),
            request_timeout_ms=int(self._timeout * 500),
            delivery_timeout_ms=int(self._timeout * 1000),
            **self._options,
        )

    async def _retire(self, producer: Any) -> None:
        if self._producer is producer:
            self._producer = None
            # What it could not flush was never acknowledged: its pages are with us.
            with suppress(KafkaError):
                await asyncio.to_thread(producer.close, timeout=1)


def _bridge(sent: Any, done: asyncio.Future[None]) -> None:
    """The producer answers in its own thread, we wait in the loop's."""
    loop = asyncio.get_running_loop()

    def settle(error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def answer(error: BaseException | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, error)

    sent.add_callback(lambda _: answer(None))
    sent.add_errback(answer)


def _short(error: KafkaError) -> str:
    return type(error).__name__
