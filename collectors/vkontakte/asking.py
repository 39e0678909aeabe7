"""How VK is asked: one method at a time, its refusals read before the status."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import httpx

from collectors import Refused
from collectors.runner.answers import check
from collectors.vkontakte.refusals import CLOSED, error_of, refusal

API = "5.199"


class Asker(NamedTuple):
    """What questions need."""

    http: httpx.AsyncClient
    host: str
    secret: str
    now: datetime

    async def ask(self, method: str, **parameters: str | int) -> bytes:
        """The answer's bytes, error or not told apart by `error_of`; refusals are raised."""
        body = await self.try_(method, **parameters)
        if body is None:
            raise Refused(f"VK: {method} has nothing for us", 3600.0, lasting=True)
        return body

    async def try_(self, method: str, **parameters: str | int) -> bytes | None:
        """The same, with `None` where comments are closed."""
        response = await self.http.post(
            f"https://{self.host}/method/{method}",
            data={**parameters, "v": API},
            headers={"Authorization": f"Bearer {self.secret}"},
            extensions={"method": method},
        )
        error = error_of(response.content)
        if error is not None:
            if error.get("error_code") in CLOSED:
                return None
            raise refusal(error, method)
        check(response, self.now)
        return response.content
