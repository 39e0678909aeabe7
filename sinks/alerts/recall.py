"""The orders that the store holds: its `actions` table is the truth."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from rezonans.handling import Action

_ACTIONS = """
SELECT action, at, subject, verb, `by`, value, note FROM actions FINAL
WHERE at >= now() - INTERVAL 31 DAY AND verb IN ('mute', 'crisis', 'acknowledge', 'mark')
ORDER BY stored_at, at, action LIMIT 10000
"""


class Reader(Protocol):
    async def query(self, sql: str) -> list[dict[str, Any]]: ...


async def actions(store: Reader) -> list[Action]:
    """In the order they were written down. Raises as the store's reader does."""
    return msgspec.convert(await store.query(_ACTIONS), list[Action])
