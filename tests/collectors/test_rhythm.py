"""The square-root rule: budgets kept, posts waiting less, silences told from nights."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import Limit
from collectors.runner import Clock, Instance, Options, Status, collect, instance
from collectors.runner.budget import Ledger
from collectors.runner.clients import purse_of
from collectors.runner.freshness import intervals
from collectors.runner.rhythm import Beat, Book, Rhythm, prior_seconds
from collectors.runner.rhythms import Rhythms
from rezonans.refused import SettingsError
from rezonans.troubles import Busy
from tests.collectors.stage import SECRET, START, Log, Store, World, configured
from tests.collectors.test_budget import Walls
from tests.collectors.virtual import VirtualTime

DAY = 86_400.0


@given(
    weights=st.lists(st.floats(1e-7, 10.0), min_size=1, max_size=60),
    looks=st.floats(1.0, 50_000.0),
    fastest=st.sampled_from([10.0, 300.0, 3600.0]),
)
def test_a_budget_is_spent_whole_and_never_more(
    weights: list[float], looks: float, fastest: float
) -> None:
    solved = intervals(np.array(weights), looks / DAY, fastest)
    spent = float(np.sum(DAY / solved))
    all_fastest = len(weights) * DAY / fastest
    assert spent <= looks * 1.001
    assert spent >= min(looks, all_fastest) * 0.99
    assert (solved >= fastest * 0.999).all()
    order = np.argsort(weights)
    assert (np.diff(solved[order]) <= solved.max() * 1e-9).all(), "busier pages wait no longer"


def test_four_times_the_posts_is_twice_as_often() -> None:
    solved = intervals(np.array([1.0, 4.0, 16.0]), 100 / DAY, 1.0)
    assert solved[0] / solved[1] == pytest.approx(2.0, rel=0.01)
    assert solved[1] / solved[2] == pytest.approx(2.0, rel=0.01)


def test_posts_wait_less_than_in_equal_turns_and_the_tail_pays_little() -> None:
    """5,000 pages whose activity falls as 1/rank, 5,000 looks a day: one VK token."""
    rng = np.random.default_rng(1)
    rates = 1.0 / np.arange(1, 5_001)
    solved = intervals(rates, 5_000 / DAY, 60.0)
    pages = rng.choice(5_000, size=100_000, p=rates / rates.sum())
    waits = solved[pages] * rng.random(100_000)
    equal = DAY * rng.random(100_000)
    assert np.median(equal) / np.median(waits) > 4.0
    assert np.quantile(waits, 0.95) / np.quantile(equal, 0.95) < 1.15


def watched(rhythm: Rhythm, days: float, a_day: dict[str, float], seed: int = 1) -> datetime:
    """Looks at each target when its time comes, for some days of evenly spread posts."""
    rng = random.Random(seed)
    due = {target: START + timedelta(seconds=rng.random() * 3600) for target in a_day}
    before = dict.fromkeys(a_day, START)
    end = START + timedelta(days=days)
    while min(due.values()) < end:
        target = min(due, key=lambda one: due[one])
        now = due[target]
        count = a_day[target] * (now - before[target]).total_seconds() / DAY
        posts = int(count) + (rng.random() < count % 1)
        span = (now - before[target]) / max(posts, 1)
        rhythm.saw(target, [now - span * (n + 0.5) for n in range(posts)], now)
        before[target] = now
        due[target] = now + timedelta(seconds=rhythm.interval(target, now))
    return end


def test_what_is_busy_is_learnt() -> None:
    rhythm = Rhythm(60.0, 200.0)
    a_day = {"busy": 160.0, "calm": 10.0}
    for target in a_day:
        rhythm.add(target)
    at = rhythm.interval("busy", START)
    assert at == rhythm.interval("calm", START), "nothing is known yet"
    end = watched(rhythm, 21, a_day)
    assert rhythm.interval("calm", end) / rhythm.interval("busy", end) == pytest.approx(4, rel=0.3)


def test_the_night_saves_for_the_day_and_the_day_stays_within_the_budget() -> None:
    book = Book(hours=[400.0 if 3 <= hour < 17 else 20.0 for hour in range(24)])
    rhythm = Rhythm(60.0, 1_000.0, book)
    rhythm.add("one")
    spent = []
    for hour in range(24):
        now = START.replace(hour=hour)
        spent.append(3_600.0 / rhythm.interval("one", now))
    assert sum(spent) == pytest.approx(900.0, rel=0.01)
    assert spent[10] / spent[22] == pytest.approx((405 / 25) ** 0.5, rel=0.01)


def test_a_page_that_suddenly_says_much_is_looked_at_more_often() -> None:
    rhythm = Rhythm(60.0, 100.0)
    for target in ("a", "b", "c"):
        rhythm.add(target)
        rhythm.saw(target, [], START)
    before = rhythm.interval("a", START)
    now = START + timedelta(hours=1)
    rhythm.saw("a", [now] * 30, now)
    assert rhythm.interval("a", now + timedelta(minutes=2)) < before / 1.5
    later = now + timedelta(hours=7)
    assert rhythm.interval("a", later) > rhythm.interval("a", now + timedelta(minutes=5))


def test_without_a_budget_nothing_is_stretched() -> None:
    rhythm = Rhythm(300.0, None)
    for number in range(10_000):
        rhythm.add(str(number))
    assert not rhythm.tight
    assert rhythm.interval("7", START) == 300.0


def quiet_for(hours: float, *, a_day: float = 48.0, gap_hours: float = 1.0, **more: float) -> bool:
    beat = Beat(
        posts=a_day * 10, seconds=10 * DAY, at=START.timestamp(), last=START.timestamp(),
        gap=gap_hours * 3600, **more,
    )  # fmt: skip
    rhythm = Rhythm(300.0, None, Book(beats={"one": beat}))
    rhythm.add("one")
    return rhythm.silence("one", START + timedelta(hours=hours)) is not None


def test_a_silence_is_what_chance_nearly_never_brings() -> None:
    assert not quiet_for(3)
    assert not quiet_for(6)
    assert quiet_for(9)
    assert not quiet_for(9, a_day=2.0)
    assert quiet_for(24 * 9, a_day=2.0)


def test_a_page_that_rests_at_weekends_is_not_silent_on_sunday() -> None:
    assert not quiet_for(48, gap_hours=62)
    assert quiet_for(125, gap_hours=62)


def test_the_night_is_no_silence() -> None:
    hours = [1_000.0 if 3 <= hour < 17 else 10.0 for hour in range(24)]
    last = datetime(2026, 11, 20, 17, tzinfo=UTC)
    beat = Beat(posts=480, seconds=10 * DAY, at=1.0, last=last.timestamp(), gap=3600.0)
    rhythm = Rhythm(300.0, None, Book(beats={"one": beat}, hours=hours))
    rhythm.add("one")
    assert rhythm.silence("one", last + timedelta(hours=10)) is None
    assert rhythm.silence("one", last + timedelta(hours=16)) is not None


def test_a_new_target_is_never_silent() -> None:
    rhythm = Rhythm(300.0, None)
    rhythm.add("one")
    rhythm.saw("one", [START], START)
    assert rhythm.silence("one", START + timedelta(days=30)) is None


class Crowd(Walls):
    """So many targets that their wished pace is far over the budget."""

    class Config(Walls.Config):
        def limits(self) -> dict[str, Limit]:
            return {"wall.get": Limit(per_second=3, a_day=200)}

        def looks_a_day(self, target: str) -> tuple[str, float] | None:
            return ("wall.get", 200.0)


def test_a_tight_budget_never_runs_dry_and_starves_nobody(tmp_path: Path) -> None:
    names = [f"wall{n}" for n in range(50)]
    world, asked, reported = Crowd(names), list[tuple[str, datetime]](), list[Status]()

    async def main() -> None:
        time, stop = VirtualTime(), asyncio.Event()

        def handler(request: httpx.Request) -> httpx.Response:
            asked.append((request.url.path, time.now))
            return httpx.Response(200)

        config = Crowd.Config(kind="world", legal_basis="ours", every_seconds=60.0)
        running = asyncio.create_task(
            collect(
                [Instance(name="one", kind="world", collector=world, config=config)],
                Log(),
                Store(),
                options=Options(secret=SECRET, folder=tmp_path, publish_seconds=3600.0),
                stop=stop,
                clock=time.clock,
                report=reported.append,
                inner=httpx.MockTransport(handler),
                rng=random.Random(1),
            )
        )
        await time.pass_for(2 * DAY)
        stop.set()
        await running

    asyncio.run(main())
    assert {status.state for status in reported} == {"starting", "quiet"}, "no budget was met"
    for start in range(0, 25, 6):
        begin = START + timedelta(hours=start)
        within = [at for _, at in asked if begin <= at < begin + timedelta(days=1)]
        assert 150 <= len(within) <= 200
    looks = Counter(path for path, _ in asked)
    assert len(looks) == 50
    assert min(looks.values()) >= 4
    kept = msgspec.json.decode((tmp_path / "rhythms.json").read_bytes())
    assert len(kept["books"]["one/wall.get"]["beats"]) == 50


@pytest.mark.parametrize("written", [b"", b"[]", b'{"books": {"a": {"hours": [1]}}}'])
def test_a_damaged_file_is_learnt_anew(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "r.json").write_bytes(written)
    config = Crowd.Config(kind="world", legal_basis="ours", every_seconds=60.0)
    world = Crowd(["a"])
    one = Instance(name="one", kind="world", collector=world, config=config)
    rhythm = Rhythms(tmp_path / "r.json").of(one, "a", purse_of(one, Ledger(), Clock()))
    rhythm.add("one/a")
    assert rhythm.interval("one/a", START) > 0


def test_what_matters_four_times_as_much_is_looked_at_twice_as_often() -> None:
    rhythm = Rhythm(60.0, 1000.0)
    for page in range(200):
        rhythm.add(str(page), 4.0 if page == 7 else 1.0)
    plain, dear = rhythm.interval("8", START), rhythm.interval("7", START)
    assert plain / dear == pytest.approx(2.0, rel=0.02)
    rhythm.boost("8", START)
    later = START + timedelta(minutes=2)
    assert rhythm.interval("8", later) == pytest.approx(rhythm.interval("7", later), rel=0.02)
    done = START + timedelta(hours=6, minutes=1)
    assert rhythm.interval("8", done) == pytest.approx(plain, rel=0.02)


def test_a_priority_of_nothing_is_a_mistake() -> None:
    table = {"kind": "rss", "legal_basis": "ours", "feeds": [{"name": "a", "url": "https://a.kz/"}]}
    assert instance("news", table | {"priority": {"a": 4}}).config.priority == {"a": 4.0}
    with pytest.raises(SettingsError, match="priority: 'b' is no target of it"):
        instance("news", table | {"priority": {"b": 4}})
    with pytest.raises(SettingsError, match=r"priority\.a: input should be less than"):
        instance("news", table | {"priority": {"a": 40}})


def test_pages_that_carry_a_spike_are_looked_at_more(tmp_path: Path) -> None:
    time, stop = VirtualTime(), asyncio.Event()
    asked: list[str] = []

    async def loud() -> set[str]:
        asked.append("")
        if len(asked) == 1:
            raise Busy("the store is away", 5.0)
        return {"one/wall", "gone/target"}

    world = World([])

    async def main() -> None:
        options = Options(secret=SECRET, folder=tmp_path, publish_seconds=3600.0)
        running = asyncio.create_task(
            collect(
                [configured(world)],
                Log(),
                Store(),
                options=options,
                stop=stop,
                clock=time.clock,
                loud=loud,
            )
        )
        await time.pass_for(700.0)
        stop.set()
        await running

    asyncio.run(main())
    assert len(asked) == 5
    rhythms = Rhythms(tmp_path / "rhythms.json")
    book = next(iter(rhythms.books.values()))
    assert book.beats["one/wall"].boost > (START + timedelta(hours=6)).timestamp()


def test_where_pages_differ_their_own_counts_are_believed_soon() -> None:
    day = np.full(1000, DAY)
    rng = np.random.default_rng(1)
    alike = rng.poisson(5.0, 1000).astype(float)
    unlike = rng.poisson(5_000.0 / np.arange(1, 1001) / 7.5).astype(float)
    assert prior_seconds(alike, day) == DAY, "what differs is chance"
    assert prior_seconds(unlike, day) < DAY / 10
    assert prior_seconds(unlike[:5], day[:5]) == DAY, "too few to tell"
    assert prior_seconds(np.zeros(1000), day) == DAY
