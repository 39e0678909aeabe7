"""Settings that can not be used, and the sentences that say so."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rezonans.environment import variable_of


class SettingsError(Exception):
    """A setting that can not be used; the message names it and the remedy."""


def table(path: Path) -> dict[str, Any]:
    """What a TOML file holds; `SettingsError` says why it can not be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such settings file") from None
    except OSError as error:
        raise SettingsError(f"{path}: can not be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def explain(error: ValidationError, where: str, environment: Mapping[str, str] = {}) -> str:
    """One sentence a problem, each with the place; values are left out, they may be secret."""
    return "; ".join(
        f"{_place(problem['loc'], where, environment)}: {_say(problem)}"
        for problem in error.errors(include_url=False, include_input=False)
    )


def _place(loc: tuple[int | str, ...], where: str, environment: Mapping[str, str]) -> str:
    if not loc:
        return where
    name = ".".join(map(str, loc))
    variable = variable_of(loc, environment)
    return f"environment: {variable}: {name}" if variable else f"{where}: {name}"


def _say(problem: Any) -> str:
    if problem["type"] == "extra_forbidden":
        return "unknown key; take it out or check the spelling"
    if problem["type"] in ("model_type", "dict_type"):
        return "a section, not a value; set its keys one by one"
    if problem["type"] == "tuple_type":
        return 'a list; write it like ["a", "b"]'
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return str(problem["msg"]).lower()
