"""The public register: whose posts may be named as those of an opinion leader.

Officials and media are in it by what they are. Other public accounts (a page, a channel) are in
it when the desk registers them with a reason and a legal basis. Private persons never are.
"""

from __future__ import annotations

from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field


class Account(BaseModel):
    """One registered public account: `[resonance.leaders.accounts.NAME]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: tuple[str, ...] = Field(min_length=1)
    """Its page as `platform:id`, or the name it publishes under."""
    title: str | None = None
    """What to call it."""
    reason: str = Field(min_length=10)
    """Why it is an opinion leader on public matters."""
    legal_basis: str = Field(min_length=3)


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

    def find(self, name: str) -> Account | None:
        """The account that publishes under this name."""
        return self._by_name.get(name.casefold())

    def watches(self, topic: str | None) -> bool:
        """Whether opinion leaders are watched on a topic; never where the topic is unknown."""
        return topic is not None and (not self.topics or topic in self.topics)
