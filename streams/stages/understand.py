"""posts -> mentions."""

from __future__ import annotations

from collections.abc import Sequence

from streams.envelope import Envelope, Output
from streams.kept import Kept
from streams.stages.drain import Clock, Stateless, utc_now
from streams.steps.understand import Model, understand


class Understand(Stateless):
    """posts -> mentions."""

    def __init__(
        self,
        model: Model,
        versions: dict[str, str],
        now: Clock = utc_now,
        kept: Kept | None = None,
    ) -> None:
        super().__init__("understand", "posts", now)
        self._model = model
        self._versions = versions
        self._keep = {"keep": kept.keep} if kept else {}

    async def __call__(self, batch: Sequence[Envelope]) -> Sequence[Output]:
        return understand(batch, self._model, self._versions, self._now(), **self._keep)
