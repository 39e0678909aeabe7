"""What a page says to type, to open or to set exists: commands, targets, links, variables."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import cyclopts
import pytest

from rezonans.cli import app, register
from rezonans.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(path for area in ("models", "tests", "deploy") for path in (ROOT / area).rglob("*.md")),
]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SAMPLES = {"SECONDS": "90", "D": "2026-03-01", "DAY": "2026-03-01", "N": "3"}
GRAFANA = ROOT / "deploy" / "grafana" / "provisioning"
OF_GRAFANA = {
    variable
    for path in GRAFANA.rglob("*.yaml")
    for variable in re.findall(r"\$(REZONANS_\w+)", path.read_text(encoding="utf-8"))
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    return re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def typed(path: Path) -> Iterator[str]:
    """What stands in code: spans of the text, lines of the blocks of a shell."""
    yield from (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(path)))
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL):
        yield from (line.strip() for line in block.replace("\\\n", " ").splitlines())


def command(line: str) -> list[str] | None:
    """The words after `rezonans`; `None`: another command. What may be left out is given."""
    found = re.match(r"(?:\.venv/bin/)?rezonans (.*)", line)
    if found is None:
        return None
    line = re.split(r" [<>|] |  #", found[1], maxsplit=1)[0]
    line = re.sub(r"\$\(date [^)]*\)", "2026-03-01", line.replace("ru|kk", "ru"))
    return [SAMPLES.get(word, word) for word in shlex.split(re.sub(r"[\[\]]", "", line))]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_command_of_a_page_exists(path: Path) -> None:
    register()
    for line in typed(path):
        words = command(line)
        if words is None:
            continue
        try:  # read without being run: an unknown command or option is refused
            app.parse_args(words, exit_on_error=False, print_error=False)
        except cyclopts.MissingArgumentError:
            pass  # named, not typed
        except cyclopts.CycloptsError as error:
            pytest.fail(f"{line}: {error}")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_target_of_make_exists(path: Path) -> None:
    for target in re.findall(r"^make ([a-z-]+)", "\n".join(typed(path)), re.MULTILINE):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_link_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def anchors(path: Path) -> set[str]:
    """The addresses of the headings of a page, as hubs of code make them."""
    titles = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_variable_of_the_environment_is_a_setting(path: Path) -> None:
    for variable in re.findall(r"\bREZONANS_[A-Z0-9_]+[A-Z0-9]", path.read_text(encoding="utf-8")):
        if variable in OF_GRAFANA:
            continue
        section, *leaves = variable.removeprefix("REZONANS_").lower().split("__")
        assert section in Settings.model_fields, variable
        of = getattr(Settings.model_fields[section].annotation, "model_fields", None)
        assert of is None or not leaves or leaves[0] in of, variable


def test_pages_have_commands_links_and_variables() -> None:
    lines = [line for path in PAGES for line in typed(path)]
    assert sum(command(line) is not None for line in lines) > 100
    assert len(PAGES) > 40
