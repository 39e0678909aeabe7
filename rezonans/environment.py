"""How variables of the environment become values of settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource, NoDecode

PREFIX = "REZONANS_"


def _listed(value: Any) -> Any:
    """The parts of `a, b` or of a JSON list; nothing for an empty text."""
    if not isinstance(value, str):
        return value
    try:
        decoded = json.loads(value)
    except (ValueError, RecursionError):
        decoded = None
    if isinstance(decoded, list) or '"' in value:  # half of a JSON list is no name
        return decoded
    return [part.strip() for part in value.split(",") if part.strip()]


Names: TypeAlias = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""Several names: a list in a file, in the environment also with commas between them."""

Url: TypeAlias = Annotated[str | None, BeforeValidator(lambda url: url or None)]
"""An address; empty, as a variable that is passed on may be, it is none."""


class Environment(EnvSettingsSource):
    """Variables as they are: what is no JSON is left to the checks, which name its place."""

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        try:
            return super().decode_complex_value(field_name, field, value)
        except (ValueError, RecursionError):
            return value


def variable_of(place: tuple[int | str, ...], environment: Mapping[str, str]) -> str | None:
    """The variable that a setting came from, `None` when none of that name is set."""
    known = {name.upper(): name for name in environment}
    for end in range(len(place), 0, -1):
        name = PREFIX + "__".join(str(part) for part in place[:end]).upper()
        if name in known:
            return known[name]
    return None
