"""What a post of a plan says: its words follow from its dice alone."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from collectors.region import places, topics
from collectors.region.arrivals import CHANNEL_NAMES, Plan
from collectors.region.templates import Dice, Template, compiled, fill
from collectors.region.topics import LANGUAGES, Words
from collectors.region.writing import kushti, latin, sentence, typed

_FOLDER = resources.files(__package__) / "words"
_RUSSIAN_PERCENT = {
    "vk": 66,
    "instagram": 44,
    "telegram": 52,
    "facebook": 58,
    "news": 55,
    "109": 48,
}
_MIXED_PERCENT = 12


class Text(NamedTuple):
    """What is written, and what its writer wants where that is known."""

    text: str
    title: str | None = None
    appeal: str | None = None
    official: bool = False
    """An authority answers."""


class Voice(NamedTuple):
    """Who writes it how: language, spelling, and the choices still open."""

    language: str
    form: str
    """plain, mixed, kushti or latin."""
    dice: Dice


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of incident that can happen in a region."""

    name: str
    topic: str
    title: str
    opening: bool
    """Large enough to open a live period with."""
    words: dict[str, Words]
    months: tuple[int, ...] = ()
    """When it can happen; empty: always."""


def kinds() -> tuple[str, ...]:
    """Kinds of incidents there are texts for."""
    files = (_FOLDER / "incidents").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


@lru_cache(maxsize=64)
def kind(name: str) -> Kind:
    table = tomllib.loads((_FOLDER / "incidents" / f"{name}.toml").read_text(encoding="utf-8"))
    by_language = {language: topics.words(table[language]) for language in LANGUAGES}
    return Kind(
        name,
        table["topic"],
        table["name"],
        bool(table.get("opening")),
        by_language,
        tuple(table.get("months", ())),
    )


def possible(month: int) -> list[Kind]:
    """Kinds of incidents of a month of the year."""
    return [k for k in map(kind, kinds()) if not k.months or month in k.months]


@lru_cache(maxsize=1)
def _manner() -> dict[str, dict[str, tuple[Template, ...]]]:
    """Openings, closings and remarks by language."""
    table = tomllib.loads((_FOLDER / "manner.toml").read_text(encoding="utf-8"))
    return {k: {n: tuple(map(compiled, v)) for n, v in rows.items()} for k, rows in table.items()}


@lru_cache(maxsize=256)
def slots(region: str, place: int, language: str) -> places.Slots:
    table = tomllib.loads((_FOLDER / "slots.toml").read_text(encoding="utf-8"))
    common = {name: tuple(values) for name, values in table[language].items()}
    return {**common, **places.of(region)[place].slots[language]}


@lru_cache(maxsize=8192)
def written(plan: Plan, n: int, region: str) -> Text:
    """The words of a post. The same post always says the same."""
    copied = plan.copy[n]
    if copied >= 0:
        return _copy(written(plan, copied, region), Dice(plan.dice[n]))
    voice = _voice(plan, n)
    given = slots(region, plan.place[n], voice.language)
    speak = _Speaker(given, voice, warm=plan.topic[n] < 0)
    return speak.comment(plan, n) if plan.parent[n] >= 0 else speak.post(plan, n)


def is_repost(plan: Plan, n: int) -> bool:
    """A copy made with the button of the platform; the others were typed or pasted."""
    return plan.copy[n] >= 0 and plan.dice[n] % 2 == 0


def _copy(original: Text, dice: Dice) -> Text:
    """A pasted text: as it was, or with a word of one's own before or after it."""
    before = dice.one(("", "", "", "Репост! ", "Бөлісіңіздер! ", "Макс репост "))
    after = dice.one(("", "", "", " !!!", " 🙏", " 😡"))
    return original._replace(text=before + original.text + after)


