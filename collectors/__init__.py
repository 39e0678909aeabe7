"""Collectors: one module, or one TOML file, a platform; the file name is the kind.

A collector is a module with the names of `Collector`. It never sleeps, never retries,
never writes state and never reads the clock or the environment: the runner owns transport,
schedule, cursors, masking and production. Guarantee: a cursor counts only when the page
that carries it is stored, so a crash at any point loses nothing and repeats at most the
posts since the last stored page, which are dropped by identity.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Protocol, cast
from zoneinfo import ZoneInfo

import httpx
import msgspec
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from rezonans.records import Post
from rezonans.troubles import Busy

Authors = Literal["keep", "pseudonym", "drop"]
"""What becomes of those who write. `keep`: pages, officials and media keep their names, persons are
pseudonyms; `pseudonym`: nobody keeps a name; `drop`: nobody is even told from another, so that
voices can not be counted. No mode keeps the name of a private person."""


class BaseConfig(BaseModel):
    """Settings every collector has. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    enabled: bool = True
    legal_basis: str = Field(min_length=1)
    """Why we may read this source; recorded with every post."""
    every_seconds: float = Field(default=300.0, ge=0.1, le=86_400)
    """How often a target is looked at."""
    home: str | None = Field(default=None, pattern=r"^\d{2}(\d{7})?$")
    """KATO code of the place the source belongs to."""
    authors: Authors = "keep"
    """What is kept of those who write; `legal_basis` is the reason for it."""
    priority: dict[str, Annotated[float, Field(ge=0.1, le=10)]] = {}
    """What a post of a target is worth against one of others, by the target's name; default 1.
    Where a budget is divided, one that is worth four times as much is looked at twice as often."""

    @model_validator(mode="before")
    @classmethod
    def _with_secrets(cls, table: Any) -> Any:
        """Secrets never stand in the file, so whoever forgot one is told where it belongs."""
        for name, field in cls.model_fields.items():
            needed = field.annotation is SecretStr and field.is_required()
            if needed and isinstance(table, dict) and name not in table:
                raise ValueError(
                    f"{name} is missing; set it in the environment, REZONANS_COLLECTORS__NAME__"
                    f"{name.upper()} with the name of this collector"
                )
        return table


class Limit(BaseModel):
    """What a platform lets one credential ask."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_second: float | None = Field(default=None, gt=0)
    a_day: int | None = Field(default=None, gt=0)
    reset: str = "rolling"
    """Time zone whose midnight begins a new day; `rolling`: the last 24 hours count."""

    @field_validator("reset")
    @classmethod
    def _known(cls, zone: str) -> str:
        return zone if zone == "rolling" else time_zone(zone)


def time_zone(name: str) -> str:
    """The name of a time zone that there is; `ValueError` says how one is written."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"{name}: not a time zone; write it like Asia/Almaty") from None
    return name


class Refused(Busy):
    """The platform says no in words of its own, mostly with a status that says yes."""

    def __init__(
        self, reason: str, retry_after: float, method: str | None = None, *, lasting: bool = False
    ) -> None:
        super().__init__(reason, retry_after)
        self.method = method
        """The question nobody with this credential may ask meanwhile; `*`: any; `None`: only
        this target waits."""
        self.lasting = lasting
        """It does not mend itself: a person must act, or the target is parked."""


class HttpConfig(BaseConfig):
    """Settings of collectors that ask over HTTP."""

    gap_seconds: float = Field(default=2.0, ge=0, le=3600)
    """Least time between two requests to one host, over all instances of the process."""
    private_hosts: tuple[str, ...] = ()
    """Hosts of our own network that may be read; all other private addresses are refused."""

    def limits(self) -> Mapping[str, Limit]:
        """Budgets by method, as requests name it in their extension `method`; `*`: all of them."""
        return {}

    def looks_a_day(self, target: str) -> tuple[str, float] | None:
        """The budget that a look at a target is paid from, and for how many looks a day it is
        enough, all targets together; `None`: no daily budget.
        """
        return None

    def credential(self) -> str:
        """What budgets are counted for, as it stands in no secret's place: a hash of the token."""
        token = getattr(self, "token", None)
        said = token.get_secret_value() if isinstance(token, SecretStr) else ""
        return hashlib.sha256(f"credential\0{said}".encode()).hexdigest()[:16] if said else ""


