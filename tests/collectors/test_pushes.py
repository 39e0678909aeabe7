"""Callbacks and webhooks: who is believed, what is said back, what of it is news."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import Rejected, meta_webhook, telegram_webhook, vk_callback
from collectors.intake.knocks import Knock
from collectors.intake.state import Standing, news
from collectors.lists.memory import Memory
from collectors.meta.changes import Mention
from collectors.meta.mentions import question
from collectors.runner.journal import Entry
from rezonans.records import Post
from tests.collectors.fakes import pushing, telegram
from tests.collectors.fakes.pushing import SECRET, signature
from tests.collectors.kit import answers, case, pieces
from tests.collectors.stage import START, post

# ------------------------------------------------------------------ VK


def callback() -> vk_callback.Config:
    table = {"group": 123, "secret": SECRET, "confirmation": "0a1b2c3d", "legal_basis": "ours"}
    return vk_callback.Config.model_validate({"kind": "vk_callback", **table})


def vk_says(**event: Any) -> Knock:
    return Knock(at=START, body=json.dumps({"group_id": 123, "secret": SECRET, **event}).encode())


def test_vk_is_told_the_word_of_confirmation_once_it_asks_for_our_community() -> None:
    assert vk_callback.receive(callback(), vk_says(type="confirmation")).body == "0a1b2c3d"
    other = vk_callback.receive(callback(), vk_says(type="confirmation", group_id=7))
    assert other.status == 400
    wrong = vk_callback.receive(callback(), vk_says(type="confirmation", secret="guessed"))
    assert wrong.status == 401
    assert "0a1b2c3d" not in other.body + wrong.body


def test_vk_hears_ok_of_everything_it_signed_and_only_what_is_public_is_kept() -> None:
    said = {"id": 1, "post_id": 2}
    new = vk_callback.receive(callback(), vk_says(type="wall_reply_new", object=said))
    assert (new.status, new.body) == (200, "ok")
    assert SECRET not in new.keep[0]
    letter = vk_callback.receive(callback(), vk_says(type="message_new", object={"text": "x"}))
    assert (letter.status, letter.body, letter.keep) == (200, "ok", ())
    unsigned = vk_callback.receive(callback(), vk_says(type="wall_reply_new", secret="no"))
    assert (unsigned.status, unsigned.keep) == (401, ())


def told(kind: str) -> list[tuple[str, str]]:
    one = case(kind)
    got = pieces(one, one.targets[0], answers(one, one.targets[0]))
    return [(p.item, p.event) for p in got if isinstance(p, Post)]


def test_an_event_of_vk_comes_twice_and_is_told_once_and_suggestions_are_not_public() -> None:
    assert told("vk_callback") == [
        ("vk:-123_617", "created"),
        ("vk:-123_617:c901", "created"),
        ("vk:-123_617:c902", "created"),
        ("vk:-123_617:c902", "edited"),
        ("vk:-123_617:c901", "deleted"),
        ("vk:-123_617:c901", "edited"),
        ("vk:-123_600:c7", "deleted"),
    ]


def test_what_vk_pushes_has_the_identity_of_what_is_polled() -> None:
    from collectors.vkontakte.reading import Frame, comments_of
    from collectors.vkontakte.state import Community

    said = pushing.vk_comment(901, "Су жоқ", START)
    event = pushing.vk_event("wall_reply_new", said, 1)
    kept = vk_callback.receive(callback(), Knock(at=START, body=event)).keep[0]
    entry = Entry(number=1, at=START, said=kept)
    (pushed,) = vk_callback.TOLD.read(callback(), entry)
    assert isinstance(pushed, Post)
    frame = Frame(observed_at=START, legal_basis="ours", owner=Community(id=123), post=1)
    (polled,) = comments_of([said], frame, "")
    assert isinstance(polled, Post)
    assert pushed.counters is None
    assert pushed == msgspec.structs.replace(polled, counters=None)


# ------------------------------------------------------------------ Meta


def hook(**more: Any) -> meta_webhook.Config:
    table = {"platform": "facebook", "secret": SECRET, "verify": "a word of ours"}
    accounts = [{"id": pushing.PAGE, "name": "Әкімдік"}]
    facts = {"kind": "meta_webhook", "legal_basis": "ours", "accounts": accounts}
    return meta_webhook.Config.model_validate({**facts, **table, **more})


def verify(word: str, challenge: str = "1158201444") -> Knock:
    query = {"hub.mode": "subscribe", "hub.verify_token": word, "hub.challenge": challenge}
    return Knock(at=START, method="GET", query=query)


def test_meta_hears_its_challenge_when_it_knows_our_word() -> None:
    good = meta_webhook.receive(hook(), verify("a word of ours"))
    assert (good.status, good.body, good.keep) == (200, "1158201444", ())
    assert meta_webhook.receive(hook(), verify("another word")).status == 401
    script = meta_webhook.receive(hook(), verify("a word of ours", "<script>"))
    assert script.status == 400
    assert "script" not in script.body


def test_meta_is_believed_by_its_signature_of_the_very_bytes() -> None:
    value = pushing.meta_comment(1, "Су жоқ", START)
    body = pushing.meta_change(value, START)
    signed = {"x-hub-signature-256": signature(body, SECRET)}
    assert meta_webhook.receive(hook(), Knock(at=START, headers=signed, body=body)).keep
    for headers in (
        {},
        {"x-hub-signature": signature(body, SECRET, "sha1")},
        {"x-hub-signature-256": signature(body, SECRET, "sha1")},
        {"x-hub-signature-256": signature(body + b" ", SECRET)},
    ):
        assert (
            meta_webhook.receive(hook(), Knock(at=START, headers=headers, body=body)).status == 401
        )
    instagram = hook(platform="instagram")
    assert meta_webhook.receive(instagram, Knock(at=START, headers=signed, body=body)).status == 400


def test_changes_of_meta_come_late_and_twice_and_are_told_once() -> None:
    assert told("meta_webhook") == [
        ("facebook:5001_100", "created"),
        ("facebook:100_901", "created"),
        ("facebook:100_902", "created"),
        ("facebook:100_902", "edited"),
        ("facebook:100_901", "deleted"),
        ("facebook:5001_101", "created"),
        ("facebook:5_77", "created"),
    ]


def test_comments_of_instagram_are_trees() -> None:
    from collectors.meta.changes import pieces_in

    value = {"id": "17900", "text": "Су жоқ", "from": {"id": "9", "username": "somebody"}}
    media = {"media": {"id": "17800", "media_product_type": "FEED"}}
    changes = [
        {"field": "comments", "value": value | media},
        {"field": "comments", "value": value | media | {"id": "17901", "parent_id": "17900"}},
        {"field": "story_insights", "value": {"impressions": 3}},
    ]
    time = int(START.timestamp())
    said = {"object": "instagram", "entry": [{"id": "5001", "time": time, "changes": changes}]}
    entry = Entry(number=1, at=START, said=json.dumps(said))
    posts = [p for p in pieces_in(entry, hook(platform="instagram").frame) if isinstance(p, Post)]
    assert [(p.item, p.kind, p.parent, p.root) for p in posts] == [
        ("instagram:17900", "comment", "instagram:17800", "instagram:17800"),
        ("instagram:17901", "reply", "instagram:17900", "instagram:17800"),
    ]
    assert posts[0].author_name is None


def test_a_mention_is_asked_for_by_whoever_may() -> None:
    page = Mention(account="5001", at=START, post="8_5", comment="5_77")
    assert question(page)[0] == "5_77"
    comment = question(Mention(account="9", at=START, post="17", comment="18"))
    assert comment[0] == "9"
    assert comment[1].startswith("mentioned_comment.comment_id(18){")
    assert question(Mention(account="9", at=START, post="17"))[1].startswith("mentioned_media")


def test_a_mention_that_is_gone_holds_nothing_up(tmp_path: Path) -> None:
    import httpx

    one = case("meta_webhook")

    def gone(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("5_77"):
            return httpx.Response(400, json={"error": {"code": 100, "message": "no such object"}})
        return one.page(request)

    got = answers(one, one.targets[0], handler=gone)
    assert "facebook:5_77" not in {
        p.item for p in pieces(one, one.targets[0], got) if isinstance(p, Post)
    }
    assert got[-1].cursor


# ------------------------------------------------------------------ Telegram


def bot() -> telegram_webhook.Config:
    chats = [{"id": telegram.CHANNEL, "consent": "ours"}]
    table = {"kind": "telegram_webhook", "legal_basis": "ours", "token": telegram.TOKEN}
    callback_ = "https://listen.example.kz/intake/bot"
    return telegram_webhook.Config.model_validate({**table, "chats": chats, "callback": callback_})


def test_telegram_is_believed_by_the_secret_that_we_gave_it() -> None:
    one, body = bot(), b'{"update_id": 1, "channel_post": {}}'
    secret = telegram_webhook.secret_of(one)
    assert telegram.TOKEN not in secret
    header = "x-telegram-bot-api-secret-token"
    good = telegram_webhook.receive(one, Knock(at=START, headers={header: secret}, body=body))
    assert (good.status, good.keep) == (200, (body.decode(),))
    wrong = Knock(at=START, headers={header: secret[:-1]}, body=body)
    assert telegram_webhook.receive(one, wrong).status == 401
    letter = Knock(
        at=START, headers={header: secret}, body=b'{"update_id": 2, "my_chat_member": {}}'
    )
    assert telegram_webhook.receive(one, letter).keep == ()


def test_telegram_is_told_where_the_door_is_and_told_again_the_next_day() -> None:
    face, one = telegram.Bot(), case("telegram_webhook")
    config = bot()
    one = one._replace(config=config)

    def handler(request: Any) -> Any:
        return one.page(request) if request.url.host == "journal.invalid" else face(request)

    first = answers(one, one.targets[0], handler=handler)
    cursor = first[-1].cursor
    answers(one, one.targets[0], cursor, handler=handler)
    assert len(face.webhooks) == 1
    said = face.webhooks[0]
    assert said["url"] == "https://listen.example.kz/intake/bot"
    assert said["secret_token"] == telegram_webhook.secret_of(config)
    assert "message" in said["allowed_updates"]


# ------------------------------------------------------------------ what is news


def facts(posts: list[Post]) -> list[tuple[str, str, int]]:
    found, memory = news(Memory(), posts)
    again, _ = news(memory, posts)
    assert [p for p in again if p.event == "created"] == []
    return [(p.text, p.event, p.revision) for p in found]


def test_an_older_version_that_comes_later_says_nothing() -> None:
    new = post(1, text="new", revision=2_000, event="edited")
    assert facts([post(1, text="old"), new, post(1, text="old")]) == [
        ("old", "created", 0),
        ("new", "edited", 2_000),
    ]
    assert facts([new, post(1, text="old")]) == [("new", "edited", 2_000)]


def test_a_deletion_is_told_once_and_what_is_gone_stays_gone() -> None:
    gone = post(1, text="", event="deleted", published_at=START)
    assert [f[1] for f in facts([gone])] == ["deleted"], "even of what was forgotten"
    assert [f[1] for f in facts([post(1), gone, gone, post(1)])] == ["created", "deleted"]
    (_, known) = news(Memory(), [post(1), gone])[0]
    assert known.published_at == post(1).published_at, "when it had appeared is known"


def test_another_text_without_a_time_of_its_own_is_an_edit_of_now() -> None:
    later = post(1, text="new", observed_at=START + timedelta(minutes=1))
    milliseconds = int((START + timedelta(minutes=1)).timestamp() * 1000)
    assert facts([post(1, text="old"), later])[1] == ("new", "edited", milliseconds)


@given(
    st.lists(
        st.builds(
            lambda n, text, revision, gone: post(
                n, text=text, revision=revision, event="deleted" if gone else "created"
            ),
            st.integers(0, 3),
            st.sampled_from("абв"),
            st.integers(0, 3),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_whatever_comes_revisions_grow_and_nothing_is_told_twice(posts: list[Post]) -> None:
    found, _ = news(Memory(), posts)
    for item in {p.item for p in posts}:
        mine = [p for p in found if p.item == item]
        assert [p.event for p in mine].count("created") <= 1 + [p.event for p in mine].count(
            "deleted"
        )
        living = [p.revision for p in mine if p.event != "deleted"]
        assert living == sorted(living)
    assert len(found) == len({(p.item, p.event, p.revision) for p in found})


def test_the_cursor_stays_small() -> None:
    state = Standing().behind([post(n) for n in range(5_000)], 9)
    assert len(state.memory.traces) == 600
    assert state.after == 9


# ------------------------------------------------------------------ contracts


@pytest.mark.shared
@pytest.mark.contracts
def test_what_vk_pushes_in_our_tests_is_what_its_schema_says(shared_dir: Path) -> None:
    from tests.collectors.test_vk_schema import schema_of

    check = schema_of(shared_dir.parent / "platforms" / "vk" / "schema")
    event = json.loads(pushing.vk_event("wall_reply_new", pushing.vk_comment(9, "x", START), 1))
    base = "callback/objects.json#/definitions/"
    check(base + "callback_base", event)
    comment = event["object"] | {"can_edit": 1}
    check(base + "callback_wall_reply_new", comment)
    for raw in (shared_dir.parent / "platforms/vk/recorded-vknet/Categories/BotsLongPoll").glob(
        "GetBotsLongPollHistory_Wall*.json"
    ):
        said = json.loads(raw.read_bytes()) | {"group_id": 123}
        entry = Entry(number=1, at=START, said=json.dumps(said))
        found = list(vk_callback.TOLD.read(callback(), entry))
        assert found, raw.name
        assert not any(isinstance(piece, Rejected) for piece in found)


@pytest.mark.shared
@pytest.mark.contracts
def test_meta_has_the_fields_that_are_asked_for(shared_dir: Path) -> None:
    path = shared_dir.parent / "platforms" / "meta" / "graph-v26.fields.json"
    objects = json.loads(path.read_bytes())["objects"]
    from collectors.meta import mentions

    assert set(mentions._PAGE.split(",")) <= set(objects["Comment"]["fields"])
    assert set(mentions._MEDIA.split(",")) <= set(objects["IGMedia"]["fields"])
    assert set(mentions._COMMENT.split(",")) <= set(objects["IGComment"]["fields"])
