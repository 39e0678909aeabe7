"""A life on VK in any order: nothing is lost and nothing doubled."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from collectors import Refused
from tests.collectors.fakes.vk import World, error
from tests.collectors.vk_reader import Reader

DAY = 86_400.0


class Life(RuleBasedStateMachine):
    """Posts, comments, edits, deletions, faults and looks in any order: nothing lost or doubled."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.reader = Reader(self.world)
        self.seen: set[str] = set()

    def _post(self, number: int) -> Any:
        return self.world.posts[number % len(self.world.posts)]

    @rule(pinned=st.booleans())
    def write(self, pinned: bool) -> None:
        self.world.pass_(1)
        self.world.post("Жазба", pinned=pinned and not any(p.pinned for p in self.world.posts))

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50), at=st.integers(0, 9))
    def talk(self, number: int, at: int) -> None:
        post = self._post(number)
        self.world.pass_(1)
        top = [c for c in post.living if not c.parent]
        parent = top[at].id if at < len(top) else 0
        self.world.comment(post, "Пікір", parent=parent)

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50))
    def edit(self, number: int) -> None:
        self.world.pass_(1)
        post = self._post(number)
        post.text, post.edited = post.text + "!", self.world.now

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50))
    def delete(self, number: int) -> None:
        self._post(number).deleted = True

    @precondition(lambda self: self.world.posts)
    @rule(number=st.integers(0, 50), at=st.integers(0, 9))
    def hush(self, number: int, at: int) -> None:
        comments = self._post(number).comments
        if comments:
            comments[at % len(comments)].deleted = True

    @rule(code=st.sampled_from([1, 6, 9, 10, 15, 29]), after=st.integers(0, 4))
    def fail(self, code: int, after: int) -> None:
        self.reader.face.faults = [lambda request: None] * after + [error(code)]
        try:
            self.reader.look()
        except Refused:
            pass
        finally:
            self.reader.face.faults = []
        self._saw()

    @rule(seconds=st.sampled_from([5.0, 4000.0]))
    def look(self, seconds: float) -> None:
        self.world.pass_(seconds)
        self.reader.look()
        self._saw()

    def _saw(self) -> None:
        self.seen |= {item for item, _, _ in self.reader.facts()}

    @invariant()
    def nothing_is_told_twice(self) -> None:
        facts = self.reader.facts()
        assert not facts or max(facts.values()) == 1, facts.most_common(1)

    def teardown(self) -> None:
        for _ in range(2):  # within a day everything is compared
            self.world.pass_(DAY + 60)
            self.reader.look()
        self.nothing_is_told_twice()
        created, gone = set(self.reader.of("created")), set(self.reader.of("deleted"))
        for post in self.world.posts:
            item = f"vk:-123_{post.id}"
            if post.deleted:
                assert (item in gone) == (item in created)
                continue
            assert item in created - gone
            for comment in post.comments:
                name = f"{item}:c{comment.id}"
                assert (name in gone) == (name in created and comment.deleted), name
                assert comment.deleted or name in created, name
        last = {p.item: p.text for p in self.reader.told if p.event in ("created", "edited")}
        assert all(
            last[f"vk:-123_{post.id}"] == post.text for post in self.world.posts if not post.deleted
        )


Life.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestLife = Life.TestCase
