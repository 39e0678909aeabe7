"""What opens a spike beside the number of posts: people like them less, or react to them more."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest

from rezonans.i18n import LANGUAGES, Language, translator
from rezonans.reasons import Lane
from rezonans.records import Mention, Sentiment, Spike
from sinks.names import names
from sinks.sentence import headline, sentence
from streams.steps.resonate import Resonance, ResonanceSettings
from tests.streams.resonance.world import START, history_pages, live_pages, mention, ordinary

NOON = START + timedelta(days=5, hours=8)
HOURS = 2
BAD, GOOD = Sentiment(0.8, 0.1, 0.1), Sentiment(0.1, 0.8, 0.1)


def felt(
    said: Iterable[Mention], chance: random.Random, bad: float = 0.25, likes: float = 10
) -> list[Mention]:
    """The posts with moods and reactions; those on water as asked, others as usual."""
    return [_felt(one, chance, bad, likes) for one in said]


def _felt(one: Mention, chance: random.Random, bad: float, likes: float) -> Mention:
    water = any(topic == "water" for topic, _ in one.topics)
    counters = {"likes": round(chance.expovariate(1 / (likes if water else 10)))}
    mood = BAD if chance.random() < (bad if water else 0.25) else GOOD
    post = msgspec.structs.replace(one.post, counters=counters)
    return msgspec.structs.replace(one, post=post, sentiment=mood)


@pytest.fixture(scope="module")
def usual() -> bytes:
    state = Resonance(ResonanceSettings())
    days = ordinary(random.Random(4), START, (NOON - START).total_seconds(), 3000)
    said = felt(days, random.Random(5))
    state.apply(list(history_pages([*said, mention("end", NOON, None, None)])))
    return state.dump()


def after(usual: bytes, bad: float = 0.25, likes: float = 10) -> list[Spike]:
    """Two hours with as many posts as usual."""
    posts = ordinary(random.Random(6), NOON, HOURS * 3600, 3000, name="n")
    said = felt(posts, random.Random(7), bad, likes)
    state = Resonance.load(usual, ResonanceSettings())
    return state.apply(list(live_pages(said, NOON, HOURS * 3600, every=30)))


def test_usual_hours_open_nothing(usual: bytes) -> None:
    assert after(usual) == []


def test_an_attitude_that_worsens_is_told(usual: bytes) -> None:
    opened = [spike for spike in after(usual, bad=0.8) if spike.change == "opened"]
    assert [spike.lane for spike in opened] == [Lane(topic="water", region="11")]
    assert opened[0].fired == ("negatives",)
    assert opened[0].observed < opened[0].high, "no more posts than usual"
    assert timedelta(0) < opened[0].at - opened[0].since <= timedelta(hours=1)


def test_it_is_told_since_when_the_mood_turned(usual: bytes) -> None:
    """Half an hour as usual, then the same posts are disliked."""
    turned = NOON + timedelta(minutes=90)
    posts = list(ordinary(random.Random(6), NOON, 3 * 3600, 3000, name="n"))
    before = [one for one in posts if one.post.published_at < turned]
    said = felt(before, random.Random(7))
    said += felt(posts[len(before) :], random.Random(8), bad=0.9)
    state = Resonance.load(usual, ResonanceSettings())
    (first, *_) = state.apply(list(live_pages(said, NOON, 3 * 3600, every=30)))
    assert first.fired == ("negatives",)
    assert abs(first.since - turned) <= timedelta(minutes=10)
    assert first.at - turned >= timedelta(minutes=15), "the hour began long before the mood turned"


def test_an_incident_right_after_a_start_is_no_mood_of_the_region(usual: bytes) -> None:
    """The hour is history but for the incident: what is told is the incident."""
    chance = random.Random(9)
    said = list(ordinary(chance, NOON, 600, 3000, name="n"))
    said += [
        mention(f"i{n}", NOON + timedelta(seconds=30 + n), "water" if n % 2 else None)
        for n in range(300)
    ]
    state = Resonance.load(usual, ResonanceSettings())
    said = [msgspec.structs.replace(one, sentiment=BAD) for one in said]
    pages = live_pages(said, NOON, 600, every=2)
    opened = [spike for spike in state.apply(list(pages)) if spike.change == "opened"]
    assert [(spike.lane, spike.fired[0]) for spike in opened] == [
        (Lane(topic="water", region="11"), "posts")
    ]
    assert opened[0].since >= NOON - timedelta(minutes=1)


def test_reactions_alone_are_told(usual: bytes) -> None:
    opened = [spike for spike in after(usual, likes=1500) if spike.change == "opened"]
    assert [spike.lane for spike in opened] == [Lane(topic="water", region="11")]
    assert opened[0].fired == ("resonance",)
    assert opened[0].resonance is not None
    assert opened[0].usual_resonance is not None
    assert opened[0].resonance > 1.5 * opened[0].usual_resonance


SAID = {
    "ru": ("Отношение ухудшилось", "негативных", "Отклик", "Так с"),
    "kk": ("Көңіл күй нашарлады", "теріс реңктілері", "Резонанс", "Бұл жағдайдың"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_read_what_fired(usual: bytes, language: Language) -> None:
    words, called = translator(language), names(language)
    worse, negative, risen, since = SAID[language]
    spike = next(one for one in after(usual, bad=0.8) if one.change == "opened")
    told = sentence(spike, words, called)
    assert worse in told
    assert since in told
    assert risen not in told
    assert negative in headline(spike, words, called)
    heard = msgspec.structs.replace(
        spike, fired=("resonance",), resonance=90.0, usual_resonance=30.0
    )
    assert risen in sentence(heard, words, called)
    assert worse not in sentence(heard, words, called)
    both = msgspec.structs.replace(spike, fired=("posts", "negatives"))
    assert since not in sentence(both, words, called)
