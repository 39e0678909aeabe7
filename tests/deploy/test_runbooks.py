"""What a runbook tells a person to type exists: commands, options, settings, metrics, pages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from rezonans import metrics
from rezonans.cli import app, register
from rezonans.settings import Settings
from streams.resonance.settings import ResonanceSettings

ROOT = Path(__file__).parents[2]
RUNBOOKS = ROOT / "docs" / "runbooks.md"
TEXT = RUNBOOKS.read_text(encoding="utf-8")
WORDS = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
SPANS = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", WORDS)]
BLOCKS = [
    line.strip()
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.replace("\\\n", " ").splitlines()
]
TYPED = [
    line for line in (*SPANS, *BLOCKS) if line.startswith(("rezonans ", ".venv/bin/rezonans "))
]
FILES = {"resonance.snapshot"}
SAMPLES = {"ID": "0123abcd", "NAME": "Айгүл", "FILE": "x.json", "DAY": "2026-03-01"}


@pytest.mark.parametrize("line", sorted(set(TYPED)))
def test_a_command_can_be_typed(line: str) -> None:
    register()
    line = re.sub(r"\$\(date [^)]*\)", "2026-03-01", line)
    words = [SAMPLES.get(word, word) for word in shlex.split(line.split(" > ", maxsplit=1)[0])]
    # checked without running: an unknown command, option or value raises
    app.parse_args(words[1:], exit_on_error=False, print_error=False)


def test_there_are_commands() -> None:
    assert len(set(TYPED)) > 8


@pytest.mark.parametrize("name", sorted({m for m in re.findall(r"rezonans_\w+", TEXT)}))
def test_a_metric_is_declared(name: str) -> None:
    declared = {
        f"{metric._name}{'_total' if metric._type == 'counter' else ''}"
        for metric in vars(metrics).values()
        if hasattr(metric, "_name")
    }
    assert name in declared


@pytest.mark.parametrize(
    "name", sorted({s for s in SPANS if re.fullmatch(r"\[?[a-z]+\.[a-z_]+\]?", s)})
)
def test_a_setting_exists(name: str) -> None:
    section, leaf = name.strip("[]").split(".")
    if name in FILES:
        return
    known = (
        ResonanceSettings.model_fields
        if section == "resonance"
        else Settings.model_fields[section].annotation.model_fields  # type: ignore[union-attr]
    )
    assert leaf in known


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z-]+)", TEXT))))
def test_a_target_of_make_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_rule_and_link_leads_to_a_page() -> None:
    pages = {_anchor(title) for title in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)}
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "rules.yml").read_text("utf-8"))
    named = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    leads = [rule["annotations"]["runbook"] for group in rules["groups"] for rule in group["rules"]]
    health = (ROOT / "rezonans" / "health.py").read_text(encoding="utf-8")
    leads += re.findall(r'_runbook\(["\']([a-z-]+)', health)
    leads += re.findall(r"\]\(#([a-z-]+)\)", TEXT)
    assert {lead.rpartition("#")[2] for lead in leads} <= pages
    assert named <= set(SPANS), "each rule is said on its page"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")
