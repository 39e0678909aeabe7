"""A feed that shows too little: the gap is said, written down, and closed from the sitemap."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import Answer, Stretch, rss
from collectors.feeds.articles import MOST_ARTICLES, text_of
from collectors.feeds.memory import Memory
from collectors.feeds.outlets import outlets
from collectors.feeds.sitemaps import read
from collectors.runner import instance
from collectors.runner.gaps import Gaps
from rezonans import metrics
from rezonans.records import Post
from rezonans.refused import SettingsError
from rezonans.troubles import Invalid
from tests.collectors.stage import Log, Time, run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SITE = "https://news.example.kz"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
WORDS = (
    "Үш күннен бері ауылда су жоқ, тұрғындар әкімдікке жазды. Жители села третий день без воды, "
    "аварийная бригада обещает закончить работы к вечеру, а пока воду привозят дважды в день. "
)


class Site:
    """A feed of the last few items, a sitemap of all, and an article each."""

    def __init__(self, shown: int = 3) -> None:
        self.shown = shown
        self.items: list[tuple[str, datetime]] = []
        self.reaches = 1000
        self.index = False
        self.failing: set[str] = set()
        self.robots = ""
        self.asked: list[str] = []

    def publish(self, count: int, at: datetime) -> None:
        for _ in range(count):
            at += timedelta(seconds=60)
            self.items.append((f"/n/{len(self.items) + 1}", at))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.failing:
            return httpx.Response(503)
        if path == "/robots.txt":
            return httpx.Response(200, text=self.robots)
        if path == "/rss":
            return httpx.Response(200, content=self._feed())
        if path == "/sitemap.xml" and self.index:
            return httpx.Response(
                200, text=_index(f"{SITE}/news-1.xml", "https://evil.example/x.xml")
            )
        if path in ("/sitemap.xml", "/news-1.xml"):
            return httpx.Response(200, content=self._sitemap())
        article = f"<article><h1>Новость {path}</h1><p>{WORDS * 3}</p></article>"
        return httpx.Response(200, html=f"<html><nav>Меню</nav>{article}</html>")

    def _feed(self) -> bytes:
        entries = "".join(
            f"<item><guid isPermaLink='false'>id{path}</guid><link>{SITE}{path}</link>"
            f"<title>Новость {path}</title><pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
            for path, at in self.items[-self.shown :][::-1]
        )
        return f'<rss version="2.0"><channel><title>x</title>{entries}</channel></rss>'.encode()

    def _sitemap(self) -> bytes:
        entries = "".join(
            f"<url><loc>{SITE}{path}</loc><n:news><n:publication_date>{at.isoformat()}"
            f"</n:publication_date><n:title>Новость {path}</n:title></n:news></url>"
            for path, at in self.items[-self.reaches :]
        )
        said = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="{NEWS}">'
        return gzip.compress(f"{said}{entries}</urlset>".encode())


def _index(*places: str) -> str:
    listed = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    return f"<sitemapindex>{listed}</sitemapindex>"


def settings(**more: Any) -> dict[str, Any]:
    feed = {"name": "one", "url": f"{SITE}/rss", "sitemap": f"{SITE}/sitemap.xml", **more}
    return {"kind": "rss", "legal_basis": "ours", "gap_seconds": 0, "feeds": [feed]}


def poll(
    site: Callable[[httpx.Request], httpx.Response],
    cursor: str | None,
    now: datetime,
    **more: Any,
) -> tuple[list[Post], str | None, list[Answer]]:
    config = rss.Config.model_validate(settings(**more))
    target = rss.targets(config)[0]

    async def look() -> list[Answer]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(site)) as http:
            return [a async for a in rss.fetch(config, target, http, cursor, now)]

    answers = asyncio.run(look())
    for one in answers:
        cursor = one.cursor or cursor
    pieces = [p for a in answers for p in rss.parse(config, target, a)]
    return [piece for piece in pieces if isinstance(piece, Post)], cursor, answers


def paths(posts: list[Post]) -> list[str]:
    return [(post.url or "").removeprefix(SITE) for post in posts]


def test_what_slipped_past_is_read_from_the_sitemap_once() -> None:
    site = Site()
    site.publish(3, NOW - timedelta(minutes=30))
    _, cursor, _ = poll(site, None, NOW)
    site.publish(8, NOW)
    posts, cursor, answers = poll(site, cursor, NOW + timedelta(hours=1))
    assert sorted(paths(posts[:3])) == ["/n/10", "/n/11", "/n/9"]
    assert sorted(paths(posts[3:])) == [f"/n/{n}" for n in range(4, 9)]
    assert posts[3].title == "Новость /n/8"
    gap = Stretch(NOW, NOW + timedelta(minutes=6))
    assert answers[0].missed == answers[1].found == (gap,)
    assert [flag for post in posts for flag in post.flags] == ["gap_suspected"]
    posts, cursor, answers = poll(site, cursor, NOW + timedelta(hours=2))
    assert (posts, len(answers)) == ([], 1)


@pytest.mark.parametrize("index", [False, True])
def test_a_sitemap_that_is_away_is_asked_again_and_given_up(index: bool) -> None:
    site = Site()
    site.index = index
    site.publish(3, NOW - timedelta(minutes=30))
    _, cursor, _ = poll(site, None, NOW)
    site.publish(8, NOW)
    site.failing = {"/sitemap.xml"}
    _, cursor, answers = poll(site, cursor, NOW + timedelta(hours=1))
    assert answers[1].found == ()
    known = Memory.found(cursor)
    assert known is not None
    assert [gap.tries for gap in known.gaps] == [1]
    site.failing = set()
    posts, cursor, answers = poll(site, cursor, NOW + timedelta(hours=2))
    assert len(posts) == 5
    assert len(answers[1].found) == 1
    assert not [place for place in site.asked if "evil" in place]


def test_a_gap_that_the_sitemap_does_not_reach_stays_open() -> None:
    site = Site()
    site.publish(3, NOW - timedelta(minutes=30))
    _, cursor, _ = poll(site, None, NOW)
    site.publish(8, NOW)
    site.reaches = 5
    for hour in range(1, 5):
        posts, cursor, answers = poll(site, cursor, NOW + timedelta(hours=hour))
        assert not [stretch for answer in answers for stretch in answer.found]
        assert len(posts) == (5 if hour == 1 else 0), "what it has is read all the same"
    known = Memory.found(cursor)
    assert known is not None
    assert known.gaps == ()


def test_the_runner_says_the_gap_and_looks_more_often() -> None:
    site, time, log = Site(shown=6), Time(now=NOW, most=40), Log()
    site.publish(6, NOW - timedelta(minutes=10))
    last = time.now

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal last
        if time.now - last > timedelta(minutes=9):
            site.publish(9, time.now - timedelta(minutes=9))
            last = time.now
        return site(request)

    before = metrics.GAPS.labels("rss", "opened")._value.get()
    table = settings(sitemap=None) | {"every_seconds": 3600}
    reported = run([instance("news", table)], log, time=time, handler=answer)
    said = [status.reason for status in reported if "more was published" in status.reason]
    assert said
    assert "look more often (every_seconds)" in said[0]
    assert metrics.GAPS.labels("rss", "opened")._value.get() > before
    looks = [nap for nap in time.naps if nap > 10]
    assert max(looks[1:]) <= 150, "five minutes are shown: it is looked at after half of them"


def test_gaps_of_a_week_are_counted_once_and_closed() -> None:
    gaps, hour = Gaps(), timedelta(hours=1)
    first, second = Stretch(NOW, NOW + 2 * hour), Stretch(NOW + hour, NOW + 3 * hour)
    gaps.note([first, second], [], NOW + 4 * hour)
    assert gaps.seconds(NOW - hour, NOW + 10 * hour) == 3 * 3600
    assert gaps.seconds(NOW + hour, NOW + 2 * hour) == 3600
    gaps.note([], [Stretch(NOW, NOW + hour / 2)], NOW + 5 * hour)
    assert (gaps.open, gaps.closed) == ([second], 1)
    gaps.note([], [], NOW + timedelta(days=8))
    assert gaps.open == []


def test_articles_are_read_whole_only_with_a_licence() -> None:
    site = Site()
    site.publish(2, NOW - timedelta(minutes=30))
    _, cursor, _ = poll(site, None, NOW, full_text_licence="agreement of 1 November")
    assert site.asked == ["/rss"], "history needs no articles"
    site.publish(1, NOW)
    poll(site, cursor, NOW + timedelta(hours=1))
    assert "/n/3" not in site.asked
    (post,), cursor, _ = poll(
        site, cursor, NOW + timedelta(hours=1), full_text_licence="agreement of 1 November"
    )
    assert site.asked[-1] == "/n/3"
    assert post.text.startswith("Үш күннен бері ауылда су жоқ")
    assert "Меню" not in post.text
    posts, _, _ = poll(
        site, cursor, NOW + timedelta(hours=2), full_text_licence="agreement of 1 November"
    )
    assert posts == []


def test_an_article_that_can_not_be_had_goes_with_its_excerpt() -> None:
    site = Site(shown=40)
    licence = {"full_text_licence": "agreement of 1 November"}
    site.publish(2, NOW - timedelta(minutes=30))
    _, cursor, _ = poll(site, None, NOW, **licence)
    site.publish(15, NOW)
    site.failing = {"/n/17"}
    posts, _, _ = poll(site, cursor, NOW + timedelta(hours=1), **licence)
    assert len(posts) == 15
    assert sum(bool(post.text) for post in posts) == MOST_ARTICLES - 1


def test_robots_of_the_site_are_kept_for_articles() -> None:
    site, time, log = Site(shown=40), Time(now=NOW, most=30), Log()
    site.robots = "User-agent: *\nDisallow: /n/4\n"
    site.publish(2, NOW - timedelta(minutes=30))

    def answer(request: httpx.Request) -> httpx.Response:
        if len(site.items) == 2 and "/rss" in site.asked:
            site.publish(3, NOW)
        return site(request)

    table = settings(full_text_licence="agreement of 1 November") | {"every_seconds": 60}
    run([instance("news", table)], log, time=time, handler=answer)
    assert {"/n/3", "/n/5", "/robots.txt"} <= set(site.asked)
    assert "/n/4" not in site.asked
    whole = {(post.url or "")[-4:]: bool(post.text) for post in log.posts}
    assert whole == {"/n/1": False, "/n/2": False, "/n/3": True, "/n/4": False, "/n/5": True}


def test_the_list_of_media_is_sound_and_says_what_is_known() -> None:
    known = outlets()
    assert len(known) >= 20
    assert all(one.url.startswith("https://") and one.known for one in known.values())
    assert len({one.url for one in known.values()}) == len(known)
    assert not [name for name, one in known.items() if one.checked], "none was read by us"
    table = {"kind": "rss", "legal_basis": "ours", "outlets": ["lada", "egemen"]}
    config = rss.Config.model_validate(table)
    assert [target.container for target in rss.targets(config)] == [
        "rss:lada.kz/rss.xml",
        "rss:egemen.kz/rss",
    ]
    with pytest.raises(
        SettingsError, match="nowhere: not in the list; `rezonans collectors media`"
    ):
        instance("news", table | {"outlets": ["nowhere"]})
    with pytest.raises(SettingsError, match="name at least one of feeds, or one of outlets"):
        instance("news", {"kind": "rss", "legal_basis": "ours"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        b"<rss/>",
        b"\x1f\x8bdamaged",
        gzip.compress(b"0" * 20_000_000, mtime=0),
        b"{}",
    ],
)
def test_what_is_no_sitemap_is_said(body: bytes) -> None:
    with pytest.raises(Invalid, match="sitemap"):
        read(body, SITE)


def test_a_sitemap_reads_no_files_and_expands_nothing() -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://x.kz/1</loc>'
        b"<lastmod>2026-11-20</lastmod><title>&b;&f;</title></url></urlset>"
    )
    [item] = read(bomb, SITE).items
    assert "root" not in item.title


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sitemap_or_invalid(body: bytes) -> None:
    for said in (body, b"<urlset>" + body, b"<urlset><url><loc>" + body):
        try:
            read(said, SITE)
        except Invalid:
            continue


@pytest.mark.parametrize("page", ["", "<p>", "\0", "<html>" * 500, "<article><p>" + "ә " * 5000])
def test_odd_pages_have_a_text_or_none(page: str) -> None:
    assert isinstance(text_of(page, SITE), str)
