"""Settings that can not be used, and the sentences that say so."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

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


def explain(
    error: ValidationError,
    where: str,
    environment: Mapping[str, str] = {},
    form: type[BaseModel] | None = None,
) -> str:
    """One sentence a problem, each with the place; values are left out, they may be secret.

    `form`: what was read, so that a misspelt key is told with the one that was meant.
    """
    return "; ".join(
        f"{_place(problem['loc'], where, environment)}: {_say(problem, form)}"
        for problem in error.errors(include_url=False, include_input=False)
    )


def unknown(what: str, name: str, known: Iterable[str], remedy: str) -> str:
    """`unknown key; did you mean port?`, or the remedy where nothing is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"unknown {what}; did you mean {near[0]}?" if near else f"unknown {what}; {remedy}"


def _place(loc: tuple[int | str, ...], where: str, environment: Mapping[str, str]) -> str:
    if not loc:
        return where
    name = ".".join(map(str, loc))
    variable = variable_of(loc, environment)
    return f"environment: {variable}: {name}" if variable else f"{where}: {name}"


_SAID = {
    "model_type": "a section, not a value; set its keys one by one",
    "dict_type": "a section, not a value; set its keys one by one",
    "int_parsing": "a number without a unit; its unit stands in the name of the key",
    "float_parsing": "a number without a unit; its unit stands in the name of the key",
    "tuple_type": 'a list; write it like ["a", "b"]',
}


def _say(problem: Any, form: type[BaseModel] | None) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        *place, name = problem["loc"]
        return unknown("key", str(name), _keys(form, place), "take it out or check the spelling")
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch" and "https?://" in context["pattern"]:
        return "an address that begins with http:// or https://"
    return _SAID.get(kind) or str(problem["msg"]).lower()


def _keys(form: Any, place: list[int | str]) -> list[str]:
    """The keys that a form has at a place; none where that can not be told."""
    if isinstance(form, type) and issubclass(form, BaseModel):
        fields = form.model_fields
        if not place:
            return list(fields)
        field = fields.get(str(place[0]))
        return _keys(field.annotation, place[1:]) if field else []
    inside = place[1:] if get_origin(form) in (dict, tuple, list) else place
    return [key for part in get_args(form) for key in _keys(part, inside)]
