"""How records of a system of the house become posts: the settings of exports and of pushes."""

from __future__ import annotations

from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from collectors import BaseConfig, time_zone
from collectors.tables.rows import FIELDS, Reading, appeals_with
from rezonans.records import Appeal

NEEDED = ("id", "text")


class MappingConfig(BaseConfig):
    """Settings of sources whose records have columns. What is not named is never read."""

    system: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    """Whose records these are, `109` or `eotinish-astana`: part of every identity, the same in
    the system's files and in what it pushes."""
    columns: dict[str, str]
    """Our field to their column, or JSON key (`a.b` for one within another); `id` and `text` are
    needed."""
    appeal_map: dict[str, Appeal] = {}
    """Names of types beside the usual Russian and Kazakh ones."""
    date_formats: tuple[str, ...] = (
        "%d.%m.%Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d",
    )
    """Beside ISO 8601."""
    time_zone: str = "Asia/Almaty"

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, columns: dict[str, str]) -> dict[str, str]:
        unknown = ", ".join(sorted(set(columns) - set(FIELDS)))
        if unknown:
            raise ValueError(f"{unknown}: no such field; there are {', '.join(FIELDS)}")
        missing = [name for name in NEEDED if name not in columns]
        if missing:
            raise ValueError(f"{' and '.join(missing)} must be given a column")
        return columns

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return time_zone(zone)

    @cached_property
    def reading(self) -> Reading:
        return Reading(
            system=self.system,
            legal_basis=self.legal_basis,
            columns=self.columns,
            appeals=appeals_with(self.appeal_map),
            date_formats=self.date_formats,
            time_zone=ZoneInfo(self.time_zone),
            home=self.home,
        )
