"""The public register: whose posts may be named as those of an opinion leader.

Officials and media are in it by what they are. Other public accounts (a page, a channel) are in
it when the desk registers them with a reason and a legal basis. Private persons never are.
"""

from __future__ import annotations

import re
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, field_validator

_HANDLE = re.compile(r"(?=.*[a-z_])\w[\w.]{1,63}", re.ASCII | re.IGNORECASE)


class Account(BaseModel):
    """One registered public account: `[resonance.leaders.accounts.NAME]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...] = Field(min_length=1)
    """Its page as `platform:id`, or the name it publishes under."""
    handles: tuple[str, ...] = ()
    """How it is mentioned, with or without @: these mentions, and links to its page, stay
    readable where all others are masked. The handle of a `platform:handle` above is one too."""
    title: str | None = None
    """What to call it."""
    reason: str = Field(min_length=10)
    """Why it is an opinion leader on public matters."""
    legal_basis: str = Field(min_length=3)

    @field_validator("handles")
    @classmethod
    def _written(cls, handles: tuple[str, ...]) -> tuple[str, ...]:
        for handle in handles:
            if not _HANDLE.fullmatch(handle.removeprefix("@")):
                raise ValueError(f"{handle}: not a handle; write it like akimat_zhambyl")
        return handles

    @property
    def public(self) -> frozenset[str]:
        """Its handles as they are compared: small letters, without @."""
        named = (name.partition(":")[2] for name in self.names)
        written = [handle.removeprefix("@") for handle in self.handles]
        written += [handle for handle in named if _HANDLE.fullmatch(handle)]
        return frozenset(handle.lower() for handle in written)


class Register(BaseModel):
    """The table `[resonance.leaders]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topics: tuple[str, ...] = ()
    """Topics on which opinion leaders are watched; empty: all."""
    accounts: dict[str, Account] = {}

    @cached_property
    def _by_name(self) -> dict[str, Account]:
        return {
            name.casefold(): account for account in self.accounts.values() for name in account.names
        }

    @property
    def handles(self) -> frozenset[str]:
        """The handles of all accounts."""
        return frozenset().union(*(account.public for account in self.accounts.values()))

    def find(self, name: str) -> Account | None:
        """The account that publishes under this name."""
        return self._by_name.get(name.casefold())

    def watches(self, topic: str | None) -> bool:
        """Whether opinion leaders are watched on a topic; never where the topic is unknown."""
        return topic is not None and (not self.topics or topic in self.topics)
