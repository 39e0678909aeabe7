"""The named cases of the conformance kit that concern every kind, and where each of the 35 stands.

Cases of one platform's own manner stand in its own tests; `CASES` names for each number the tests
that hold it, and one test holds the table to what there is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.collectors.fakes import graph, ok, vk, youtube
from tests.collectors.play import Play, texts
from tests.collectors.stage import Log, Stopped
from tests.collectors.stands import SILENT, STANDS

KINDS = sorted(STANDS)
POLLED = [kind for kind in KINDS if STANDS[kind].__name__ != "FileStand" and kind not in SILENT]
POLLED = [
    kind
    for kind in POLLED
    if kind not in ("telegram_webhook", "youtube_websub", "rss_websub", "vk_streaming")
]
JSON = [kind for kind in POLLED if kind != "rss"]

CASES: dict[int, str] = {
    1: "conformance:everything_that_is_published_is_told_once cases:many_posts_over_many_looks",
    2: "vk:posts_that_appear_while_pages_are_turned declared:records_that_appear_during_paging",
    3: "cases:dying_at_any_turn_of_the_loop conformance:dying_at_any_message journal:Life",
    4: "conformance:two_processes_on_one_target machine:whatever_happens",
    5: "ok:three_hundred_comments_of_one_second vk:a_pinned_post_and_one_that_surfaces_late",
    6: "vk:a_burst_longer ok:a_burst_beyond youtube_sweep:a_burst_beyond declared:a_burst_longer",
    7: "vk:a_pinned_post ok:a_pinned_old_topic declared:a_pinned_old vk:a_reposted_private_page",
    8: "cases:a_target_that_is_empty_at_first vk:communities_that_are_not_public_are_parked",
    9: "cases:whoever_was_away conformance:a_process_that_is_away_for_a_day",
    10: "cases:a_platform_that_repeats_itself declared:a_token_that_repeats_itself",
    11: "ok:a_pinned_old_topic declared:whatever_happens_between_looks",
    12: "vk:deletions_while_pages_are_turned_hide_nothing",
    13: "declared:links_lead_on_but_never_to_another_host transport:a_redirect_into_our_own",
    14: "conformance:no_fault_loses_doubles_or_deletes machine:whatever_happens",
    15: "ok:edits_figures_and_deletions vk:a_comment_that_came_as_another_went",
    16: "conformance:nothing_is_asked_inside_retry_after transport:retry_after",
    17: "vk:errors_inside_200 ok:errors_in_200 youtube_sweep:refusals_are_what_they_mean",
    18: "budget:a_used_up_day_stops_the_method budget:no_day_holds_more youtube_sweep:units_come",
    19: "conformance:no_fault_loses_doubles_or_deletes breaker:after_some_failures",
    20: "transport:a_slow_drip_ends conformance:a_platform_that_stays_away",
    21: "transport:a_bomb_is_not_unpacked transport:damaged_packing contract:a_damaged_page",
    22: "transport:an_endless_body_is_cut doors:a_body_past_the_cap contract:bytes_of_any_kind",
    23: "cases:a_dead_token_is_said_once vk_streaming:a_dead_token_stops",
    24: "vk:errors_inside_200",
    25: "cases:fields_that_nobody_knows contract:a_damaged_page",
    26: "cases:clocks_that_are_set budget:midnight_is_that youtube_sweep:units_come",
    27: "ok:edits_figures vk:edits_figures declared:edits_and_figures youtube_sweep:deletions_",
    28: "vk:the_last_comment_that_is_deleted pushes:a_deletion_is_told_once ok:edits_figures",
    29: "declared:edits_and_figures contract:what_is_not_offered_never_comes",
    30: "vk:a_comment_under_an_old_post vk:closed_comments ok:closed_discussions",
    31: "conformance:odd_texts_come_through declared:halves_of_pairs privacy:clean",
    32: "conformance:nothing_of_a_person_or_a_secret privacy:nothing_of_a_person_is_in_any_byte",
    33: "bench:speed_and_memory_are_measured",
    34: "bench:a_small_crowd_is_as_fresh",
    35: "bench:speed_and_memory_are_measured",
}


def test_every_case_is_held_by_tests_that_there_are() -> None:
    assert sorted(CASES) == list(range(1, 36))
    here = Path(__file__).parent
    for number, names in CASES.items():
        for name in names.split():
            file, _, test = name.partition(":")
            source = (here / f"test_{file}.py").read_text(encoding="utf-8")
            found = f"def test_{test}" in source or f"class {test}(" in source
            assert found, f"case {number}: {name} is not there"


@pytest.mark.parametrize("kind", KINDS)
def test_many_posts_over_many_looks_are_told_exactly_once(kind: str, tmp_path: Path) -> None:
    play = Play(kind, tmp_path)
    for hour in range(12):
        play.publish(*texts(play.stand.burst, f"Сағат {hour}"))
        play.run(3)
    assert play.missing() == set()
    assert max(play.told().values()) == 1
    assert play.rude() == ""


class Killed(BaseException):
    """The process dies here."""


class Mortal(asyncio.SelectorEventLoop):
    """Dies between two of its turns: wherever anybody waits for anything."""

    turns = 0

    def _run_once(self) -> None:
        self.turns -= 1
        if self.turns == 0:
            raise Killed
        super()._run_once()  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.04, 0.19, 0.55])
def test_dying_at_any_turn_of_the_loop_loses_nothing(
    kind: str, share: float, tmp_path: Path
) -> None:
    play = Play(kind, tmp_path)
    play.publish(*texts(4, "Бірінші"))
    dead = [False]
    dying = Log(lambda call, when: Stopped() if dead[0] else None)
    loop = Mortal()
    loop.turns = int(share * 1_500) + 1
    with asyncio.Runner(loop_factory=lambda: loop) as runner, suppress(Killed, Stopped):
        try:
            runner.run(play._run(3, dying, 1))
        except Killed:
            dead[0] = True  # what still runs while it is taken down reaches nobody
            raise
    play.log.messages += dying.messages
    play.publish(*texts(4, "Екінші"))
    play.run(5)
    assert play.missing() == set()
    assert max(play.told().values()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_target_that_is_empty_at_first_is_read_when_it_is_not(kind: str, tmp_path: Path) -> None:
    play = Play(kind, tmp_path)
    play.run(3)
    assert play.told().keys() <= {"Тақырып", ""}
    assert play.reported[-1].state in ("ok", "quiet")
    play.publish("алғашқы")
    play.run(3)
    assert play.missing() == set()


@pytest.mark.parametrize("kind", POLLED)
@pytest.mark.parametrize("hours", [1, 8 * 24])
def test_whoever_was_away_goes_on_where_it_was(kind: str, hours: int, tmp_path: Path) -> None:
    play = Play(kind, tmp_path)
    play.publish(*texts(4, "Бұрын"))
    play.run(3)
    asyncio.run(play.time.pass_for(hours * 3_600))
    play.publish(*texts(play.stand.burst, "Кейін"))
    play.run(3)
    assert play.missing() == set()
    assert max(play.told().values()) == 1


@pytest.mark.parametrize("kind", POLLED)
def test_a_platform_that_repeats_itself_is_not_asked_for_ever(kind: str, tmp_path: Path) -> None:
    play = Play(kind, tmp_path)
    play.publish(*texts(4))
    frozen: dict[str, httpx.Response] = {}

    def same(request: httpx.Request) -> httpx.Response | None:
        name = f"{request.url.path} {request.extensions.get('method')}"
        if name not in frozen:
            frozen[name] = play.stand(request)
        old = frozen[name]
        return httpx.Response(old.status_code, headers=old.headers, content=old.content)

    play.faults = [same] * 5_000
    play.run(5)
    assert 5_000 - len(play.faults) <= 200, "five looks"
    play.faults = []
    play.publish("соңғы")
    play.run(10)
    assert play.missing() == set()
    assert max(play.told().values()) == 1


DEAD: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "vk": vk.error(5),
    "vk_newsfeed": vk.error(5),
    "ok": lambda request: ok.error(102),
    "youtube": lambda request: youtube.refusal(400, "keyInvalid"),
    "youtube_sweep": lambda request: youtube.refusal(400, "keyInvalid"),
    "telegram": lambda request: httpx.Response(401),
    **dict.fromkeys(
        ("facebook", "instagram", "instagram_public"),
        lambda request: graph.refusal(190, "Invalid OAuth access token."),
    ),
    "rss": lambda request: httpx.Response(401),
}


@pytest.mark.parametrize("kind", POLLED)
def test_a_dead_token_is_said_once_and_not_hammered(kind: str, tmp_path: Path) -> None:
    play = Play(kind, tmp_path)
    play.publish(*texts(3))
    play.faults = [DEAD[kind]] * 1_000
    play.run(6 * 60)
    assert 1 <= 1_000 - len(play.faults) <= 12
    assert len([line for line in play.lines if "source error" in line]) <= 1
    play.faults = []
    play.run(3 * 60)
    assert play.missing() == set()


def strange(value: Any) -> Any:
    """The same answer with fields that nobody knows, huge numbers among them."""
    if isinstance(value, dict):
        known = {key: strange(part) for key, part in value.items()}
        return {**known, "zz_new": {"a": [None, 2**70, "x"]}, "zz_null": None}
    return [strange(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", JSON)
def test_fields_that_nobody_knows_change_nothing(kind: str, tmp_path: Path) -> None:
    play = Play(kind, tmp_path)
    play.publish(*texts(6))

    def odd(request: httpx.Request) -> httpx.Response:
        answer = play.stand(request)
        body = json.dumps(strange(json.loads(answer.content))).encode()
        return httpx.Response(answer.status_code, content=body)

    play.faults = [odd] * 1_000
    play.run(4)
    assert play.missing() == set()
    assert play.reported[-1].state in ("ok", "quiet")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("jump", [-60, 15])
def test_clocks_that_are_set_lose_nothing(kind: str, jump: int, tmp_path: Path) -> None:
    play = Play(kind, tmp_path)
    play.publish(*texts(3, "Бұрын"))
    play.run(3)
    play.skew = timedelta(minutes=jump)
    play.time.now += play.skew
    play.publish(*texts(3, "Кейін"))
    play.run(5)
    play.time.now -= play.skew
    play.skew = timedelta()
    play.publish(*texts(3, "Соңында"))
    play.run(5 + abs(jump))
    assert play.missing() == set()
    assert max(play.told().values()) == 1
