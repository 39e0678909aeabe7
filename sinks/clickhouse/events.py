"""Spikes, actions, alerts and dead letters become rows; pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rezonans.handling import Action, Alert
from rezonans.records import DeadLetter, Spike, encode
from sinks.clickhouse.columns import ActionRow, AlertRow, DeadLetterRow, ShareRow, SpikeRow


def spike_row(spike: Spike, stored_at: datetime) -> SpikeRow:
    """One change in the life of a spike, with the whole record beside its columns."""
    shares: dict[str, Any] = {
        name: [
            ShareRow(share.key, share.observed, share.expected) for share in getattr(spike, name)
        ]
        for name in ("places", "sentiments", "platforms", "topics")
    }
    same = {
        name: getattr(spike, name)
        for name in SpikeRow.__struct_fields__
        if name not in (*shares, "topic", "region", "district", "regions", "record", "stored_at")
    }
    return SpikeRow(
        **same,
        **shares,
        topic=spike.lane.topic,
        region=spike.lane.region,
        district=spike.lane.district,
        regions=[one.region for one in spike.risen],
        record=encode(spike).decode(),
        stored_at=stored_at,
    )


def action_row(action: Action, stored_at: datetime) -> ActionRow:
    return ActionRow(
        action=action.action,
        at=action.at,
        subject=action.subject,
        verb=action.verb,
        by=action.by,
        value=action.value,
        note=action.note,
        stored_at=stored_at,
    )


def alert_row(alert: Alert, stored_at: datetime) -> AlertRow:
    """What became of one message to a desk."""
    other = ("channel", "topic", "region", "district", "stored_at")
    same = {name: getattr(alert, name) for name in AlertRow.__struct_fields__ if name not in other}
    lane = alert.lane
    return AlertRow(
        **same,
        channel=alert.channel or "",
        topic=lane.topic if lane else None,
        region=lane.region if lane else None,
        district=lane.district if lane else None,
        stored_at=stored_at,
    )


def dead_letter_row(letter: DeadLetter, stored_at: datetime) -> DeadLetterRow:
    return DeadLetterRow(
        at=letter.at,
        stage=letter.stage,
        kind=letter.kind,
        reason=letter.reason,
        place=letter.place,
        digest=letter.digest,
        payload=letter.payload,
        stored_at=stored_at,
    )
