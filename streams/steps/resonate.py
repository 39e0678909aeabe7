"""`resonate`: understood pages in, changes in the life of spikes out. Stateful and pure."""

from __future__ import annotations

from collections.abc import Sequence

from rezonans.records import Mentions, Spike
from streams.resonance.settings import ResonanceSettings
from streams.resonance.state import Resonance
from streams.resonance.stored import Tallies, Unusable

__all__ = ["Resonance", "ResonanceSettings", "Tallies", "Unusable", "resonate"]


def resonate(state: Resonance, pages: Sequence[Mentions]) -> tuple[Resonance, list[Spike]]:
    """The reducer `(state, pages) -> (state, spikes)`. The state is changed in place: what is
    needed afterwards has to be dumped before."""
    return state, state.apply(pages)
