"""The settings of a declared source, made from its file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    create_model,
)

from collectors import HttpConfig, Limit, TokenConfig
from collectors.declared import questions
from collectors.declared.spec import Spec
from collectors.runner.budget import ALL

_HOME = r"^\d{2}(\d{7})?$"


def config_of(spec: Spec) -> type[HttpConfig]:
    """`Config`: what all sources have, the targets, the token where one is needed."""

    base = TokenConfig if spec.token else HttpConfig

    class Declared(base):  # type: ignore[valid-type, misc]
        gap_seconds: float = Field(default=spec.gap_seconds, ge=0, le=3600)
        budgets: dict[str, Limit] = {}
        """Where the platform granted more, or another part of the house uses the token too."""

        def limits(self) -> Mapping[str, Limit]:
            return {**spec.budget, **self.budgets}

        def looks_a_day(self, target: str) -> tuple[str, float] | None:
            return _looks(spec, self.limits())

    fields: dict[str, Any] = {name: (_fitting(rule), ...) for name, rule in spec.target.items()}
    fields["home"] = (str | None, Field(default=None, pattern=_HOME))
    strict = ConfigDict(extra="forbid", frozen=True)
    one: Any = create_model("Target", __config__=strict, **fields)
    targets: Any = (tuple[one, ...], Field(min_length=1))
    return create_model("Config", __base__=Declared, targets=targets)


def _looks(spec: Spec, limits: Mapping[str, Limit]) -> tuple[str, float] | None:
    """The budget that is used up first, where each stream is asked once a look."""
    asked = Counter(questions.method(stream) for stream in spec.streams)
    asked[ALL] = len(spec.streams)
    found = [
        (limit.a_day / asked[name], name)
        for name, limit in limits.items()
        if limit.a_day and asked[name]
    ]
    return (min(found)[1], min(found)[0]) if found else None


def _fitting(pattern: str) -> Any:
    def fit(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"does not look like {pattern}")
        return value

    return Annotated[str, AfterValidator(fit)]


def names_of(spec: Spec, one: BaseModel) -> Mapping[str, str]:
    """What templates may use of a target: its fields, and the named groups of their patterns."""
    names = {name: str(value) for name, value in one.model_dump().items() if value is not None}
    for field, pattern in spec.target.items():
        found = re.fullmatch(pattern, names[field])
        names |= {k: v for k, v in (found.groupdict() if found else {}).items() if v is not None}
    return names
