"""What every kind keeps against a platform that misbehaves: blind, through the real loop.

Texts are published on a stand; what reaches the log is compared with them. Hours pass on a
clock of the tests.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

import collectors
from rezonans.records import Post
from rezonans.troubles import Busy
from tests.collectors.play import FAULTS, Play, later, reset, texts, with_
from tests.collectors.stage import SECRET, Log, Stopped
from tests.collectors.stands import SILENT, STANDS, WITHOUT

KINDS = sorted(STANDS)
OVER_HTTP = [kind for kind in KINDS if kind not in SILENT]


@pytest.fixture(params=KINDS)
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    return Play(request.param, tmp_path)


@pytest.fixture(params=OVER_HTTP)
def asking(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    return Play(request.param, tmp_path)


def test_every_kind_has_a_stand_or_a_reason_to_have_none() -> None:
    left = set(collectors.kinds()) - set(STANDS)
    assert left == set(WITHOUT), "write a stand for a new kind, see tests/collectors/stands"
    assert all(WITHOUT.values())


def test_everything_that_is_published_is_told_once(play: Play) -> None:
    for hour in range(4):
        play.publish(*texts(play.stand.burst, f"Сағат {hour}"))
        play.run(5)
    assert play.missing() == set()
    assert max(play.told().values()) == 1


def test_a_process_that_is_away_for_a_day_loses_nothing(play: Play) -> None:
    play.publish(*texts(6, "Бұрын"))
    play.run(3)
    asyncio.run(play.time.pass_for(86_400))
    play.publish(*texts(play.stand.burst, "Кейін"))
    play.run(3)
    assert play.missing() == set()
    assert max(play.told().values()) == 1


def test_two_processes_on_one_target_tell_nothing_twice(play: Play) -> None:
    play.publish(*texts(play.stand.burst))
    play.run(4, together=2)
    assert play.missing() == set()
    assert max(play.told().values()) == 1, "the store keeps one row an identity"


DEATHS = [(moment, number) for moment in ("before", "after") for number in (1, 2, 4, 6)]


@pytest.mark.parametrize(("moment", "number"), DEATHS)
def test_dying_at_any_message_loses_nothing(play: Play, moment: str, number: int) -> None:
    play.publish(*texts(4, "Бірінші"))
    dying = Log(lambda call, when: Stopped() if (when, call) == (moment, number) else None)
    with suppress(Stopped):
        play.run(2, dying)
        play.publish(*texts(4, "Екінші"))
        play.run(2, dying)
    play.log.messages += dying.messages
    play.publish(*texts(4, "Үшінші"))
    play.run(4)
    assert play.missing() == set()
    assert max(play.told().values()) == 1


@pytest.mark.parametrize("number", range(1, 8))
def test_dying_at_any_question_loses_nothing(asking: Play, number: int) -> None:
    def die(asked: int) -> None:
        if asked == number:
            raise KeyboardInterrupt

    asking.before = die
    asking.publish(*texts(4, "Бірінші"))
    with suppress(KeyboardInterrupt):
        asking.run(2)
        asking.publish(*texts(4, "Екінші"))
        asking.run(2)
    asking.before = lambda asked: None
    asking.publish(*texts(4, "Үшінші"))
    asking.run(4)
    assert asking.missing() == set()
    assert max(asking.told().values()) == 1


def test_a_log_that_is_away_delays_and_loses_nothing(play: Play) -> None:
    away = Log(lambda call, when: Busy("away", 20.0) if when == "before" and call < 9 else None)
    play.log = away
    play.publish(*texts(play.stand.burst))
    play.run(10)
    assert play.missing() == set()
    assert max(play.told().values()) == 1


# ------------------------------------------------------------------ faults


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("at", [0, 2])
def test_no_fault_loses_doubles_or_deletes_anything(asking: Play, name: str, at: int) -> None:
    asking.publish(*texts(6, "Бұрын"))
    asking.run(3)
    asking.publish(*texts(6, "Кейін"))
    asking.faults = [lambda request: None] * at + [FAULTS[name]]
    asking.run(60 * 27 if "absurd" in name else 70)
    if asking.reported[-1].state == "waiting":  # a question that is asked once a day met it late
        asking.run(60 * 27)
    assert asking.missing() == set()
    assert max(asking.told().values()) == 1
    assert not [post for post in asking.log.posts if post.event == "deleted"]
    assert asking.reported[-1].state in ("ok", "quiet", "silent")


@pytest.mark.parametrize(("value", "seconds"), [("77", 77), ("600", 600)])
def test_nothing_is_asked_inside_retry_after(asking: Play, value: str, seconds: int) -> None:
    asking.publish(*texts(3))
    asking.faults = [later(value)]
    asking.run(30)
    refused = next(asked.at for asked in asking.asked if asked.status == 429)
    after = [asked.at for asked in asking.asked if asked.at > refused]
    assert min(after) - refused >= timedelta(seconds=seconds)
    assert asking.missing() == set()


def test_a_platform_that_stays_away_is_not_hammered(asking: Play) -> None:
    asking.faults = [reset] * 10_000
    asking.run(120)
    assert len(asking.asked) == 0
    used = 10_000 - len(asking.faults)
    assert 5 <= used <= 125, "no more often than when it is well"
    asking.faults = []
    asking.publish(*texts(3))
    asking.run(60)
    assert asking.missing() == set()


def test_questions_stay_within_gaps_and_budgets(asking: Play) -> None:
    for _ in range(3):
        asking.publish(*texts(asking.stand.burst, "Көп"))
        asking.run(10)
    assert asking.asked
    assert asking.rude() == ""


# ------------------------------------------------------------------ texts, time, privacy

ODD = {
    "kazakh": "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі: су жоқ",
    "latin": "Su joq, ūiyn jylytu kerek",
    "arabic": "سۋ جوق، ءۇي سۋىق",
    "emoji": "Су жоқ 👩🏽‍🚒👨‍👩‍👧‍👦🇰🇿 😡",
    "zero width": "су\u200bжоқ\u200d",
    "escaped twice": "А &amp;amp;amp; Б",
    "marks": "Б" + "\u0301" * 2_000,
    "marker words": "Just a moment... tme_no_messages_found quotaExceeded error_code 6",
    "error like": '{"error": {"error_code": 14, "errors": [{"reason": "quotaExceeded"}]}}',
    "long": "Ұзақ " * 3_000,
}


@pytest.mark.parametrize("name", [name for name in ODD if name not in ("escaped twice", "long")])
def test_odd_texts_come_through_as_they_are(play: Play, name: str) -> None:
    if play.stand.kind.startswith("rss"):
        pytest.skip("a feed holds markup; its own tests say what becomes of it")
    play.publish(ODD[name], "көрші")
    play.run(3)
    assert play.missing() == set()
    assert play.reported[-1].state in ("ok", "quiet")


@pytest.mark.parametrize("name", ODD)
def test_odd_texts_hold_up_no_neighbour(play: Play, name: str) -> None:
    play.publish("алдыңғы", ODD[name], "кейінгі")
    play.run(3)
    assert {"алдыңғы", "кейінгі"} <= set(play.told())


def test_a_platform_whose_clock_is_ahead_is_not_believed(asking: Play) -> None:
    if asking.stand.kind.startswith("vk"):
        pytest.skip("VK shows no post of the future; the others stamp what they are given")
    asking.time.now += timedelta(minutes=10)
    asking.publish("ертеңгі")
    asking.time.now -= timedelta(minutes=10)
    asking.run(3)
    asking.publish("бүгінгі")
    asking.run(3)
    posts = {post.text: post for post in asking.log.posts}
    assert {"ертеңгі", "бүгінгі"} <= set(posts)
    assert all(post.published_at <= post.observed_at for post in posts.values())


PERSONAL = ("+7 701 234 56 78", "someone@example.kz", "920314300123")
IIN_WORD = "ИИН 920314300123"


def test_nothing_of_a_person_or_a_secret_leaves(play: Play) -> None:
    play.publish(
        f"Хабарласыңыз: {PERSONAL[0]} немесе {PERSONAL[1]}",
        f"Менің {IIN_WORD}, @somebody_private көмектес",
        *texts(5),
    )
    play.faults = [with_(500, b"a secret " + play.stand.secrets[0].encode())]
    play.run(30)
    assert len(play.log.posts) >= 7
    left = b"\n".join(value + key for _, key, value in play.log.messages).decode()
    left += "\n".join([*play.lines, *map(repr, play.reported)])
    for secret in (*play.stand.secrets, *PERSONAL, "somebody_private"):
        assert secret not in left, secret
    assert "[phone]" in left
    assert SECRET.decode() not in left


def test_another_key_gives_other_pseudonyms(play: Play) -> None:
    play.publish(*texts(5))
    play.run(3)
    names = {post.author for post in play.log.posts if post.author}
    assert all(re.fullmatch(r"a1:[a-z2-7]{26}", name) for name in names)


def test_every_message_is_a_whole_record(play: Play) -> None:
    play.publish(*texts(play.stand.burst))
    play.run(3)
    for topic, key, value in play.log.messages:
        assert topic in ("posts", "dead-letters")
        assert key
        assert json.loads(value)["schema"] in ("page.v1", "dead-letter.v1")
    sequences = [page.sequence for page in play.log.pages]
    assert sequences == sorted(set(sequences))
    assert all(isinstance(post, Post) for post in play.log.posts)