class TokenConfig(HttpConfig):
    """Settings of collectors that need a secret of the platform."""

    token: SecretStr | None = Field(default=None, min_length=1)
    """From the environment: `REZONANS_COLLECTORS__NAME__TOKEN`."""

    @model_validator(mode="after")
    def _with_token(self) -> TokenConfig:
        if self.token is None:
            raise ValueError(
                "token is missing; set it in the environment, "
                "REZONANS_COLLECTORS__NAME__TOKEN with the name of this collector"
            )
        return self

    @property
    def secret(self) -> str:
        """The token itself: for a header, never for a log."""
        return self.token.get_secret_value() if self.token else ""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is looked at: a feed, a page, a file. Has one container and one cursor."""

    name: str
    """Unique within the configured instance."""
    container: str
    """`platform:...`; the Kafka key of its pages."""
    confirms: bool = False
    """Asking behind a cursor makes the platform forget what is before it, so a question waits
    until the store has what the last one brought."""
    pushed: bool = False
    """It is read from the journal of the instance's door (`collectors/intake`)."""


class Stretch(NamedTuple):
    """A piece of time at a source."""

    since: datetime
    until: datetime


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform said once, raw, and the cursor after it."""

    body: bytes
    cursor: str | None = None
    """Where to go on once this answer is stored; `None`: unchanged."""
    looked_until: datetime | None = None
    """Event time this answer is complete to; `None`: the time it was received."""
    history: bool = False
    """Old posts on purpose: they teach and never alert. First polls are marked by the runner."""
    context: Mapping[str, str] = {}
    """What `parse` needs beside the bytes: content type, base URL, first line number."""
    stays_seconds: float | None = None
    """For how long the source will show what it shows now: a look that comes later misses
    something. `None`: nobody knows, or for ever."""
    missed: tuple[Stretch, ...] = ()
    """Stretches that more was published in than the source shows now. Posts with the flag
    `gap_suspected` say the same of the time before them."""
    found: tuple[Stretch, ...] = ()
    """What was missed once and is complete now."""


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of an answer that can not be read; its neighbours go on."""

    place: str
    """`file:line:column`, or `url#index`."""
    reason: str
    digest: str
    """SHA-256 of the piece; never the piece itself: it is not masked."""
    lasting: bool = False
    """A part of the source that stays unread until somebody acts: every look says so."""


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """What a source can give, and what it can not, so that boards say "not offered", not 0."""

    comments: bool = False
    counters: bool = False
    edits: bool = False
    deletions: bool = False
    partly: Mapping[str, str] = {}
    """Of what is offered: which part of it, like `of videos`. For people."""
    legal_note: str

    def missing(self) -> list[str]:
        """What a source can not give: shown as such, never as zero."""
        given = {
            "comments": self.comments,
            "counters": self.counters,
            "edits": self.edits,
            "deletions": self.deletions,
        }
        return [name for name, there in given.items() if not there]


class Collector(Protocol):
    """What the runner needs of a collector module."""

    @property
    def VERSION(self) -> str: ...
    @property
    def OFFERS(self) -> Offers: ...
    @property
    def Config(self) -> type[Any]: ...
    def targets(self, config: Any) -> Sequence[Target]:
        """What is looked at. Pure."""
        ...

    def trial(self, target: str) -> dict[str, Any]:
        """Settings that look at one thing, as a person names it on the command line. Pure."""
        ...

    def fetch(
        self,
        config: Any,
        target: Target,
        http: httpx.AsyncClient,
        cursor: str | None,
        now: datetime,
    ) -> AsyncIterator[Answer]:
        """One poll: the answers since `cursor`, in order. `Busy` when asked to wait."""
        ...

    def parse(self, config: Any, target: Target, answer: Answer) -> Iterator[Post | Rejected]:
        """The posts of one answer, authors not yet pseudonyms. Pure; `Invalid` and nothing else."""
        ...


_FOLDER = Path(__file__).parent


def kinds() -> list[str]:
    """Every kind there is: the modules and the declared sources (TOML) of this package."""
    modules = [m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg]
    return sorted({*modules, *(path.stem for path in _FOLDER.glob("*.toml"))})


@cache
def load(kind: str) -> Collector:
    """The collector of a kind, imported on demand."""
    declared = _FOLDER / f"{kind}.toml"
    if declared.exists():
        from collectors.declared.source import Source
        from collectors.declared.spec import read

        return Source(kind, read(declared))
    return cast(Collector, importlib.import_module(f"{__name__}.{kind}"))
