"""The journal: what was acknowledged is read, in order, whatever is killed, cut or full."""

from __future__ import annotations

import asyncio
import errno
import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from collectors.runner.journal import Entry, Journal
from rezonans.troubles import Busy
from tests.collectors.stage import START


class Now:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def said(entries: list[Entry]) -> list[str]:
    return [entry.said for entry in entries]


def rest(journal: Journal, after: int = 0, most: int = 10_000) -> list[Entry]:
    """All behind a number, page by page."""
    found: list[Entry] = []
    while page := journal.after(after, most):
        found += page
        after = page[-1].number
    return found


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_what_was_kept_is_read_in_order(tmp_path: Path) -> None:
    async def main() -> None:
        journal = Journal(tmp_path, Now())
        await journal.keep(["бір", "екі"])
        await asyncio.gather(*(journal.keep([f"үш {n}"]) for n in range(3)))
        await journal.keep([])
        entries = journal.after(0)
        assert said(entries) == ["бір", "екі", "үш 0", "үш 1", "үш 2"]
        assert said(journal.after(entries[1].number)) == ["үш 0", "үш 1", "үш 2"]
        assert journal.after(journal.last) == []
        assert said(Journal(tmp_path, Now()).after(entries[3].number)) == ["үш 2"]

    asyncio.run(main())


def test_those_who_come_together_share_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)

    async def main() -> None:
        journal = Journal(tmp_path, Now())
        await asyncio.gather(*(journal.keep([str(n)]) for n in range(50)))

    asyncio.run(main())
    assert len(synced) == 1


def test_numbers_grow_even_when_the_folder_is_lost_and_the_clock_goes_back(tmp_path: Path) -> None:
    async def main() -> None:
        now = Now()
        first = Journal(tmp_path / "one", now)
        await first.keep(["a"])
        now.now += timedelta(seconds=1)
        second = Journal(tmp_path / "two", now)
        await second.keep(["b"])
        assert second.last > first.last
        now.now -= timedelta(hours=1)
        await second.keep(["c"])
        assert said(second.after(first.last)) == ["b", "c"]

    asyncio.run(main())


def test_half_a_piece_at_the_end_is_cut_off_and_writing_goes_on(tmp_path: Path) -> None:
    async def main() -> None:
        journal = Journal(tmp_path, Now())
        await journal.keep(["whole"])
        (file,) = files(tmp_path)
        raw = file.read_bytes()
        for cut in (1, 5, 17, len(raw) - 1):
            file.write_bytes(raw + raw[:cut])
            again = Journal(tmp_path, Now())
            await again.keep(["next"])
            assert said(again.after(0)) == ["whole", "next"]

    asyncio.run(main())


def test_a_full_disk_keeps_nothing_of_a_knock_and_all_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def main() -> None:
        journal = Journal(tmp_path, Now())
        await journal.keep(["before"])
        with monkeypatch.context() as broken:
            broken.setattr(os, "fdatasync", full)
            with pytest.raises(Busy, match="No space"):
                await journal.keep(["lost", "lost too"])
        await journal.keep(["after"])
        assert said(rest(Journal(tmp_path, Now()))) == ["before", "after"]

    asyncio.run(main())


def test_a_full_journal_says_so_until_the_store_has_some_of_it(tmp_path: Path) -> None:
    async def main() -> None:
        journal = Journal(tmp_path, Now(), most_bytes=1_000)
        for _ in range(4):
            await journal.keep(["x" * 100])
        with pytest.raises(Busy, match="is full"):
            await journal.keep(["x" * 500])
        journal.forget(journal.last)
        await journal.keep(["again"])
        assert said(journal.after(0)) == ["again"]

    asyncio.run(main())


def test_damage_costs_the_rest_of_its_file_and_no_other(tmp_path: Path) -> None:
    async def main() -> None:
        journal = Journal(tmp_path, Now(), segment_bytes=300)
        for number in range(12):
            await journal.keep([f"{number}" * 20])
        second = files(tmp_path)[1]
        raw = bytearray(second.read_bytes())
        raw[len(raw) // 2] ^= 0xFF
        second.write_bytes(raw)
        found = said(rest(Journal(tmp_path, Now(), segment_bytes=300), most=100))
        assert found[0] == "0" * 20
        assert found[-1] == "11" * 20
        assert 12 - len(found) <= 3

    asyncio.run(main())


def test_only_the_owner_can_read_what_is_not_masked_yet(tmp_path: Path) -> None:
    async def main() -> None:
        await Journal(tmp_path / "one", Now()).keep(["+7 701 234 56 78"])

    asyncio.run(main())
    assert (tmp_path / "one").stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in files(tmp_path / "one"))


class Life(RuleBasedStateMachine):
    """Knocks, readers, crashes and forgetting in any order, beside a list that does the same."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.now = Now()
        self.path = Path(self.folder.name)
        self.journal = self._open()
        self.kept: list[str] = []
        self.read: list[str] = []
        self.after = 0

    def _open(self) -> Journal:
        return Journal(self.path, self.now, segment_bytes=400)

    @rule(pieces=st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=4))
    def knock(self, pieces: list[str]) -> None:
        asyncio.run(self.journal.keep(pieces))
        self.kept += pieces

    @rule(seconds=st.integers(-100, 100))
    def time_goes(self, seconds: int) -> None:
        self.now.now += timedelta(seconds=seconds)

    @rule(junk=st.binary(max_size=40))
    def crash(self, junk: bytes) -> None:
        """In the middle of a write, the first bytes of which reached the disk."""
        newest = max(files(self.path), default=None)
        if newest is not None:
            newest.write_bytes(newest.read_bytes() + junk)
        self.journal = self._open()

    @rule(most=st.integers(1, 200))
    def take(self, most: int) -> None:
        page = self.journal.after(self.after, most)
        self.read += said(page)
        self.after = page[-1].number if page else self.after

    @precondition(lambda self: self.after)
    @rule()
    def forget(self) -> None:
        self.journal.forget(self.after)

    @invariant()
    def nothing_is_lost_doubled_or_out_of_order(self) -> None:
        behind = said(rest(self.journal, self.after, 150))
        assert self.read + behind == self.kept

    def teardown(self) -> None:
        self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
