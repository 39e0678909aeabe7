"""What a desk watches, and when it may be disturbed. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from rezonans import hours
from rezonans.desks import DeskSettings, Shift
from rezonans.records import Alarm, Spike

RANK: dict[Alarm, int] = {"yellow": 1, "orange": 2, "red": 3}
ALARMS: dict[int, Alarm] = {rank: alarm for alarm, rank in RANK.items()}
RED = RANK["red"]


def concerns(spike: Spike, desk: DeskSettings) -> bool:
    """Whether the desk watches this lane, or everything.

    A desk of some topics (regions) hears the lanes of these, not those without a topic
    (region): they would repeat what their parts have said. An emergence has no part that speaks:
    the desks of all its regions hear it.
    """
    if spike.kind == "data-quality":  # spikes of every desk are held back by it
        return desk.simulation or not spike.simulation
    return (
        (not desk.topics or spike.lane.topic in desk.topics)
        and (not desk.regions or not regions(spike).isdisjoint(desk.regions))
        and (desk.simulation or not spike.simulation)
    )


def regions(spike: Spike) -> set[str | None]:
    """The regions that a spike is about."""
    return {one.region for one in spike.risen} or {spike.lane.region}


def quiet(desk: DeskSettings, now: float) -> bool:
    """Whether yellow and orange wait at this time (unix seconds)."""
    local = _local(desk, now)
    return any(span.covers(local) for span in desk.spans)


def on_shift(desk: DeskSettings, now: float) -> Shift | None:
    """The first shift of the rota that fits."""
    local = _local(desk, now)
    fits = (one for one in desk.rota if any(span.covers(local) for span in one.spans))
    return next(fits, None)


def on_duty(desk: DeskSettings, now: float) -> tuple[str, ...]:
    """The channels of the shift, or those of the desk."""
    shift = on_shift(desk, now)
    return shift.channels if shift else desk.channels


def morning_passed(desk: DeskSettings, since: float, now: float) -> bool:
    """Whether a morning of the desk lies between the two times (unix seconds)."""
    last = hours.latest(hours.moment(desk.morning), _local(desk, now))
    return since < last.timestamp() <= now


def in_crisis(desk: DeskSettings) -> tuple[str, ...]:
    """Who hears while crisis mode is on."""
    return desk.crisis.channels or desk.reached


def _local(desk: DeskSettings, now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC).astimezone(desk.zone)
