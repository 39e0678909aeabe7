"""Comments of news sites by selectors: found, followed for as long as they come, never doubled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.feeds.selectors import CommentsConfig, comments_of
from collectors.runner import instance
from collectors.runner.privacy import Veil
from collectors.runner.refine import refine
from rezonans.records import Post
from rezonans.refused import SettingsError
from tests.collectors.stage import SECRET
from tests.collectors.test_feed_gaps import NOW, SITE, poll, settings

HOW = {
    "each": "li.comment",
    "id": "@data-id",
    "text": ".body",
    "time": "time@datetime",
    "author": ".name",
    "parent": "@data-parent",
}
PAGE = """
<ul><li class=comment data-id=7><b class=name>Айгерім С.</b>
<time datetime="2026-11-20T17:05:00+05:00"></time>
<div class=body>Су <i>жоқ</i>!<br>Әлі де</div></li>
<li class=comment data-id=8 data-parent=7><b class=name>Ермек</b>
<time datetime="20.11.2026 17:06"></time><div class=body>И у нас</div></li>
<li class=comment data-id=9><div class=body> </div></li>
<li class=comment><b class=name>Гость</b><div class=body>Когда?</div></li></ul>
"""


class Site:
    """One article with comments, and a feed that may say how many there are."""

    def __init__(self, *, counts: bool = False) -> None:
        self.comments: list[str] = []
        self.counts = counts
        self.there = False
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path != "/rss":
            items = "".join(
                f"<li class=comment data-id={n}><div class=body>{text}</div></li>"
                for n, text in enumerate(self.comments)
            )
            return httpx.Response(200, html=f"<html>{items}</html>")
        count = f"<s:comments>{len(self.comments)}</s:comments>" if self.counts else ""
        item = (
            f"<item><guid>{SITE}/n/1</guid><link>{SITE}/n/1</link><title>Су</title>{count}</item>"
            if self.there
            else ""
        )
        old = f"<item><guid>{SITE}/n/0</guid><title>Ескі</title></item>"
        space = "http://purl.org/rss/1.0/modules/slash/"
        body = f'<rss version="2.0" xmlns:s="{space}"><channel>{item}{old}</channel></rss>'
        return httpx.Response(200, text=body)

    def pages(self) -> int:
        return self.asked.count("/n/1")


def follow(site: Site, minutes: list[int]) -> list[list[Post]]:
    """What each look brings; the article is there from the second one on."""
    _, cursor, _ = poll(site, None, NOW, comments=HOW)
    site.there = True
    found = []
    for minute in minutes:
        posts, cursor, _ = poll(site, cursor, NOW + timedelta(minutes=minute), comments=HOW)
        found.append(posts)
        site.comments.append(f"Пікір {minute}")
    return found


def test_comments_of_a_page() -> None:
    first, second, guest = comments_of(PAGE, CommentsConfig.model_validate(HOW))
    assert (first.id, first.text, first.author) == ("7", "Су жоқ!\nӘлі де", "Айгерім С.")
    assert second.at == datetime(2026, 11, 20, 12, 6, tzinfo=UTC)
    assert first.at == datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
    assert (second.parent, second.text) == ("7", "И у нас")
    assert (guest.text, guest.at, len(guest.id)) == ("Когда?", None, 16)


def test_comments_are_posts_of_their_article_without_names() -> None:
    site = Site()
    first, later, *_ = follow(site, [1, 12])
    assert [post.kind for post in first] == ["article"]
    (comment,) = later
    assert comment.text == "Пікір 1"
    assert (comment.kind, comment.root, comment.parent) == ("comment", first[0].item, first[0].item)
    assert (comment.context, comment.event) == ("Су", "created")
    veil = Veil(SECRET)
    named = comment.__class__(
        item="rss:x:1:7", kind="comment", published_at=NOW, observed_at=NOW, legal_basis="ours",
        author="news.example.kz/Айгерім С.", author_kind="person", text="Су жоқ",
    )  # fmt: skip
    assert "Айгерім" not in str(refine(named, "rss", veil, NOW).post)


def test_an_article_is_looked_at_ever_less_and_then_no_more() -> None:
    site = Site()
    minutes = list(range(1, 80 * 60, 7))
    found = follow(site, minutes)
    assert 8 <= site.pages() <= 16, "not at each of the looks"
    told = [post.text for posts in found for post in posts if post.kind == "comment"]
    assert len(told) == len(set(told))
    pages = [i for i, posts in enumerate(found) if any(p.kind == "comment" for p in posts)]
    waits = [later - sooner for sooner, later in pairwise(pages)]
    assert waits == sorted(waits)
    assert minutes[pages[-1]] < 72 * 60


def test_where_the_feed_counts_comments_only_a_count_that_moved_asks_for_the_page() -> None:
    site = Site(counts=True)
    found = follow(site, [1, 12])
    assert site.pages() == 1
    assert [post.text for post in found[1] if post.kind == "comment"] == ["Пікір 1"]
    still = Site(counts=True)
    _, cursor, _ = poll(still, None, NOW, comments=HOW)
    still.there = True
    for minute in (1, 12, 60, 600):
        _, cursor, _ = poll(still, cursor, NOW + timedelta(minutes=minute), comments=HOW)
    assert still.pages() == 1, "nobody comments, nobody asks"


def test_an_edited_comment_is_an_edit() -> None:
    site = Site()
    _, cursor, _ = poll(site, None, NOW, comments=HOW)
    site.there = True
    site.comments = ["Су жоқ"]
    poll_at = [1, 12, 60]
    events = []
    for minute in poll_at:
        site.comments[0] += "!" if minute == 60 else ""
        posts, cursor, _ = poll(site, cursor, NOW + timedelta(minutes=minute), comments=HOW)
        events += [(post.event, post.text) for post in posts if post.kind == "comment"]
    assert events == [("created", "Су жоқ"), ("edited", "Су жоқ!")]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"each": "li["}, "li\\[: not a CSS selector; write it like"),
        ({"time_zone": "Mars"}, "not a time zone"),
        ({"text": ""}, "at least 1 character"),
        ({"names": ".x"}, "unknown key"),
    ],
)
def test_wrong_selectors_are_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        instance("news", settings(comments=HOW | change))


@given(st.text(max_size=200), st.sampled_from(["li", "*", "div > p", "@id", "b@c"]))
def test_any_page_has_comments_or_none(page: str, selector: str) -> None:
    how = CommentsConfig(each="*", text=selector, id=selector, time=selector, author=selector)
    assert all(one.text for one in comments_of(page, how))
