"""Every metric is seen by somebody, and nobody looks at a metric that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client import REGISTRY

from rezonans import metrics
from sinks.boards.dashboards import BOARDS
from sinks.boards.pipeline import PANELS, panels

RULES = Path(__file__).parents[3] / "deploy" / "prometheus" / "rules.yml"
RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks.md"
_NAME = re.compile(r"rezonans_[a-z0-9_]+")


def declared() -> set[str]:
    """Names as PromQL says them, of the metrics module only."""
    assert metrics.RECEIVED
    found: set[str] = set()
    for family in REGISTRY.collect():
        if family.name.startswith("rezonans_"):
            suffixes = {"counter": ["_total"], "histogram": ["_bucket"]}.get(family.type, [""])
            found |= {f"{family.name}{suffix}" for suffix in suffixes}
    return found


def shown() -> set[str]:
    texts = [RULES.read_text(encoding="utf-8")]
    texts += [expr for _, _, queries in PANELS for expr, _ in queries]
    texts += [expr for board in BOARDS for panel in board.panels for expr, _ in panel.metrics]
    return {name for text in texts for name in _NAME.findall(text)}


def test_every_declared_metric_is_on_the_board_or_in_a_rule() -> None:
    assert declared() - shown() == set()


def test_every_metric_of_boards_and_rules_is_declared() -> None:
    assert shown() - declared() == set()


def test_panels_have_their_own_numbers_and_places() -> None:
    drawn = panels("ru")
    assert len({panel.id_val for panel in drawn}) == len(drawn) == len(PANELS)
    places = {(panel.grid_pos.x, panel.grid_pos.y) for panel in drawn if panel.grid_pos}
    assert len(places) == len(drawn)


def test_every_rule_names_a_page_of_the_runbooks() -> None:
    pages = re.findall(r"^## (.+)$", RUNBOOKS.read_text(encoding="utf-8"), re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", page.lower()).replace(" ", "-") for page in pages}
    named = re.findall(r"docs/runbooks\.md#([a-z-]+)", RULES.read_text(encoding="utf-8"))
    assert named
    assert set(named) <= anchors
