"""What Google's hub pushes of channels: Atom with new videos and with those that are gone. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

_VIDEO = re.compile(r"[A-Za-z0-9_-]{6,20}")
MOST = 100


class Pushed(NamedTuple):
    videos: list[tuple[str, str]]
    """Video and channel, of entries that are new or changed."""
    gone: list[tuple[str, str]]
    """Video and channel of tombstones (RFC 6721)."""


def pushed(body: str) -> Pushed:
    """Whatever of a body can be read; nothing of one that is no feed."""
    # an HTML parser on purpose: it resolves no entity of anybody's making and fails on nothing
    tree = LexborHTMLParser(body)
    videos: list[tuple[str, str]] = []
    gone: list[tuple[str, str]] = []
    for entry in tree.css("entry")[:MOST]:
        video, channel = entry.css_first("yt\\:videoid"), entry.css_first("yt\\:channelid")
        if video is not None and channel is not None:
            videos.append((video.text(strip=True), channel.text(strip=True)))
    for entry in tree.css("at\\:deleted-entry")[:MOST]:
        address = entry.css_first("uri")
        channel_id = address.text(strip=True).rpartition("/")[2] if address else ""
        reference = entry.attributes.get("ref") or ""
        gone.append((reference.rpartition(":")[2], channel_id))
    return Pushed(_sound(videos), _sound(gone))


def _sound(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in dict.fromkeys(found) if _VIDEO.fullmatch(pair[0])]
