"""No personal data reaches the log, in no form that people write it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from collectors import Rejected
from collectors.runner.pages import MAX_POST_BYTES
from collectors.runner.privacy import Veil, bucket, is_card, is_iin, mask
from collectors.runner.refine import refine
from collectors.runner.text import clean, encoding_of, plain, shorten
from tests.collectors.stage import SECRET, START, Log, Time, World, configured, post, run

IIN = "880101300124"
CARD = "4111 1111 1111 1111"


def checked_iin(first: str) -> str:
    return next(first + str(d) for d in range(10) if is_iin([int(c) for c in first + str(d)]))


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("звоните 8 (701) 123-45-67", "звоните [phone]"),
        ("+77011234567, 87012223344", "[phone], [phone]"),
        ("телефон 701 123 45 67 после шести", "телефон [phone] после шести"),
        ("қоңырау шалыңыз: 8-7172-55-44-33", "қоңырау шалыңыз: [phone]"),
        ("+7(701)\n123 45 67", "[phone]"),
        ("8-701-123-45-67 8-702-123-45-67", "[phone] [phone]"),
        ("12 87011234567", "12 [phone]"),
        ("из Ташкента +998 90 123 45 67", "из Ташкента [phone]"),
        ("почта aigerim.s@mail.kz есть", "почта [email] есть"),
        ("карта 4111-1111-1111-1111", "карта [card]"),
        ("счёт KZ86125KZT5004100100", "счёт [account]"),
        ("мой ИИН 123456789012", "мой ИИН [iin]"),
        ("ЖСН: 123 456 789 012", "ЖСН: [iin]"),
        ("спросите @aigerim_s или [id12345|Айгерим]", "спросите [user] или [user]"),
        ("пишите https://vk.com/id12345?w=1 сюда", "пишите [user] сюда"),
        ("wa.me/77011234567", "[user]"),
        ("8\u200b701\u200b123\u00ad45\u206067", "[phone]"),
        ("смотри t.me/aigerim_s, там", "смотри [user], там"),
        ("https://www.instagram.com/aigerim.s/?hl=ru", "[user]"),
        ("(https://vk.com/aigerim)", "([user])"),
        ("vk.com/wall987654_12 и vk.com/write987654", "[user] и [user]"),
        ("https://www.tiktok.com/@aigerim.s/video/7", "[user]"),
        ("https://api.whatsapp.com/send?phone=77011234567", "[user]"),
        ("tg://user?id=123456", "[user]"),
        ("8_701_123_45_67", "[phone]"),
        ("тел:8*701*123*45*67!", "тел:[phone]!"),
        ("+7_(701)_123-45-67 и __8_702_123_45_67__", "[phone] и __[phone]__"),
        ("4111_1111_1111_1111", "[card]"),
        ("aigerim.s(at)mail.kz", "[email]"),
        ("пишите aigerim.s [at] mail [dot] kz", "пишите [email]"),
        ("Айгерим: aigerim собака mail.ru", "Айгерим: [email]"),
        ("aigerim (собака) mail точка ru, ждём", "[email], ждём"),
        ("айгерим{собака}почта.рф", "[email]"),
    ],
)
def test_masks(written: str, masked: str) -> None:
    assert mask(written)[0] == masked


@pytest.mark.parametrize(
    "kept",
    [
        "звоните 109 или 112, дом 12, кв. 45",
        "20.11.2026 10:30 в школе № 45",
        "выделено 12 000 000 000 тенге на 2024-2026 годы",
        "население 19 832 737 человек",
        "индекс 050000, Алматы",
        "БИН 000740001307",
        "заявка 1234567890123",
        "https://www.gov.kz/memleket/entities/zhambyl/press/news/details/123456",
        "[club123|Акимат] сообщает",
        "https://t.me/akimat/123 и https://t.me/+AbCdEf",
        "https://vk.com/club123 https://vk.com/wall-123_45 https://vk.com/video-1_2",
        "https://www.facebook.com/groups/akimat/posts/1",
        "https://www.instagram.com/p/Cxyz/ https://www.youtube.com/watch?v=abc",
        "https://netflix.com/title",
        "соңғы 2024 2025 2026 жылдары",
        "10 000 + 20 000 = 30 000",
        "у нас собака вот.такая большая",
        "собака Бобик.Хозяин найден",
        "https://vk.com/wall-22822305_1234567?reply=87011 и wall-87011234_567",
        "vk.com/video-87011234_567890",
        "10*20*30 и snake_case_1_2_3",
    ],
)
def test_numbers_of_nobody_stay(kept: str) -> None:
    assert mask(kept) == (kept, {})


def test_iin_with_and_without_separators() -> None:
    iin = checked_iin("88010130012")
    assert mask(f"{iin}")[0] == "[iin]"
    assert mask(f"{iin[:6]} {iin[6:]}")[0] == "[iin]"
    wrong = iin[:-1] + str((int(iin[-1]) + 1) % 10)
    assert mask(wrong)[0] == wrong


def test_both_rounds_of_the_iin_checksum() -> None:
    first = range(1, 12)
    second = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
    seen = set()
    for serial in range(1000):
        digits = [int(c) for c in f"8801013{serial:04d}"]
        rounds = [
            sum(d * w for d, w in zip(digits, ws, strict=True)) % 11 for ws in (first, second)
        ]
        check = next((r for r in rounds if r < 10), None)
        valid = [d for d in range(10) if is_iin([*digits, d])]
        assert valid == ([] if check is None else [check])
        seen.add((rounds[0] == 10, check is None))
    assert seen == {(False, False), (True, False), (True, True)}
    assert not is_iin([int(c) for c in "881301300124"]), "there is no thirteenth month"


def test_cards() -> None:
    assert is_card([int(c) for c in "4111111111111111"])
    assert not is_card([int(c) for c in "4111111111111112"])
    assert not is_card([0] * 16)


def test_registered_accounts_stay_readable() -> None:
    public = frozenset({"akimat_zhambyl"})
    assert mask("@akimat_zhambyl ответьте @vasya", public)[0] == "@akimat_zhambyl ответьте [user]"
    assert mask("t.me/Akimat_Zhambyl, t.me/vasya", public)[0] == "t.me/Akimat_Zhambyl, [user]"


def test_the_link_of_a_registered_account_stays_and_that_of_a_person_goes() -> None:
    veil = Veil(SECRET, public=frozenset({"akimat_zhambyl"}))

    def link(url: str) -> str | None:
        return refine(post(1, author_kind="anonymous", url=url), "vk", veil, START).post.url

    assert link("https://t.me/Akimat_Zhambyl") == "https://t.me/Akimat_Zhambyl"
    assert link("https://t.me/aigerim_s") is None


@pytest.mark.parametrize("kind", ["page", "official", "media", "person"])
def test_what_is_kept_of_authors_is_chosen_for_each_source(kind: str) -> None:
    facts = {"author": "123456", "author_name": "Қала", "author_followers": 1234}
    said = post(1, author_kind=kind, text="Су жоқ", item="vk:-9_1", **facts)
    veil = Veil(SECRET)
    keep, hidden, dropped = (
        refine(said, "vk", veil, START, mode).post for mode in ("keep", "pseudonym", "drop")
    )
    public = kind != "person"
    assert (keep.author_name, keep.author_followers) == (("Қала", 1234) if public else (None, 1000))
    assert (hidden.author_name, hidden.author_followers) == (None, 1000)
    assert keep.author == hidden.author == veil.pseudonym("vk", "123456")
    assert (dropped.author, dropped.author_name, dropped.author_followers) == (None, None, None)
    assert keep.item == hidden.item == dropped.item


@pytest.mark.parametrize("mode", ["pseudonym", "drop"])
def test_the_mode_of_a_source_is_kept_by_the_loop(mode: str) -> None:
    world = World([post(1, author="123456", author_kind="page", author_name="Қала")])
    one = configured(world)
    config = one.config.model_copy(update={"authors": mode})
    log = Log()
    run([replace(one, config=config)], log)
    (told,) = log.posts
    assert told.author_name is None
    assert (told.author is None) is (mode == "drop")


def test_numbers_of_persons_are_in_no_identity_and_no_channel() -> None:
    veil = Veil(SECRET)
    facts = {"item": "file:109:87011234567", "channel": "WhatsApp 87011234567"}
    seen = refine(post(1, author_kind="anonymous", **facts), "file", veil, START).post
    assert "87011234567" not in msgspec.json.encode(seen).decode()
    assert seen.channel == "WhatsApp [phone]"
    answer = post(2, item="file:109:87011234568", parent=facts["item"])
    other = refine(answer, "file", veil, START).post
    assert other.parent == seen.item != other.item
    assert refine(seen, "file", veil, START).post.item == seen.item


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789 +-()@.abяғ\n[]|/", max_size=120))
def test_masking_twice_changes_nothing(text: str) -> None:
    once, _ = mask(text)
    assert mask(once)[0] == once


def test_pseudonyms_depend_on_key_epoch_and_platform_and_on_nothing_else() -> None:
    veil = Veil(SECRET)
    name = veil.pseudonym("vk", "12345")
    assert name == Veil(SECRET).pseudonym("vk", "12345")
    assert name.startswith("a1:")
    assert len(name) == 3 + 26
    others = {
        Veil(b"another").pseudonym("vk", "12345"),
        Veil(SECRET, "a2").pseudonym("vk", "12345"),
        veil.pseudonym("ok", "12345"),
        veil.pseudonym("vk", "12346"),
    }
    assert len(others | {name}) == 5


def test_followers_of_persons_come_in_buckets() -> None:
    assert [bucket(n) for n in (0, 99, 100, 4_999, 73_000, 10**8)] == [
        0,
        0,
        100,
        1_000,
        50_000,
        1_000_000,
    ]


def test_persons_lose_names_links_and_ids_and_media_keep_them() -> None:
    facts = {
        "author": "987654321",
        "author_name": "Айгерим С.",
        "author_followers": 73_211,
        "item": "vk:987654321_77",
        "url": "https://vk.com/wall987654321_77",
        "repost_of": "vk:987654321_5",
    }
    person = refine(post(1, author_kind="person", **facts), "vk", Veil(SECRET), START).post
    assert person.author_name is None
    assert person.url is None
    assert person.author_followers == 50_000
    assert "987654321" not in msgspec.json.encode(person).decode()
    assert person.item.startswith("vk:h")
    assert person.item.endswith("_77")
    media = refine(post(1, author_kind="media", **facts), "vk", Veil(SECRET), START).post
    assert media.author_name == "Айгерим С."
    assert media.url == facts["url"]
    assert media.author_followers == 73_211
    assert media.author is not None
    assert media.author.startswith("a1:")


def test_the_same_identity_comes_out_for_every_fact_of_an_author() -> None:
    veil = Veil(SECRET)
    facts = {"author": "987654321", "author_kind": "person", "item": "vk:987654321_77"}
    created = refine(post(1, **facts), "vk", veil, START).post
    edited = refine(post(1, event="edited", revision=5, text="иначе", **facts), "vk", veil, START)
    assert created.item == edited.post.item


def test_time_can_not_run_ahead() -> None:
    veil = Veil(SECRET)
    slow = post(1, published_at=START + timedelta(seconds=3))
    seen = refine(slow, "x", veil, START + timedelta(seconds=5)).post
    assert (seen.published_at, seen.flags) == (START + timedelta(seconds=3), ())
    assert seen.observed_at >= seen.published_at
    ahead = post(1, published_at=START + timedelta(days=1))
    seen = refine(ahead, "x", veil, START).post
    assert seen.published_at == START
    assert seen.flags == ("clock_skew",)


def test_nothing_of_a_person_is_in_any_byte_that_leaves_nor_in_any_log_line() -> None:
    planted = [
        checked_iin("88010130012"),
        "87011234567",
        "+7 (702) 765-43-21",
        CARD,
        "aigerim.s@mail.kz",
        "author-9087654",
        "Айгерим Сапарова",
        "aigerim_handle",
    ]
    said = "Мой {}, тел. {} и {}, карта {}, почта {}, @{}".format(*planted[:5], planted[7])
    posts = [
        post(
            n,
            text=f"{said}. Автор {planted[5]}",
            title=said,
            context=said,
            author=planted[5],
            author_kind=kind,
            author_name=planted[6],
            url=f"https://example.kz/{planted[5]}/{n}",
            parent=f"world:{planted[5]}",
        )
        for n, kind in enumerate(("person", "anonymous", "unknown"))
    ]
    log = Log()
    world = World([*posts, Rejected(place="a.csv:1:Дата", reason="Дата: not a date", digest="d")])
    world.errors = [None, ValueError(said), ValueError(said)]
    with capture_logs() as lines:
        reported = run([configured(world)], log, time=Time(most=6))
    left = b"\n".join(value for _, _, value in log.messages).decode() + repr(lines) + repr(reported)
    assert len(log.posts) == 3
    for secret in planted:
        assert secret not in left
    assert "[phone]" in left


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("а\u0306", "ӑ"),
        ("e\u0301", "é"),
        ("a\ud83db", "a\ufffdb"),
        ("a\x00b\x07c\td\r\ne", "abc\td\ne"),
        ("👨‍👩‍👧 🇰🇿 👍🏽", "👨‍👩‍👧 🇰🇿 👍🏽"),
        ("ә ғ қ ң ө ұ ү һ і", "ә ғ қ ң ө ұ ү һ і"),
    ],
)
def test_clean(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("просто текст", "просто текст"),
        ("<p>Бірінші.</p><p>Екінші<br/>үшінші</p>", "Бірінші.\nЕкінші\nүшінші"),
        ("a &amp;amp; b &lt;3", "a & b <3"),
        ("<script>alert(1)</script>да", "да"),
        ("<style>p{}</style>", ""),
        ("5 < 6 и 7 > 2", "5 < 6 и 7 > 2"),
        ("<ul><li>раз</li><li>два</li></ul>", "раз\nдва"),
        ("<b>не закрыт", "не закрыт"),
        ("", ""),
    ],
)
def test_plain(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_shorten_cuts_between_words() -> None:
    assert shorten("раз два три", 50) == "раз два три"
    assert shorten("раз два три четыре", 13) == "раз два три…"
    assert shorten("а" * 50, 10) == "а" * 10 + "…"


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    seen = refine(post(1, text="ш" * 100_000), "x", Veil(SECRET), START).post
    assert len(seen.text.encode()) <= 64 * 1024
    assert seen.flags == ("text_truncated",)


def test_every_field_is_bounded_and_bounding_twice_changes_nothing() -> None:
    long = "слово " * 200_000
    wild = post(
        1,
        item="x:" + "a" * 1_000_000,
        parent="x:" + "b" * 1_000_000,
        root="x:" + "c" * 1_000_000,
        repost_of="x:" + "d" * 1_000_000,
        text="\t" * 1_000_000,
        title=long,
        context=long,
        channel=long,
        url="https://example.kz/" + "e" * 1_000_000,
        author_kind="media",
        author_name=long,
    )
    seen = refine(wild, "x", Veil(SECRET), START).post
    assert len(msgspec.json.encode(seen)) < MAX_POST_BYTES
    assert seen.title is not None
    assert 900 < len(seen.title) <= 1_000
    assert seen.title.endswith("слово…")
    assert seen.url is None
    assert seen.flags == ("text_truncated", "title_truncated", "url_dropped")
    assert refine(seen, "x", Veil(SECRET), START).post == seen


def test_long_identities_stay_apart_and_find_each_other() -> None:
    first, second = "x:" + "a" * 400 + "1", "x:" + "a" * 400 + "2"
    one = refine(post(1, item=first), "x", Veil(SECRET), START).post
    two = refine(post(2, item=second, parent=first), "x", Veil(SECRET), START).post
    assert one.item != two.item
    assert two.parent == one.item
    assert len(one.item) == 300
    assert refine(post(3, item="x:" + "a" * 298), "x", Veil(SECRET), START).post.item[-1] == "a"


def test_encoding_is_found_out() -> None:
    text = "Не вывозят мусор третий день, " * 20
    assert encoding_of(text.encode()) == "utf-8"
    assert encoding_of(text.encode("cp1251")) == "cp1251"
    assert encoding_of(text.encode()[:-1]) == "utf-8"
    assert encoding_of(text.encode() + b"\xff" + text.encode()) == "utf-8"
    assert encoding_of(b"plain") == "utf-8"