def _voice(plan: Plan, n: int) -> Voice:
    dice = Dice(plan.dice[n])
    # A commenter mostly answers in the language of the post.
    leader = Dice(plan.dice[plan.root[n]]) if dice.chance(75) else dice
    share = _RUSSIAN_PERCENT[CHANNEL_NAMES[plan.channel[n]]]
    language = "ru" if leader.chance(share) else "kk"
    if dice.chance(_MIXED_PERCENT):
        return Voice(language, "mixed", dice)
    form = "plain"
    if language == "kk" and CHANNEL_NAMES[plan.channel[n]] != "news":
        form = (
            ("kushti", "latin", "plain")[min(dice.roll(100) // 18, 2)] if dice.chance(80) else form
        )
    return Voice(language, form, dice)


class _Speaker:
    """One voice about one place."""

    def __init__(self, slots: places.Slots, voice: Voice, *, warm: bool) -> None:
        self._slots, self._voice, self._dice = slots, voice, voice.dice
        self._warm = warm

    def post(self, plan: Plan, n: int) -> Text:
        """The text that starts a thread."""
        channel, topic = CHANNEL_NAMES[plan.channel[n]], plan.topic[n]
        words = self._words(plan.incident, topic)
        if channel == "news" and "news" in words.by_use:
            title, _, text = self._fill(words.by_use["news"]).partition(" || ")
            return Text(sentence(text), sentence(title))
        if plan.incident is not None:
            return Text(self._typed(self._framed(words, "post")), appeal="incident")
        if topic < 0:
            return Text(self._typed(self._fill(words.by_use["chat"])))
        appeal = self._dice.one(words.uses)
        self._warm = appeal == "gratitude"
        return Text(self._typed(self._framed(words, appeal)), appeal=appeal)

    def comment(self, plan: Plan, n: int) -> Text:
        """A remark under a post, or under another remark."""
        words, percent = self._words(plan.incident, plan.topic[n]), self._dice.roll(100)
        if plan.topic[n] >= 0 and percent < 4:
            return Text(self._say("answer"), official=True)
        own = words.by_use["comment"]
        if percent < (62 if plan.incident or plan.topic[n] < 0 else 46):
            more = (
                " " + self._say(self._dice.one(_MOODS))
                if self._dice.chance(self._more(plan, n))
                else ""
            )
            return Text(self._typed(self._fill(own) + more))
        if plan.parent[n] != plan.root[n] and percent < 80:
            return Text(self._typed(self._say("reply")))
        moods = ("kind", "joke", "kind", "ask") if plan.topic[n] < 0 else _MOODS
        return Text(self._typed(self._say(self._dice.one(moods))))

    def _more(self, plan: Plan, n: int) -> int:
        """Percent of remarks with a second sentence: people in trouble say more."""
        return 0 if plan.topic[n] < 0 else 45 if plan.incident else 25

    def _words(self, incident: str | None, topic: int) -> Words:
        if incident is not None:
            return kind(incident).words[self._voice.language]
        code = topics.CODES[topic] if topic >= 0 else "chatter"
        return topics.subject(code).words[self._voice.language]

    def _framed(self, words: Words, appeal: str) -> str:
        """With a greeting before and a demand after it, where people put them."""
        body = sentence(self._fill(words.by_use[appeal]))
        frame = "complaint" if appeal in ("incident", "post") else appeal
        if self._dice.chance(40):
            opener = self._say(f"open_{frame}")
            body = opener + (body[0].lower() + body[1:] if opener.endswith((", ", ": ")) else body)
        return body + self._say(f"close_{frame}", swap=True) if self._dice.chance(40) else body

    def _say(self, what: str, swap: bool = False) -> str:
        """A ready phrase; whoever mixes languages ends in the other one."""
        mixed = swap and self._voice.form == "mixed"
        language = _OTHER[self._voice.language] if mixed else self._voice.language
        return self._fill(_manner()[language][what])

    def _fill(self, templates: tuple[Template, ...]) -> str:
        return fill(templates[self._dice.roll(len(templates))], self._slots, self._dice)

    def _typed(self, text: str) -> str:
        text = sentence(text)
        if self._voice.form == "mixed" and self._dice.chance(60):
            text += " " + fill(*self._aside())
        if self._voice.form in ("kushti", "latin"):
            text = kushti(text) if self._voice.form == "kushti" else latin(text)
        return typed(text, self._dice, warm=self._warm)

    def _aside(self) -> tuple[Template, places.Slots, Dice]:
        """Half a thought in the other language; it names no place, so it needs no slots."""
        asides = _ASIDES[_OTHER[self._voice.language]]
        return (asides[self._dice.roll(len(asides))], {}, self._dice)


_OTHER = {"ru": "kk", "kk": "ru"}
_MOODS = ("agree", "agree", "anger", "anger", "anger", "ask", "doubt", "joke", "kind")
_ASIDES = {
    "ru": tuple(
        map(
            compiled,
            (
                "Честно говоря, достало.",
                "Короче, бесполезно.",
                "Вообще уже.",
                "Кошмар просто.",
                "Как всегда, короче.",
                "Реально обидно.",
                "Ну что это такое.",
                "Спасибо конечно, но.",
            ),
        )
    ),
    "kk": tuple(
        map(
            compiled,
            (
                "Ұят енді.",
                "Не болды өзі?",
                "Қойшы, айтпа.",
                "Осылай өмір сүреміз ғой.",
                "Рас айтам.",
                "Масқара!",
                "Бәрекелді.",
                "Амал жоқ, шыдаймыз.",
            ),
        )
    ),
}
