"""A new kind from nothing: the skeleton, and the page of the documentation, executed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from collectors.runner.skeleton import files, write
from rezonans.troubles import Invalid
from tests.conftest import CHECKOUT

GUIDE = CHECKOUT / "docs" / "add-a-collector.md"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CONTRACT = ("__init__.py", "conftest.py", "collectors/__init__.py", "collectors/kit.py")


class Block(NamedTuple):
    """A fenced part of the page: its language, the word after it, what stands in it."""

    language: str
    word: str
    text: str


def blocks() -> list[Block]:
    return [Block(*match.groups("")) for match in _BLOCK.finditer(GUIDE.read_text("utf-8"))]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as a new collector touches."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / "collectors", tmp_path / "collectors", ignore=ignored)
    (tmp_path / "tests" / "collectors").mkdir(parents=True)
    (tmp_path / "tests" / "fixtures").mkdir()
    for name in (*_CONTRACT, "collectors/test_contract.py"):
        shutil.copy(CHECKOUT / "tests" / name, tmp_path / "tests" / name)
    return tmp_path


def run(root: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command of the page, in a checkout of ours."""
    program, *rest = command.split()
    if program == "rm":
        return subprocess.run(command.split(), cwd=root, capture_output=True, text=True, check=True)
    module = ["-m", "rezonans"] if program.endswith("rezonans") else []
    quiet = ["-p", "no:cacheprovider"] if "pytest" in rest else []
    return subprocess.run(
        [sys.executable, *module, *rest, *quiet],
        cwd=root,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(600)  # a dozen processes, on any machine
def test_the_guide_does_what_it_says(checkout: Path) -> None:
    said = ""
    for block in blocks():
        if block.language == "sh" and block.word != "skip":
            done = run(checkout, block.text.strip())
            said = done.stdout + done.stderr
            assert bool(done.returncode) == (block.word == "fails"), f"{block.text}\n{said}"
        elif block.language == "text":
            for line in block.text.splitlines():
                assert line in said
        elif block.word and block.language != "sh":
            known = (checkout / block.word).is_file() or block.word.endswith("mastodon.toml")
            assert known, f"{block.word}: the skeleton did not write it before"
            (checkout / block.word).write_text(block.text, encoding="utf-8")
    facts = (checkout / "tests" / "fixtures" / "mastodon" / "expected.jsonl").read_text("utf-8")
    assert facts.count("\n") == 3
    assert "без воды 40 домов" in facts


def test_what_the_guide_shows_is_as_tidy_as_the_rest(tmp_path: Path) -> None:
    texts = [block for block in blocks() if block.language == "python"]
    texts.append(
        Block("python", "collectors/skeleton.py", files("skeleton")["collectors/skeleton.py"])
    )
    for block in texts:
        for command in (["format", "--check"], ["check"]):
            done = subprocess.run(
                [sys.executable, "-m", "ruff", *command, "--stdin-filename", block.word, "-"],
                cwd=CHECKOUT,
                input=block.text,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{block.word}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("name", ["Rss", "1st", "a", "class", "rss.py", "../up", "жаңа"])
def test_names_that_are_no_module_are_refused(name: str) -> None:
    with pytest.raises(Invalid, match="not a name for a collector"):
        files(name)


def test_nothing_is_written_over_and_only_into_a_checkout(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not a checkout"):
        write(tmp_path, "wall")
    (tmp_path / "tests" / "fixtures").mkdir(parents=True)
    (tmp_path / "collectors").mkdir()
    assert len(write(tmp_path, "wall")) == 3
    with pytest.raises(Invalid, match=r"collectors/wall.py: is there already"):
        write(tmp_path, "wall")
