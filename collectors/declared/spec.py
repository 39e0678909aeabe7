"""The form of a declared source. Checked when it is read; unknown keys are errors."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from collectors import Limit, time_zone
from collectors.declared.values import RESERVED, Bad, Template
from rezonans.troubles import Invalid

FIELDS = (
    *("item", "kind", "published_at", "edited_at", "title", "text", "url", "parent", "root"),
    *("context", "author", "author_kind", "author_name", "author_followers", "repost_of"),
)
_TIME = re.compile(r"\{[^{}|]+\|(iso|unix|unix_ms)\}")


def _template(text: str) -> str:
    Template(text)  # Bad is a ValueError, which pydantic tells with the place
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


Text = Annotated[str, AfterValidator(_template)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OffersPart(Part):
    comments: bool = False
    counters: bool = False
    edits: bool = False
    deletions: bool = False
    partly: dict[Literal["comments", "counters", "edits", "deletions"], str] = {}
    legal_note: str = Field(min_length=1)


class Rule(Part):
    """What an answer means that is not what was asked for. The first that fits decides."""

    status: tuple[int, ...] = ()
    """Empty: any."""
    path: str | None = None
    values: tuple[str | int, ...] = ()
    """Of the value at `path`; empty: there is one."""
    outcome: Literal["wait", "stop", "nothing"]
    """`wait` asks again later, `stop` is for a person to mend, `nothing`: nothing to read here."""
    says: str = Field(min_length=1)
    """For people: what it means and what to do."""
    seconds: float = Field(default=60.0, gt=0, le=86_400)
    midnight: bool = False
    """Wait until the budget begins anew."""
    scope: Literal["target", "method", "credential"] = "target"
    """Whose further questions wait too."""


class Paging(Part):
    """How an answer leads to the next. The answers of one look are `pages` at most."""

    kind: Literal["token", "page", "offset", "link"]
    param: str | None = None
    path: str | None = None
    """`token`: where the answer has it. `link`: where the next address is; default: the header."""
    step: int = Field(default=1, ge=1)
    """`offset`: records a page."""
    start: int = Field(default=0, ge=0)
    """First value of `page` and `offset`."""
    pages: int = Field(default=10, ge=1, le=1000)

    @model_validator(mode="after")
    def _whole(self) -> Paging:
        if self.kind != "link" and not self.param:
            raise ValueError("param is needed: the name of the parameter that leads on")
        if self.kind == "token" and not self.path:
            raise ValueError("path is needed: where an answer has the token")
        return self


class Records(Part):
    """Where records are in an answer, and what their parts mean."""

    records: str = ""
    """Path of the list; empty: the answer itself."""
    map: dict[str, Text] = {}
    counters: dict[str, Text] = {}

    @field_validator("map")
    @classmethod
    def _known(cls, fields: dict[str, str]) -> dict[str, str]:
        unknown = ", ".join(sorted(set(fields) - set(FIELDS)))
        if unknown:
            raise ValueError(f"{unknown}: no such field; there are {', '.join(FIELDS)}")
        return fields

    @model_validator(mode="after")
    def _enough(self) -> Records:
        missing = [name for name in ("item", "kind", "published_at") if name not in self.map]
        if self.map and missing:
            raise ValueError(f"map: {' and '.join(missing)} must be given")
        for name in ("published_at", "edited_at"):
            if name in self.map and not _TIME.fullmatch(self.map[name]):
                raise ValueError(f"map: {name}: say how it is written, like {{created|iso}}")
        return self


class Stream(Records):
    """One question and what becomes of its answers."""

    name: str = Field(pattern=r"^[a-z_]+$")
    url: Text
    query: dict[str, Text] = {}
    headers: dict[str, Text] = {}
    format: Literal["json", "jsonl", "csv"] = "json"
    separator: str = Field(default=",", min_length=1, max_length=1)
    method: str = ""
    """Name of the question in budgets; default: the last part of the address."""
    order: Literal["newest_first", "oldest_first"] = "newest_first"
    after: Text | None = None
    """`oldest_first`: the value of a record that the next question begins behind."""
    paging: Paging | None = None
    lists: str | None = None
    """Path of an identity: the answer only lists what another stream asks for."""
    ids: str | None = None
    """Name of the stream that lists the identities this one asks for, as `{ids}`."""
    most: int = Field(default=50, ge=1, le=1000)
    """Identities in one question; those beyond are not looked at again."""
    children: tuple[Records, ...] = ()
    """Records within records."""

    @model_validator(mode="after")
    def _fits(self) -> Stream:
        if not self.map and not self.lists:
            raise ValueError("map is missing: what the parts of a record mean")
        if (self.order == "oldest_first") != (self.after is not None):
            raise ValueError('after belongs to order = "oldest_first", which needs it')
        if self.after and self.paging:
            raise ValueError("paging: the next question already begins behind the last record")
        return self


class Spec(Part):
    """A declared source."""

    version: str = Field(min_length=1)
    platform: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    offers: OffersPart
    token: bool = False
    """Whether it needs a secret; asked for as `token`, from the environment."""
    gap_seconds: float = Field(default=2.0, ge=0)
    time_zone: str = "UTC"
    """Of times that name none."""
    target: dict[str, Pattern] = Field(min_length=1)
    """What a user says of a target, with the pattern it must fit. Named groups are names too."""
    name: Text
    """A target's name made of them: unique, and what `--target` takes."""
    budget: dict[str, Limit] = {}
    """What one credential may ask, by method; `*`: all methods together."""
    rules: tuple[Rule, ...] = ()
    streams: tuple[Stream, ...] = Field(min_length=1)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return time_zone(zone)

    @field_validator("target")
    @classmethod
    def _free_names(cls, target: dict[str, str]) -> dict[str, str]:
        taken = {"name", "home", "ids", "after", "token", *RESERVED} & set(target)
        if taken:
            raise ValueError(f"{', '.join(sorted(taken))}: a name of ours; choose another")
        return target

    @model_validator(mode="after")
    def _listed_before(self) -> Spec:
        listed: set[str] = set()
        for stream in self.streams:
            if stream.ids is not None and stream.ids not in listed:
                raise ValueError(f"streams.{stream.name}: no stream before it lists {stream.ids}")
            if stream.lists:
                listed.add(stream.name)
        return self


def read(path: Path) -> Spec:
    """The source of a file; `Invalid` names each key that is wrong and what is wrong with it."""
    try:
        return Spec.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, Bad) as error:
        raise Invalid(f"{path.name}: {error}") from None
    except ValidationError as error:
        raise Invalid(_sentence(path.name, error)) from None


def _sentence(name: str, error: ValidationError) -> str:
    problems: list[Any] = error.errors(include_url=False, include_input=False)
    return "; ".join(
        f"{name}: {'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}"
        for problem in problems
    )
