"""A new kind of collector: the files to begin with. They are right but for what they expect."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

import collectors
from rezonans.troubles import Invalid

_TEMPLATES = Path(collectors.__file__).parent / "skeleton"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


def files(name: str) -> dict[str, str]:
    """Path in the checkout to content. `Invalid` for a name that can not be a module's."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise Invalid(
            f"{name}: not a name for a collector; take small Latin letters, digits and _, "
            "a letter first"
        )
    fixtures = f"tests/fixtures/{name}"
    return {
        f"collectors/{name}.py": _filled("module.py.txt", name),
        f"{fixtures}/settings.toml": _filled("settings.toml", name),
        f"{fixtures}/page.json": _filled("page.json", name),
    }


def _filled(template: str, name: str) -> str:
    return (_TEMPLATES / template).read_text(encoding="utf-8").replace("{NAME}", name)


def write(root: Path, name: str) -> list[str]:
    """Make the files below a checkout; nothing is written over. Returns their paths."""
    made = files(name)
    if not (root / "tests" / "fixtures").is_dir():
        raise Invalid(f"{root}: not a checkout of Rezonans; name one with --root")
    places = [*made, f"collectors/{name}.toml", f"collectors/{name}"]
    there = next((path for path in places if (root / path).exists()), None)
    if there:
        raise Invalid(f"{there}: is there already; choose another name")
    for path, text in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(made)
