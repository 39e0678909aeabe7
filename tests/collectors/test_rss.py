"""Feeds as they are: repeated, edited, redated, cut off, in the wrong charset, or no feeds."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from collectors import Answer, Rejected, rss
from collectors.feeds.memory import MOST_ITEMS, Memory
from collectors.feeds.reading import in_utf8, normal, read
from collectors.runner import instance, preview
from rezonans.records import Post
from rezonans.refused import SettingsError
from rezonans.troubles import Invalid
from tests.collectors.stage import Log, Time, run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://www.news.example.kz/rss?key=secret"
Got = list[Post | Rejected]
Handler = Callable[[httpx.Request], httpx.Response]


def table(**more: Any) -> dict[str, Any]:
    feeds = [{"name": "example", "url": URL, "media": "Жаңалықтар"}]
    return {"kind": "rss", "legal_basis": "ours", "gap_seconds": 0, "feeds": feeds, **more}


def item(n: int, title: str | None = None, **more: str) -> str:
    facts = {
        "guid": f"g{n}",
        "link": f"https://news.example.kz/{n}",
        "description": f"Текст номер {n}",
        "pubDate": (NOW - timedelta(minutes=n)).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        **more,
    }
    tags = "".join(f"<{tag}>{text}</{tag}>" for tag, text in facts.items() if text)
    return f"<item><title>{title or f'Новость {n}'}</title>{tags}</item>"


def feed(*items: str, declared: str = "utf-8") -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>'
    return f"{head}<title>Ж</title>{''.join(items)}</channel></rss>".encode()


def serve(body: bytes, **headers: str) -> Handler:
    return lambda request: httpx.Response(200, content=body, headers=headers)


def poll(
    handler: Handler | bytes, cursor: str | None = None, now: datetime = NOW, **more: Any
) -> tuple[Got, str | None, list[Answer]]:
    config = rss.Config.model_validate(table(**more))
    target = rss.targets(config)[0]
    answer = serve(handler) if isinstance(handler, bytes) else handler

    async def look() -> list[Answer]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            return [a async for a in rss.fetch(config, target, http, cursor, now)]

    answers = asyncio.run(look())
    for one in answers:
        cursor = one.cursor or cursor
    return [p for a in answers for p in rss.parse(config, target, a)], cursor, answers


def posts(got: Got) -> list[Post]:
    return [piece for piece in got if isinstance(piece, Post)]


def titles(got: Got) -> list[str]:
    return [post.title or "" for post in posts(got)]


def test_only_what_is_new_is_sent() -> None:
    got, cursor, _ = poll(feed(item(2), item(1)))
    assert titles(got) == ["Новость 1", "Новость 2"]
    got, cursor, answers = poll(feed(item(2), item(1)), cursor)
    assert got == []
    assert answers[0].cursor is None
    got, cursor, _ = poll(feed(item(3), item(2)), cursor)
    assert titles(got) == ["Новость 3"]
    got, _, _ = poll(feed(item(1), item(3), item(2)), cursor)
    assert got == [], "an item that comes back is known"


def test_validators_are_sent_and_304_is_quiet() -> None:
    asked: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        if "if-none-match" in request.headers:
            return httpx.Response(304)
        headers = {"etag": '"v1"', "last-modified": "Fri, 20 Nov 2026 10:00:00 GMT"}
        return httpx.Response(200, content=feed(item(1)), headers=headers)

    _, cursor, _ = poll(handler)
    got, again, answers = poll(handler, cursor)
    assert (got, again) == ([], cursor)
    assert len(answers) == 1
    assert asked[1]["if-none-match"] == '"v1"'
    assert asked[1]["if-modified-since"] == "Fri, 20 Nov 2026 10:00:00 GMT"


def test_an_edit_is_sent_once_with_a_growing_revision() -> None:
    first, cursor, _ = poll(feed(item(1)))
    later = NOW + timedelta(minutes=5)
    edited, cursor, _ = poll(feed(item(1, "Новость 1, дополнено")), cursor, later)
    assert [post.event for post in posts(edited)] == ["edited"]
    assert posts(edited)[0].item == posts(first)[0].item
    assert posts(edited)[0].revision == int(later.timestamp() * 1000)
    assert posts(edited)[0].edited_at == later
    assert posts(edited)[0].published_at == posts(first)[0].published_at
    same, cursor, _ = poll(feed(item(1, "Новость 1, дополнено"), item(2)), cursor, later)
    assert titles(same) == ["Новость 2"]
    back, _, _ = poll(feed(item(1)), cursor, later)
    assert posts(back)[0].revision > posts(edited)[0].revision


def test_a_stated_time_of_the_edit_is_believed() -> None:
    def atom(title: str, updated: str) -> bytes:
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>urn:1</id>'
            f"<title>{title}</title><published>2026-11-20T08:00:00Z</published>"
            f"<updated>{updated}</updated></entry></feed>"
        ).encode()

    _, cursor, _ = poll(atom("Раз", "2026-11-20T08:00:00Z"))
    got, _, _ = poll(atom("Два", "2026-11-20T11:30:00Z"), cursor)
    assert posts(got)[0].edited_at == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
    assert posts(got)[0].published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "first", "origin"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0500", False, "feed"),
        ("Fri, 20 Nov 2026 12:10:00 GMT", False, "feed"),
        ("Fri, 20 Nov 2026 12:20:00 GMT", False, "first_seen"),
        ("Thu, 01 Oct 2026 10:00:00 GMT", False, "first_seen"),
        ("Thu, 01 Oct 2026 10:00:00 GMT", True, "feed"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", True, "first_seen"),
        ("вчера", False, "first_seen"),
        ("", False, "first_seen"),
    ],
)
def test_dates_are_believed_where_they_can_be_true(date: str, first: bool, origin: str) -> None:
    cursor = None if first else poll(feed(item(1)))[1]
    got, _, _ = poll(feed(item(1), item(2, pubDate=date)), cursor)
    found = next(post for post in posts(got) if post.title == "Новость 2")
    assert found.published_origin == origin
    assert (found.published_at == NOW) == (origin == "first_seen")


def test_a_guid_is_no_date() -> None:
    """The fast parser reads one out of `1`, and a month out of `20261105`."""
    bare = [f"<item><guid>{guid}</guid><title>Ж{guid}</title></item>" for guid in ("1", "20261105")]
    got, _, _ = poll(feed(*bare, item(3, guid="7")))
    assert [(post.title, post.published_origin) for post in posts(got)] == [
        ("Новость 3", "feed"),
        ("Ж20261105", "first_seen"),
        ("Ж1", "first_seen"),
    ]


def test_an_item_without_a_date_keeps_the_time_it_was_first_seen() -> None:
    first, cursor, _ = poll(feed(item(1, pubDate="")))
    later = NOW + timedelta(days=2)
    edited, _, _ = poll(feed(item(1, "Иначе", pubDate="")), cursor, later)
    assert posts(edited)[0].published_at == posts(first)[0].published_at == NOW


def test_a_feed_that_rolled_over_says_so_on_one_post() -> None:
    _, cursor, _ = poll(feed(item(3), item(2), item(1)))
    got, cursor, _ = poll(feed(item(9), item(8), item(7)), cursor, NOW + timedelta(hours=9))
    assert [post.flags for post in posts(got)].count(("gap_suspected",)) == 1
    flagged = next(post for post in posts(got) if post.flags)
    assert flagged.published_at == min(post.published_at for post in posts(got))
    got, _, _ = poll(feed(item(11), item(9)), cursor)
    assert all(not post.flags for post in posts(got))


def test_identity_is_guid_then_address_then_what_it_says() -> None:
    bare = "<item><title>Только заголовок</title></item>"
    tracked = item(5, guid="", link="https://www.news.example.kz/5/?utm_source=tg&amp;a=1#top")
    plain = item(5, guid="", link="http://news.example.kz/5?a=1")
    first = posts(poll(feed(item(1), bare, tracked))[0])
    second = posts(poll(feed(item(1, link="https://news.example.kz/other"), bare, plain))[0])
    assert [post.item for post in first] == [post.item for post in second]
    assert len({post.item for post in first}) == 3


def test_feeds_that_differ_in_their_query_have_containers_without_secrets() -> None:
    feeds = [{"name": n, "url": f"https://a.kz/rss?key={n}secret"} for n in "xy"]
    containers = {t.container for t in rss.targets(rss.Config.model_validate(table(feeds=feeds)))}
    assert len(containers) == 2
    assert all(c.startswith("rss:a.kz/rss?") and "secret" not in c for c in containers)


def test_one_guid_for_all_loses_nothing() -> None:
    got, _, _ = poll(feed(item(1, guid="same"), item(2, guid="same"), item(3, guid="same")))
    assert len({post.item for post in posts(got)}) == 3


def test_two_feeds_of_one_site_give_one_identity() -> None:
    feeds = [{"name": n, "url": f"https://news.example.kz/{n}.rss"} for n in ("all", "city")]
    config = rss.Config.model_validate(table(feeds=feeds))
    answer = Answer(body=feed(item(1)), context={"observed_at": NOW.isoformat()})
    got = [p for t in rss.targets(config) for p in rss.parse(config, t, answer)]
    assert len({post.item for post in posts(got)}) == 1
    assert [target.container for target in rss.targets(config)] == [
        "rss:news.example.kz/all.rss",
        "rss:news.example.kz/city.rss",
    ]
    assert {post.author_kind for post in posts(got)} == {"page"}, "a feed is no private person"


@pytest.mark.parametrize("real", ["utf-8", "cp1251"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "no-such-charset"])
def test_the_charset_is_that_of_the_bytes(real: str, declared: str) -> None:
    body = feed(item(1, "Қала" if real == "utf-8" else "Город без воды"), declared=declared)
    got, _, _ = poll(body.decode().encode(real))
    assert titles(got) == ["Қала" if real == "utf-8" else "Город без воды"]


def test_the_charset_of_the_header_counts_where_none_is_declared() -> None:
    body = "<rss version='2.0'><channel><item><title>Ěščř</title></item></channel></rss>"
    got, _, _ = poll(serve(body.encode("iso-8859-2"), **{"content-type": "x; charset=iso-8859-2"}))
    assert titles(got) == ["Ěščř"]


def test_a_few_damaged_bytes_do_not_spoil_the_rest() -> None:
    body = feed(*[item(n) for n in range(9)]).replace("Новость 4".encode(), b"\xff\xfe 4")
    got, _, _ = poll(body)
    assert sum("Новость" in title for title in titles(got)) == 8


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("\ufeff<!-- x --><HTML><body>да</body></HTML>".encode(), "web page"),
        (b"abc", "not a feed"),
        (b"\x00\x01\x02", "not a feed"),
        (b'{"items": 5}', "not a feed"),
        (b'{"error": "closed"}', "not a feed"),
        (b"[1, 2]", "not a feed"),
        (gzip.compress(feed(item(1)), mtime=0)[:-9], "not a feed"),
        (b"<sitemap><url>x</url></sitemap>", "not a feed"),
    ],
)
def test_what_is_no_feed_is_named_and_moves_no_cursor(body: bytes, says: str) -> None:
    _, cursor, _ = poll(feed(item(1)))
    with pytest.raises(Invalid, match=says) as caught:
        poll(body, cursor)
    assert str(caught.value).startswith("www.news.example.kz/rss: ")
    assert "secret" not in str(caught.value)
    log, time_ = Log(), Time(now=NOW, most=4)
    run([instance("media", table())], log, time=time_, handler=serve(body))
    assert log.pages == []


def test_half_a_feed_gives_whole_items_and_is_asked_for_again() -> None:
    whole = feed(item(3), item(2), item(1))
    half = whole[: whole.index("Текст номер 1".encode()) + 9]
    got, cursor, _ = poll(serve(half, etag='"half"'))
    assert titles(got) == ["Новость 2", "Новость 3"]
    assert [p.reason for p in got if isinstance(p, Rejected)] == [
        "the feed ends in the middle; its last entry waits for a whole one"
    ]
    memory = Memory.found(cursor)
    assert memory is not None
    assert memory.etag is None
    got, _, _ = poll(whole, cursor)
    assert titles(got) == ["Новость 1"]
    assert posts(got)[0].text == "Текст номер 1"


def test_an_xml_bomb_is_harmless() -> None:
    entities = "".join(
        f'<!ENTITY {a} "{f"&{b};" * 10}">' for a, b in zip("bcdefghi", "abcdefgh", strict=True)
    )
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "лоллоллол">{entities}'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<rss version='2.0'><channel><item><title>&i;</title><guid>1</guid>"
        "<description>&f;</description></item></channel></rss>"
    )
    started = time.perf_counter()
    try:
        got = posts(poll(bomb.encode())[0])
    except Invalid:
        got = []
    assert time.perf_counter() - started < 2
    assert all(len(post.title or "") < 1000 and "root:" not in post.text for post in got)


@pytest.mark.parametrize(
    "body",
    [
        b"<a>" * 200_000,
        b"[" * 200_000,
        b"<item>" + b"<a>" * 200_000,
        b"<rss " + b"a=b " * 100_000 + b">",
        b"<!--" * 100_000,
    ],
)
def test_monsters_are_invalid_and_quick(body: bytes) -> None:
    started = time.perf_counter()
    with suppress(Invalid):
        read(body, URL)
    assert time.perf_counter() - started < 3


def test_json_feeds() -> None:
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{"id": "7",'
        '"url": "https://a.kz/7", "title": "Су", "content_html": "<p>Су жоқ</p>",'
        '"date_published": "2026-11-20T10:00:00+05:00"}]}'
    )
    got, _, _ = poll(body.encode())
    assert (posts(got)[0].title, posts(got)[0].text) == ("Су", "Су жоқ")
    assert posts(got)[0].published_at == datetime(2026, 11, 20, 5, tzinfo=UTC)


def test_links_are_only_of_the_web() -> None:
    got, _, _ = poll(feed(item(1, link="javascript:alert(1)"), item(2, link="/rel")))
    assert [post.url for post in posts(got)] == ["https://www.news.example.kz/rel", None]


def test_texts_are_excerpts() -> None:
    got, _, _ = poll(feed(item(1, description="слово " * 1000)), text_chars=100)
    assert len(posts(got)[0].text) <= 101
    assert posts(got)[0].text.endswith("слово…")


def test_the_memory_stays_small() -> None:
    cursor = None
    for start in range(0, 3000, 150):
        body = feed(*[item(n) for n in range(start, start + 200)])
        _, cursor, _ = poll(body, cursor)
    memory = Memory.found(cursor)
    assert memory is not None
    assert 200 <= len(memory.items) <= MOST_ITEMS
    assert cursor is not None
    assert len(cursor) < 60_000


def test_a_cursor_that_is_not_ours_is_a_first_look() -> None:
    for cursor in ("", "17", "{", '{"items": []}'):
        assert titles(poll(feed(item(1)), cursor)[0]) == ["Новость 1"]


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://www.a.kz/x/?b=2&utm_source=y&a=1#z", "a.kz/x?a=1&b=2"),
        ("HTTP://A.KZ:80/x", "a.kz/x"),
        ("https://a.kz:8443/x?fbclid=1", "a.kz:8443/x"),
        ("ftp://a.kz/x", None),
        ("urn:uuid:1", None),
        ("http://[bad", None),
        ("", None),
    ],
)
def test_normal(url: str, same: str | None) -> None:
    assert normal(url) == same


def test_bytes_in_ascii_are_left_alone() -> None:
    body = b"<rss><channel/></rss>"
    assert in_utf8(body, "text/xml; charset=utf-7") is body


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"feeds": []}, "feeds"),
        ({"feeds": [{"name": "x", "url": "ftp://a.kz"}]}, "feeds.0.url"),
        ({"feeds": [{"name": "x", "url": "file:///etc/passwd"}]}, "feeds.0.url"),
        ({"feeds": [{"name": "x", "url": URL}] * 2}, "two targets are named 'x'"),
        ({"feeds": [{"name": n, "url": URL} for n in "xy"]}, "two targets read"),
        ({"every_seconds": 0}, "every_seconds"),
        ({"home": "Тараз"}, "home"),
        ({"interval": 5}, "interval: unknown key"),
    ],
)
def test_wrong_settings_are_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        instance("media", table(**change))


def test_preview_shows_masked_posts_and_sends_nothing() -> None:
    one = instance("media", table())
    body = feed(*[item(n, description="Звоните 87011234567") for n in range(20)])
    shown = asyncio.run(preview(one, 5, inner=httpx.MockTransport(serve(body))))
    assert len(shown) == 5
    assert all(isinstance(post, Post) and post.text == "Звоните [phone]" for post in shown)


def test_a_refusal_is_said_in_a_sentence_and_waited_out() -> None:
    time_ = Time(now=NOW, most=3)
    reported = run(
        [instance("media", table())], Log(), time=time_, handler=lambda r: httpx.Response(410)
    )
    assert reported[-1].reason == (
        "www.news.example.kz/rss is gone for good (410): take it out of the settings"
    )
    assert time_.naps[1] >= 86_400


def hostile(body: bytes) -> None:
    config = rss.Config.model_validate(table())
    answer = Answer(body=body, context={"observed_at": NOW.isoformat()})
    try:
        got = list(rss.parse(config, rss.targets(config)[0], answer))
    except Invalid:
        return
    assert all(isinstance(piece, Post | Rejected) for piece in got)


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": [1, null, {"id": 5, "title": ["x"], "content_html": 7}]}',
        b'{"items": [{"id": {"a": 1}, "url": 5, "date_published": "9999-99-99"}]}',
        b"<rss><channel><item><pubDate>99999999999999</pubDate><guid>1</guid></item></channel></rss>",
        b"<rss><channel><item><link>http://[</link></item></channel></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'/></entry></feed>",
        "<rss><channel><item><title>\ud83d</title></item></channel></rss>".encode(
            "utf-8", "surrogatepass"
        ),
    ],
)
def test_odd_feeds_raise_nothing_but_invalid(body: bytes) -> None:
    hostile(body)


@pytest.mark.shared
@pytest.mark.filterwarnings("default")
def test_the_feeds_of_feedparser_raise_nothing_but_invalid(shared_dir: Path) -> None:
    folder = shared_dir.parent / "platforms" / "rss" / "feedparser-tests"
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) > 500
    for path in files:
        hostile(path.read_bytes())
