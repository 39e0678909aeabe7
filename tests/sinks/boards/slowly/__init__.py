"""What each counting panel has to say, counted the slow way: one stored mention after the other.

Nothing of the panels' SQL or of the rollups is used: only the rows of `mentions FINAL`, what a
reader has chosen, and the range.
"""

from __future__ import annotations

from tests.sinks.boards.slowly import answers, flows, labels, voices
from tests.sinks.boards.slowly.question import Panels

PANELS: Panels = {**flows.PANELS, **voices.PANELS, **labels.PANELS, **answers.PANELS}
