"""How sources stand is published while the loop runs, and lives on over a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from collectors import Stretch
from collectors.runner import Options, instance
from collectors.runner.freshness import Ages
from collectors.runner.gaps import Gaps
from collectors.runner.standing import (
    BudgetStanding,
    SourceStanding,
    Standing,
    TargetStanding,
    read,
)
from rezonans.cli.sources import told
from rezonans.troubles import Busy
from tests.collectors.fakes import vk
from tests.collectors.stage import SECRET, START, Log, Store, Time, World, configured, post, run


def test_what_stands_is_published_and_read_again(tmp_path: Path) -> None:
    world = World([post(1), post(2)])
    options = Options(secret=SECRET, folder=tmp_path)
    run([configured(world)], Log(), time=Time(most=12), options=options)
    standing = read(tmp_path)
    [target] = standing.targets
    assert (target.instance, target.state) == ("one", "quiet")
    assert target.since == target.last_success or target.last_success is not None
    assert standing.sources["one"].half == pytest.approx(30.0, rel=0.01)
    world.all += [post(3, published_at=START + timedelta(seconds=1), flags=("gap_suspected",))]
    world.errors = [None, Busy("come later", 60.0)]
    later = Time(now=START + timedelta(hours=1), most=12)
    log = Log()
    run([configured(world)], log, time=later, options=options, store=Store(log.pages))
    [after] = read(tmp_path).targets
    assert after.since == target.since, "it was watched before"


def test_a_target_that_never_succeeded_lags_since_the_process_began(tmp_path: Path) -> None:
    world = World([post(1)])
    world.errors = [Busy("come later", 60.0)] * 40
    options = Options(secret=SECRET, folder=tmp_path)
    time = Time(most=20)
    run([configured(world)], Log(), time=time, options=options)
    [target] = read(tmp_path).targets
    assert (target.state, target.last_success) == ("waiting", None)
    assert target.lag == pytest.approx((time.now - START).total_seconds(), abs=1.0)
    assert target.lag > 60


def test_budgets_are_published(tmp_path: Path) -> None:
    face = vk.Vk(vk.World())
    table = {"kind": "vk", "legal_basis": "ours", "token": vk.TOKEN, "walls": [{"name": "club123"}]}
    options = Options(secret=SECRET, folder=tmp_path)

    def answer(request: httpx.Request) -> httpx.Response:
        return face(request)

    run([instance("walls", table)], Log(), time=Time(most=30), options=options, handler=answer)
    standing = read(tmp_path)
    found = {one.method: one for one in standing.budgets}
    assert found["wall.get"].a_day == 5000
    assert found["wall.get"].left is not None
    assert 4900 < found["wall.get"].left < 5000
    assert vk.TOKEN not in (tmp_path / "standing.json").read_text("utf-8")


def test_a_damaged_file_is_a_new_beginning(tmp_path: Path) -> None:
    (tmp_path / "standing.json").write_bytes(b'{"targets": [{"instance"')
    assert read(tmp_path) == Standing()
    run([configured(World([post(1)]))], Log(), options=Options(secret=SECRET, folder=tmp_path))
    assert len(read(tmp_path).targets) == 1


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def target(name: str, **more: object) -> TargetStanding:
    facts = {
        "instance": "walls",
        "kind": "vk",
        "target": name,
        "state": "ok",
        "reason": "reads",
        "since": NOW - timedelta(days=10),
        "last_success": NOW - timedelta(seconds=30),
        "posts_a_day": 5.0,
    }
    return TargetStanding(**(facts | more))  # type: ignore[arg-type]


def test_it_is_told_in_lines() -> None:
    ages = Ages()
    ages.add([100.0] * 90 + [4000.0] * 10)
    lost = Stretch(NOW - timedelta(hours=20), NOW - timedelta(hours=3, minutes=12))
    standing = Standing(
        at=NOW,
        targets=[
            target("a"),
            target("b", gaps=Gaps(open=[lost], closed=2)),
            target("c", state="silent", reason="answers, but has brought nothing for 2 days"),
            target(
                "d",
                state="error",
                reason="refused",
                last_success=None,
                until=NOW + timedelta(hours=24),
            ),
        ],
        budgets=[
            BudgetStanding(instance="walls", method="wall.get", a_day=5000, left=1234),
            BudgetStanding(
                instance="walls",
                method="*",
                blocked_until=NOW + timedelta(seconds=50),
                why="VK asks to wait",
            ),
        ],
        sources={
            "walls": SourceStanding(ages=ages, half=120.0, nearly_all=3600.0, looks_a_day=5000.0)
        },
    )
    lines = list(told(standing, NOW + timedelta(seconds=5), 900.0))
    assert lines[0] == "sources as they stood at 2026-11-20 12:00:00 UTC"
    assert lines[2:] == [
        "walls (vk): 4 target(s): 2 ok, 1 silent, 1 error",
        "    last success 30 s ago, the oldest 30 s ago, 1 never; lag 0 s",
        "    fresh: half within 102 s, 95 % within 70 min (100 posts); "
        "the schedule promises 2 min and 60 min",
        "    complete: 97.5 % of the time of the last 7 days; gaps: 1 open, 2 closed",
        "    budget: wall.get: 1,234 of 5,000 left today",
        "    budget: all methods: no daily limit; waits for 50 s: VK asks to wait",
        "    95 % within 15 min would need 365 looks a day; the budget is enough for 5,000",
        "    c: silent: answers, but has brought nothing for 2 days",
        "    d: error: refused; again in 24 h",
    ]


def test_it_is_told_when_nothing_runs() -> None:
    standing = Standing(at=NOW, targets=[target("a")])
    [first, *_] = told(standing, NOW + timedelta(hours=3), 900.0)
    assert first.endswith("; nothing reads now, this was 3 h ago")
    assert list(told(Standing(), NOW, 900.0)) == [
        "sources: none was ever read here; `rezonans run` starts it"
    ]
