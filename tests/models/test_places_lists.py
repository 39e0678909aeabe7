"""A list of adjectives is gone over once, and each of them learns what each alone would."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from models.places import gazetteer, marks
from models.places.roles import role
from models.places.tokens import Scanned, listed, tokenize
from models.places.words import Reader

READER = Reader(gazetteer.load())
SPOKEN = "Таразский Кордайская, Жамбылской и или области район районы вода , - Аса ауылы. ская"
WORDS = st.sampled_from(SPOKEN.split())


def _alone(scanned: Scanned, at: int) -> marks.Mark:
    """Looks along the whole list from one of its words."""
    tokens, last = scanned.tokens, at
    while at + 1 < len(tokens):
        token, gap = tokens[at + 1], scanned.gap(at, at + 1)
        stated = role(token.low)
        goes_on = token.reading is not None and token.reading.adjectives
        if listed(gap) and (stated == "and" or goes_on):
            at += 1
        elif at == last:
            return marks.after(scanned, last, adjective=True)
        elif listed(gap) and stated in ("region", "district"):
            return stated, stated
        else:
            return None, None
    return None, None


def _scanned(text: str) -> Scanned:
    return Scanned(text, tokenize(text, READER), [], set(), {})


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join), st.booleans())
def test_each_adjective_of_a_list_learns_what_it_would_alone(text: str, backwards: bool) -> None:
    scanned = _scanned(text)
    order = range(len(scanned.tokens))
    for at in reversed(order) if backwards else order:
        assert marks.after_adjective(scanned, at) == _alone(scanned, at)


def test_a_list_is_gone_over_once() -> None:
    class Counting(Scanned):
        gaps = 0

        def gap(self, left: int, right: int) -> str:
            Counting.gaps += 1
            return super().gap(left, right)

    scanned = Counting(*_scanned("Таразский, Кордайский, " * 300 + "районы"))
    assert marks.after_adjective(scanned, 0) == ("district", "district")
    for at in range(len(scanned.tokens)):
        marks.after_adjective(scanned, at)
    assert Counting.gaps < 3 * len(scanned.tokens)
