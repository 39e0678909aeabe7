"""One stand a kind: its fake platform, settings, and what must never leave it.

The conformance suite is blind: it publishes texts on a stand, runs the real loop against it and
compares what reached the log with what was published.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.collectors.stands.asking import (
    BotStand,
    FeedStand,
    FileStand,
    FollowingStand,
    OkStand,
    SweepStand,
    TubeStand,
    VkStand,
)
from tests.collectors.stands.meta import BusinessStand, DiscoveryStand, PageStand
from tests.collectors.stands.pushed import (
    BotHookStand,
    CallbackStand,
    FeedHubStand,
    HookStand,
    HubStand,
    PushStand,
    StreamStand,
)
from tests.collectors.stands.stand import Stand

STANDS: dict[str, Callable[[Path], Stand]] = {
    stand.kind: stand
    for stand in (
        *(VkStand, FollowingStand, OkStand, TubeStand, SweepStand, BotStand, FeedStand, FileStand),
        *(PushStand, CallbackStand, HookStand, BotHookStand, HubStand),
        *(FeedHubStand, StreamStand),
        *(PageStand, BusinessStand, DiscoveryStand),
    )
}
SILENT = frozenset({"file", "push", "vk_callback", "meta_webhook"})
"""Kinds that ask nobody over the network."""
WITHOUT = {
    "simulate": "invents its posts: there is no platform that could misbehave",
}
"""Kinds without a stand, and why. A new kind has a stand, or a reason here."""
