"""What a feed showed no more is read from the site's sitemap of news.

Guarantee: what a sitemap lists of a gap is sent once; a gap is closed when the list goes back to
before it, and given up after `MOST_TRIES` looks that did not get so far.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import islice

import httpx
import msgspec

from collectors import Answer, Stretch
from collectors.feeds.memory import MOST_ITEMS, Gap, Memory, News, missed, news, reaches
from collectors.feeds.posts import moment
from collectors.feeds.reading import Item
from collectors.feeds.sitemaps import read
from collectors.runner.answers import check
from rezonans.troubles import Busy, Invalid

MOST_GAPS = 8
MOST_TRIES = 3
MOST_CHILDREN = 3
"""Of an index: the newest ones hold the last days."""

_decode = msgspec.json.Decoder(list[Item]).decode


async def look(
    http: httpx.AsyncClient, sitemap: str, known: Memory, now: datetime
) -> AsyncIterator[Answer]:
    """One answer with the items that were missed, and the gaps that are closed by it.

    A sitemap that can not be had or read now is asked again at the next look.
    """
    try:
        items = await _listed(http, sitemap, now)
    except (Busy, Invalid, httpx.HTTPError):
        items = []
    found = {item.key: item for gap in known.gaps for item in missed(gap, items)}
    closed = [gap for gap in known.gaps if reaches(gap, items)]
    tried = [gap._replace(tries=gap.tries + 1) for gap in known.gaps if gap not in closed]
    left = tuple(gap for gap in tried if gap.tries < MOST_TRIES)
    traces = {one.id: one.trace for one in news(known, found.values(), now)}
    kept = dict(islice({**traces, **known.items}.items(), MOST_ITEMS))
    yield Answer(
        body=msgspec.json.encode(list(found.values())),
        cursor=msgspec.structs.replace(known, items=kept, gaps=left).dump(),
        context={"sitemap": "yes", "observed_at": now.isoformat(), "known": known.dump()},
        found=tuple(map(stretch, closed)),
    )


async def _listed(http: httpx.AsyncClient, sitemap: str, now: datetime) -> Sequence[Item]:
    top = read(await _body(http, sitemap, now), sitemap)
    items = list(top.items)
    for child in top.children[:MOST_CHILDREN]:
        items += read(await _body(http, child, now), child).items
    return items


async def _body(http: httpx.AsyncClient, url: str, now: datetime) -> bytes:
    response = await http.get(url, headers={"Accept": "application/xml, text/xml"})
    check(response, now)
    return response.content


def stretch(gap: Gap) -> Stretch:
    """A gap as the runner counts it."""
    return Stretch(moment(gap.since), moment(gap.until))


def news_of(body: bytes, known: Memory | None, now: datetime) -> list[News]:
    """The items of such an answer. Pure."""
    return news(known, _decode(body), now)
