"""Whole texts of articles, where the licence and robots.txt allow: the page read, the text taken
out of it.

Guarantee: a page that can not be had costs the whole text, never the item: it goes with the
excerpt of the feed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import httpx

from collectors.feeds.memory import News
from collectors.runner.robots import PAGE
from rezonans.troubles import Busy

MOST_ARTICLES = 10
"""Of one look; they are asked for one after the other, at the pace of their host."""
MOST_BYTES = 2 * 1024 * 1024
_ACCEPT = {"Accept": "text/html, application/xhtml+xml"}


async def whole_texts(http: httpx.AsyncClient, news: Sequence[News]) -> dict[str, str]:
    """The texts of new items by their identity, the newest items first; some may be missing."""
    found: dict[str, str] = {}
    for one in [one for one in reversed(news) if one.item.url][:MOST_ARTICLES]:
        try:
            page = await page_of(http, one.item.url or "")
        except (Busy, httpx.HTTPError):
            continue
        # it takes a while, and others are waiting
        text = await asyncio.to_thread(text_of, page, one.item.url or "") if page else ""
        text = text.removeprefix(one.item.title).lstrip()
        if len(text) > len(one.item.text):
            found[one.id] = text
    return found


async def page_of(http: httpx.AsyncClient, url: str) -> str:
    """A page for people, empty where it is none; robots.txt is asked by the client."""
    response = await http.get(url, headers=_ACCEPT, extensions=PAGE)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_page = kind in ("text/html", "application/xhtml+xml", "")
    if not response.is_success or not is_page or len(response.content) > MOST_BYTES:
        return ""
    return response.text


def text_of(page: str, url: str) -> str:
    """The words of an article without what stands around it; empty where none is found. Pure."""
    import trafilatura

    found = trafilatura.extract(
        page, url=url, include_comments=False, include_tables=False, favor_precision=True
    )
    return (found or "").strip()
