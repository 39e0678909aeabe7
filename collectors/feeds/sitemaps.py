"""Sitemaps of news (`sitemap-news/0.9`): what a site published in the last days. Pure.

A feed shows the last items only; where more was published between two looks than it shows, the
sitemap still lists them, with titles and times.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from collectors.feeds.reading import Item, normal
from rezonans.troubles import Invalid

MOST_BYTES = 16 * 1024 * 1024
MOST_ENTRIES = 50_000
"""As many as the protocol allows in one file."""


class Sitemap(NamedTuple):
    items: tuple[Item, ...] = ()
    children: tuple[str, ...] = ()
    """Addresses of sitemaps that an index lists, the newest first."""


def read(body: bytes, url: str) -> Sitemap:
    """The entries of a sitemap, or the sitemaps of an index; `Invalid` for anything else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(_unpacked(body), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(f"not a sitemap: {error}") from None
    name = _local(root) if root is not None else ""
    if name == "sitemapindex":
        return Sitemap(children=tuple(_children(root, url)))
    if name != "urlset":
        raise Invalid("not a sitemap: neither urlset nor sitemapindex; check the address")
    return Sitemap(items=tuple(_items(root)))


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        inflate = zlib.decompressobj(wbits=47)
        unpacked = inflate.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise Invalid(f"not a sitemap: {error}") from None
    if inflate.unconsumed_tail:
        raise Invalid(f"the sitemap unpacks to more than {MOST_BYTES >> 20} MiB")
    return unpacked


def _children(root: etree._Element, url: str) -> Iterator[str]:
    """Only of the site itself: an index must not send us elsewhere."""
    host = urlsplit(url).hostname
    listed = [
        (_child(one, "lastmod"), _child(one, "loc")) for one in root if _local(one) == "sitemap"
    ]
    for _, place in sorted(listed, reverse=True):
        if urlsplit(place).hostname == host and place.startswith(("http://", "https://")):
            yield place


def _items(root: etree._Element) -> Iterator[Item]:
    for one in root[:MOST_ENTRIES]:
        place = _child(one, "loc")
        news = next((part for part in one if _local(part) == "news"), None)
        said = _child(news, "publication_date") if news is not None else ""
        published = _time(said or _child(one, "lastmod"))
        key = normal(place)
        if _local(one) != "url" or key is None or published is None:
            continue
        title = _child(news, "title") if news is not None else ""
        yield Item(key=key, url=place, title=title, text="", published=published, updated=None)


def _child(element: etree._Element, name: str) -> str:
    found = next((part for part in element if _local(part) == name), None)
    return (found.text or "").strip() if found is not None else ""


def _local(element: etree._Element) -> str:
    """The name without its namespace; of comments and instructions none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _time(said: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(said)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
