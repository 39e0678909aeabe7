"""Declared sources: the form is checked, walks lose nothing, answers mean what the rules say."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import collectors
from collectors import Answer, HttpConfig, Refused, Rejected
from collectors.declared.source import Source
from collectors.declared.spec import Spec, read
from collectors.declared.values import Bad, Template
from collectors.runner.bodies import json_of
from rezonans.records import Post
from rezonans.troubles import Busy, Invalid
from tests.collectors.kit import FIXTURES, NOW, Case, answers, cursor_after, pieces

FORM = """
version = "1"
platform = "board"
name = "{room}"
[offers]
legal_note = "ours"
[target]
room = "[a-z]+"
[[streams]]
name = "posts"
url = "https://board.example.kz/{room}"
query = { size = "3" }
records = "items"
paging = { kind = "token", param = "next", path = "next", pages = 3 }
[streams.map]
item = "board:{id}"
kind = "post"
published_at = "{at|unix}"
text = "{text}"
[streams.counters]
likes = "{likes|count}"
"""
AT = int(datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp())


def case(form: str = FORM, **more: Any) -> Case:
    source = Source("board", Spec.model_validate(tomllib.loads(form)))
    table = {"kind": "board", "legal_basis": "ours", "targets": [{"room": "kz"}], **more}
    return Case("board", FIXTURES, source, source.Config.model_validate(table))


class Board:
    """A platform that shows the newest first, three records a page, and may change meanwhile."""

    def __init__(self, count: int) -> None:
        self.records = [self.record(n) for n in range(count)]
        self.asked: list[httpx.Request] = []
        self.meanwhile: Callable[[], None] = lambda: None

    @staticmethod
    def record(number: int, **more: Any) -> dict[str, Any]:
        return {"id": number, "at": AT + number, "text": f"Жазба {number}", "likes": 0} | more

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        newest = sorted(self.records, key=lambda one: -one["id"])
        start = int(request.url.params.get("next", 0))
        page = {"items": newest[start : start + 3]}
        if start + 3 < len(newest):
            page["next"] = start + 3  # type: ignore[assignment]
        self.meanwhile()
        return httpx.Response(200, json=page)


def look(
    one: Case, board: Callable[[httpx.Request], httpx.Response], cursor: str | None = None
) -> tuple[list[Post], str | None]:
    got = answers(one, one.targets[0], cursor, handler=board)
    found = pieces(one, one.targets[0], got)
    return [piece for piece in found if isinstance(piece, Post)], cursor_after(got, cursor)


def told(posts: list[Post]) -> list[tuple[str, str]]:
    return [(post.item.removeprefix("board:"), post.event) for post in posts]


def test_a_list_is_read_until_it_meets_what_is_known() -> None:
    one, board = case(), Board(4)
    posts, cursor = look(one, board)
    assert {item for item, _ in told(posts)} == {"0", "1", "2", "3"}
    board.records += [board.record(n) for n in (4, 5)]
    board.asked.clear()
    posts, cursor = look(one, board, cursor)
    assert sorted(told(posts)) == [("4", "created"), ("5", "created")]
    assert len(board.asked) == 1
    assert look(one, board, cursor) == ([], cursor)


def test_records_that_appear_during_paging_are_neither_lost_nor_doubled() -> None:
    one, board = case(), Board(8)
    numbers = iter(range(100, 200))
    board.meanwhile = lambda: board.records.append(board.record(next(numbers)))
    seen: list[tuple[str, str]] = []
    posts, cursor = look(one, board)
    seen += told(posts)
    board.meanwhile = lambda: None
    for _ in range(3):
        posts, cursor = look(one, board, cursor)
        seen += told(posts)
    assert len(seen) == len(set(seen))
    assert {"100", "101", "102"} <= {item for item, _ in seen}


def test_a_burst_longer_than_the_walk_is_flagged_and_never_silent() -> None:
    one, board = case(), Board(3)
    _, cursor = look(one, board)
    board.records += [board.record(n) for n in range(50, 70)]
    posts, _ = look(one, board, cursor)
    assert len(posts) == 9
    assert [post.item for post in posts if "gap_suspected" in post.flags] == ["board:61"]


def test_a_pinned_old_record_does_not_end_the_walk() -> None:
    one, board = case(), Board(4)
    _, cursor = look(one, board)
    board.records += [board.record(n) for n in (5, 6, 7, 8)]

    def pinned(request: httpx.Request) -> httpx.Response:
        page = json.loads(board(request).content)
        if "next" not in request.url.params:
            page["items"] = [board.records[0], *page["items"][:2]]
            page["next"] = 2
        return httpx.Response(200, json=page)

    posts, _ = look(one, pinned, cursor)
    assert {item for item, _ in told(posts)} == {"5", "6", "7", "8"}


def test_edits_and_figures_are_told_once_and_small_moves_not_at_all() -> None:
    one, board = case(), Board(3)
    board.records[2]["likes"] = 1000
    _, cursor = look(one, board)
    board.records[0]["text"] = "Жазба түзетілді"
    board.records[1]["likes"] = 1
    board.records[2]["likes"] = 1004
    posts, cursor = look(one, board, cursor)
    assert sorted(told(posts)) == [("0", "edited"), ("1", "counters")]
    edited = next(post for post in posts if post.event == "edited")
    assert (edited.revision, edited.edited_at) == (int(NOW.timestamp() * 1000), NOW)
    board.records[2]["likes"] = 1005
    posts, cursor = look(one, board, cursor)
    assert [(post.item, post.counters) for post in posts] == [("board:2", {"likes": 1005})]
    assert look(one, board, cursor)[0] == []


@given(steps=st.lists(st.tuples(st.sampled_from("nel"), st.integers(0, 30)), max_size=25))
def test_whatever_happens_between_looks_each_fact_is_told_once(
    steps: list[tuple[str, int]],
) -> None:
    one, board = case(), Board(1)
    cursor: str | None = None
    seen: list[tuple[str, str, str]] = []
    for what, number in steps:
        record = board.records[number % len(board.records)]
        if what == "n":
            board.records.append(board.record(len(board.records)))
        elif what == "e":
            record["text"] += "!"
        else:
            posts, cursor = look(one, board, cursor)
            seen += [(post.item, post.event, post.text) for post in posts]
    posts, cursor = look(one, board, cursor)
    seen += [(post.item, post.event, post.text) for post in posts]
    assert len(set(seen)) == len(seen)
    if len(board.records) <= 9:
        assert {item for item, event, _ in seen if event == "created"} == {
            f"board:{record['id']}" for record in board.records
        }


def test_a_token_that_repeats_itself_ends_the_walk() -> None:
    one, board = case(), Board(9)

    def stuck(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={**json.loads(board(request).content), "next": 1})

    look(one, stuck)
    assert len(board.asked) == 2


def test_links_lead_on_but_never_to_another_host() -> None:
    form = FORM.replace('kind = "token", param = "next", path = "next"', 'kind = "link"')
    one, board = case(form), Board(9)

    def linked(request: httpx.Request) -> httpx.Response:
        page = json.loads(board(request).content)
        host = "board.example.kz" if page.get("next") == 3 else "elsewhere.example.org"
        link = f'<https://{host}/kz?next={page.get("next")}>; rel="next"'
        return httpx.Response(200, json=page, headers={"link": link})

    posts, _ = look(one, linked)
    assert len(posts) == 6
    assert {request.url.host for request in board.asked} == {"board.example.kz"}


TABLE = """
version = "1"
platform = "calls"
name = "{room}"
time_zone = "Asia/Almaty"
[offers]
legal_note = "ours"
[target]
room = "[a-z]+"
[[streams]]
name = "rows"
url = "https://calls.example.kz/{room}.csv"
query = { since = "{after}" }
format = "csv"
separator = ";"
order = "oldest_first"
after = "{Номер}"
[streams.map]
item = "calls:{Номер}"
kind = "appeal"
published_at = "{Дата|iso}"
text = "{Текст}"
"""


def test_a_table_is_read_on_from_its_last_row() -> None:
    rows = [f'{n};2026-11-20 10:{n:02};"Үйде су жоқ; {n}-күн"' for n in range(1, 8)]
    asked: list[str] = []

    def table(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("since", ""))
        start = int(asked[-1] or 0)
        body = "\n".join(["Номер;Дата;Текст", *rows[start : start + 3]])
        return httpx.Response(200, text=body)

    one = case(TABLE)
    got = answers(one, one.targets[0], handler=table)
    assert asked == ["", "3", "6", "7"]
    posts = [piece for piece in pieces(one, one.targets[0], got) if isinstance(piece, Post)]
    assert [post.item for post in posts] == [f"calls:{n}" for n in range(1, 8)]
    assert posts[0].published_at == datetime(2026, 11, 20, 5, 1, tzinfo=UTC)
    assert posts[0].text == "Үйде су жоқ; 1-күн"


# ------------------------------------------------------------------ youtube's own

KEY = "AIza-the-key-of-the-tests"


def tube() -> Case:
    source = collectors.load("youtube")
    table = {
        "kind": "youtube",
        "legal_basis": "ours",
        "token": KEY,
        "targets": [{"id": "UC" + "x" * 22}],
    }
    return Case("youtube", FIXTURES / "youtube", source, source.Config.model_validate(table))


def without(name: str) -> Callable[[httpx.Request], httpx.Response]:
    """The recorded pages with one video less, or none."""
    one = tube()

    def handler(request: httpx.Request) -> httpx.Response:
        response = one.page(request)
        if request.url.path.endswith("/videos"):
            page = json.loads(response.content)
            page["items"] = [item for item in page["items"] if name not in ("all", item["id"])]
            return httpx.Response(200, json=page)
        return response

    return handler


def test_a_video_that_is_asked_for_and_not_given_any_more_is_deleted_once() -> None:
    one = tube()
    first, cursor = look(one, one.page)
    gone, cursor = look(one, without("vid-0000001"), cursor)
    assert [(post.item, post.event, post.kind) for post in gone] == [
        ("youtube:vid-0000001", "deleted", "video")
    ]
    published = {post.item: post.published_at for post in first}
    assert gone[0].published_at == published["youtube:vid-0000001"]
    assert look(one, without("vid-0000001"), cursor)[0] == []


def test_an_answer_without_any_video_proves_nothing() -> None:
    one = tube()
    _, cursor = look(one, one.page)
    assert look(one, without("all"), cursor)[0] == []


def refusing(status: int, reason: str) -> Callable[[httpx.Request], httpx.Response]:
    error = {"error": {"code": status, "errors": [{"domain": "youtube.quota", "reason": reason}]}}
    return lambda request: httpx.Response(status, json=error)


@pytest.mark.parametrize(
    ("status", "reason", "method", "lasting", "seconds"),
    [
        (403, "quotaExceeded", "*", False, 20 * 3600),  # noon in UTC is 4 in the morning there
        (403, "rateLimitExceeded", "*", False, 60),
        (400, "keyInvalid", "*", True, 3600),
        (404, "channelNotFound", None, True, 86_400),
    ],
)
def test_errors_are_read_before_their_status(
    status: int, reason: str, method: str | None, lasting: bool, seconds: float
) -> None:
    with pytest.raises(Refused) as caught:
        look(tube(), refusing(status, reason))
    assert (caught.value.method, caught.value.lasting) == (method, lasting)
    assert caught.value.retry_after == seconds
    assert "YouTube" in str(caught.value)


def test_comments_that_are_switched_off_hide_no_videos() -> None:
    one = tube()

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("commentThreads"):
            return refusing(403, "commentsDisabled")(request)
        return one.page(request)

    posts, cursor = look(one, handler)
    assert {post.kind for post in posts} == {"video"}
    assert cursor


def test_the_key_stands_in_no_address_and_no_error() -> None:
    one, seen = tube(), list[httpx.Request]()

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return one.page(request)

    look(one, handler)
    assert {request.headers["x-goog-api-key"] for request in seen} == {KEY}
    assert not any(KEY in str(request.url) for request in seen)
    with pytest.raises(Busy) as caught:
        look(one, lambda request: httpx.Response(500, text=KEY))
    assert KEY not in f"{caught.value} {one.config!r} {one.config.credential()}"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "stream", "least"),
    [("comment_threads", "comments", 10), ("videos", "videos", 3)],
)
def test_recorded_answers_are_read(shared_dir: Path, folder: str, stream: str, least: int) -> None:
    recorded = shared_dir.parent / "platforms" / "youtube" / "recorded" / "apidata" / folder
    one, posts = tube(), list[Post | Rejected]()
    for path in sorted(recorded.glob("*.json")):
        body = path.read_bytes()
        if b'"items"' not in body:
            continue
        context = {
            "observed_at": NOW.isoformat(),
            "stream": stream,
            "place": path.name,
            "known": "{}",
            "asked": "",
        }
        posts += one.collector.parse(one.config, one.targets[0], Answer(body=body, context=context))
    found = [post for post in posts if isinstance(post, Post)]
    assert len(found) >= least
    assert all(post.text or post.title for post in found)


# ------------------------------------------------------------------ the form


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('legal_note = "ours"', 'legal_note = ""'), "offers.legal_note"),
        (('size = "3"', 'size = "{x|nonsense}"'), "no such converter; there are iso"),
        (('text = "{text}"', 'txt = "{text}"'), "txt: no such field; there are item"),
        (('item = "board:{id}"', ""), "item must be given"),
        (("{at|unix}", "{at}"), "say how it is written"),
        (('room = "[a-z]+"', 'room = "["'), "not a regular expression"),
        (('room = "[a-z]+"', 'home = "x"'), "a name of ours"),
        (('param = "next", ', ""), "param is needed"),
        (('records = "items"', 'records = "items"\nids = "others"'), "no stream before it lists"),
        (('records = "items"', 'records = "items"\norder = "oldest_first"'), "after belongs to"),
        (('records = "items"', 'record = "items"'), "streams.0.record"),
        (('version = "1"', "version ="), "Invalid value"),
    ],
)
def test_a_mistake_in_the_form_is_one_sentence_with_its_place(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    assert change[0] in FORM
    path = tmp_path / "board.toml"
    path.write_text(FORM.replace(*change, 1), encoding="utf-8")
    with pytest.raises(Invalid, match=re.escape(says)) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("board.toml: ")


def test_settings_of_a_declared_source_are_checked() -> None:
    with pytest.raises(ValueError, match="does not look like"):
        case(targets=[{"room": "KZ"}])
    source = collectors.load("youtube")
    with pytest.raises(ValueError, match="token is missing"):
        source.Config.model_validate(
            {"kind": "youtube", "legal_basis": "x", "targets": [{"id": "UC" + "x" * 22}]}
        )


def test_a_budget_of_the_settings_takes_the_place_of_the_form() -> None:
    config = tube().config
    assert isinstance(config, HttpConfig)
    assert config.limits()["*"].a_day == 10_000
    more = config.model_copy(
        update={"budgets": {"*": config.limits()["*"].model_copy(update={"a_day": 10**6})}}
    )
    assert more.limits()["*"].a_day == 10**6


def test_a_trial_reads_the_name_of_a_target_backwards() -> None:
    one = case(FORM.replace('name = "{room}"', 'name = "{room}@kz"'))
    assert one.collector.trial("press@kz") == {"targets": [{"room": "press"}]}
    assert one.collector.trial("press") == {"targets": [{}]}


@pytest.mark.parametrize(
    ("template", "root", "value"),
    [
        ("{a.b.0}", {"a": {"b": [7]}}, 7),
        ("x:{a}-{b}", {"a": 1, "b": "z"}, "x:1-z"),
        ("x:{a}", {}, None),
        ("{a.b}", {"a": [1]}, None),
        ("{a.9}", {"a": [1]}, None),
        ("{n|count}", {"n": "2.5K"}, 2500),
        ("{n|count}", {"n": "1,2 тыс"}, 1200),
        ("{n|count}", {"n": "17"}, 17),
        ("{n|count}", {"n": -3}, None),
        ("{t|unix_ms}", {"t": 1500}, datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)),
        ("{t|iso}", {"t": "2026-11-20T09:00:00+05:00"}, datetime(2026, 11, 20, 4, tzinfo=UTC)),
        ("{h|html}", {"h": "<p>а<br>б</p>"}, "а\nб"),
    ],
)
def test_values(template: str, root: Mapping[str, Any], value: object) -> None:
    if value is None and "count" in template:
        with pytest.raises(Bad):
            Template(template).of(root)
    else:
        assert Template(template).of(root) == value


@given(
    value=st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists),
    how=st.sampled_from(["iso", "unix", "unix_ms", "count", "html", "text"]),
)
def test_converters_give_a_value_or_say_bad(value: Any, how: str) -> None:
    try:
        got = Template(f"{{v|{how}}}").of({"v": value})
    except Bad:
        return
    if isinstance(got, datetime):
        assert got.utcoffset() == timedelta(0)


def test_halves_of_pairs_spoil_no_answer() -> None:
    assert json_of(b'{"a": "\\ud83d!", "b": ["\\udc00"]}') == {"a": "\ufffd!", "b": ["\ufffd"]}
    assert json_of(b"\xef\xbb\xbf[1]") == [1]
    for body, says in ((b" <!doctype html>", "web page"), (b"", "empty"), (b"{", "not JSON")):
        with pytest.raises(Invalid, match=says):
            json_of(body)
