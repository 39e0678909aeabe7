"""Media of Kazakhstan to begin with: a list in a file, with what is known of each."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

LIST = Path(__file__).with_name("kazakhstan.toml")


class Outlet(BaseModel):
    """One medium: where its feed is, and how sure that is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    url: str
    languages: tuple[Literal["kk", "ru", "en"], ...]
    home: str | None = None
    sitemap: str | None = None
    checked: bool
    """Whether the address was read by us when the list was made."""
    known: str
    """What is known of it, for the person who switches it on."""


@cache
def outlets() -> dict[str, Outlet]:
    """All of the list, by name."""
    table = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return {name: Outlet.model_validate(entry) for name, entry in table.items()}
