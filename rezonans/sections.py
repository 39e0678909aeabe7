"""What every section of the settings is made of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["ru", "kk"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
