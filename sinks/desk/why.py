"""Why a mention has its labels: which words and which rule, asked of the weights of now."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from models import appeal, emergency, sentiment, urgent
from models.explain import Named, Weighed, Why
from models.texts import NUMBER, URL, USER, Text
from rezonans.i18n import Translator, mark
from sinks import sentence as say
from sinks.desk.labels import APPEALS, LANGUAGES, SENTIMENTS
from sinks.desk.query import Reader, ask
from sinks.desk.vocabulary import Vocabulary

Explain = Callable[[Text], Sequence[Why]]
"""Slow: called on a thread, one at a time."""

QUESTIONS = {
    "topic": mark("Topic"),
    "appeal": mark("Appeal"),
    "sentiment": mark("Sentiment"),
    "urgent": mark("Urgency"),
}
ANSWERS = {
    **APPEALS,
    **SENTIMENTS,
    "none": mark("not an appeal"),
    "calm": mark("not urgent"),
    "urgent": mark("urgent"),
    "other": mark("nothing public"),
}
"""What codes of answers are called, topics apart."""
_ANOTHER = mark("another language")
_NAMELESS = mark("a topic without a name")
_MASKS = {URL: mark("a link"), USER: mark("an account")}
_PLAIN = re.compile(r"\S{1,200}")
"""An item that an order can name."""
_FULL = 4.0
"""Log-odds that fill a bar."""


class TextRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mention as the models read it, and who read it."""

    item: str
    title: str | None = None
    text: str = ""
    context: str | None = None
    model: dict[str, str] = {}
    languages: dict[str, float] = {}


@dataclass(frozen=True)
class WordView:
    text: str
    bar: int
    """0 to 100."""
    favours: bool
    context: bool


@dataclass(frozen=True)
class Choice:
    """A label that may be the right one: `do` as the form sends it."""

    do: str
    text: str
    examples: Sequence[str] = ()
    """What people write where this is the right one."""


@dataclass(frozen=True)
class LabelView:
    key: str
    question: str
    answer: str
    share: str
    rule: str
    words: Sequence[WordView]
    choices: Sequence[tuple[str, Sequence[Choice]]]
    """By heading, empty where there is none."""
    answers: str = ""
    """Who answers for a topic that is shown, in words; empty where nobody is named."""
    also: Sequence[str] = ()
    """Sentences on a topic that words give beside this one: which, by which rule, which words."""


@dataclass(frozen=True)
class WhyView:
    text: str
    context: str
    languages: str
    """Shares of the languages that the text mixes, in words; empty where it is in one."""
    labels: Sequence[LabelView]
    versions: str
    """Of the heads that were asked, in words."""
    newer: bool
    """The labels in the store were made by other weights than those that are asked here."""


class Whys:
    """Answers for the items of a store."""

    def __init__(self, store: Reader, explain: Explain) -> None:
        self._store, self._explain = store, explain
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, item: str, words: Translator, spoken: Vocabulary) -> WhyView | None:
        """The view of an item; `None` where the store has no such mention. `Unreachable`."""
        rows = await ask(self._store, "text", TextRow, item=item)
        if not rows:
            return None
        row = rows[0]
        text = Text(text=row.text, title=row.title, context=row.context)
        async with self._one_at_a_time:
            found = await asyncio.to_thread(self._explain, text)
        return view(row, found, words, spoken)


def view(row: TextRow, found: Sequence[Why], words: Translator, spoken: Vocabulary) -> WhyView:
    """What the page shows. Pure."""
    title = f"{row.title}. " if row.title and row.title not in row.text else ""
    return WhyView(
        text=say.one_line(title + row.text, 2_000),
        context=say.one_line(row.context or "", 300),
        languages=_languages(row.languages, words),
        labels=[_label(row.item, why, words, spoken) for why in found],
        versions=_versions(found, words),
        newer=_differ(found, row.model),
    )


def _languages(shares: Mapping[str, float], words: Translator) -> str:
    if len(shares) < 2:
        return ""
    told = sorted(shares.items(), key=lambda pair: -pair[1])
    return ", ".join(
        f"{words.gettext(LANGUAGES.get(code, _ANOTHER))} {words.percent(share)}"
        for code, share in told
    )


def _versions(found: Sequence[Why], words: Translator) -> str:
    asked = {name: version for why in found for name, version in why.versions.items()}
    told = ", ".join(f"{name} {version}" for name, version in asked.items())
    return words.gettext("Models: {versions}", versions=told) if told else ""


def _differ(found: Sequence[Why], model: Mapping[str, str]) -> bool:
    stored = {name: version.rpartition("+")[2] for name, version in model.items()}
    asked = {name: version for why in found for name, version in why.versions.items()}
    return any(stored.get(name) not in (None, version) for name, version in asked.items())


def _label(item: str, why: Why, words: Translator, spoken: Vocabulary) -> LabelView:
    called = spoken.names.topic(why.likeliest) if why.label == "topic" else None
    known = ANSWERS.get(why.likeliest, _NAMELESS if why.label == "topic" else why.likeliest)
    answer = called or words.gettext(known)
    return LabelView(
        key=why.label,
        question=words.gettext(QUESTIONS[why.label]),
        answer=answer,
        share=words.percent(why.probability),
        rule=_rule(why, words),
        words=[_word(word, words) for word in why.words],
        choices=list(_choices(item, why, words, spoken)) if _PLAIN.fullmatch(item) else [],
        answers=_answers(why, words, spoken),
        also=() if why.named is None else _also(why.named, words, spoken),
    )


def _answers(why: Why, words: Translator, spoken: Vocabulary) -> str:
    if why.label != "topic" or why.rule != "shown":
        return ""
    name = spoken.names.authority(why.likeliest)
    return words.gettext("Answers for it: {name}", name=name) if name else ""


def _also(named: Named, words: Translator, spoken: Vocabulary) -> Sequence[str]:
    rule = words.gettext(
        "By its words it is also about: {topic}, {share}. The rule: with what it answers, the text"
        " names an emergency at least {least} times, and with {part} of its words or more.",
        topic=spoken.names.topic(named.code) or named.code,
        share=words.percent(named.probability),
        least=emergency.LEAST_WORDS,
        part=words.percent(emergency.LEAST_SHARE),
    )
    own, above = (
        ", ".join(say.one_line(word, 60) for word in each) for each in (named.words, named.context)
    )
    return [
        rule,
        *([words.gettext("Words of the text: {words}.", words=own)] if own else []),
        *([words.gettext("Words of what it answers: {words}.", words=above)] if above else []),
    ]


def _choices(
    item: str, why: Why, words: Translator, spoken: Vocabulary
) -> Iterator[tuple[str, Sequence[Choice]]]:
    """What else it may be: topics group by group, each with what people write of it."""
    for heading, options in _options(why.label, words, spoken):
        found = [
            Choice(f"relabel item:{item} {why.label}={code}", text, spoken.examples.get(code, ()))
            for code, text in options
            if code != why.likeliest
        ]
        if found:
            yield heading, found


def _options(
    label: str, words: Translator, spoken: Vocabulary
) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    if label == "topic":
        return [(group.name, group.topics) for group in spoken.groups]
    codes = {"appeal": appeal.CLASSES, "sentiment": sentiment.CLASSES}.get(label, urgent.CLASSES)
    return [("", [(code, words.gettext(ANSWERS[code])) for code in codes])]


def _rule(why: Why, words: Translator) -> str:
    least = words.percent(why.threshold)
    if why.rule == "unsure":
        return words.gettext("Not shown: it is shown from {share} on.", share=least)
    if why.rule == "unnamed":
        return words.gettext("Not shown: the taxonomy has no such topic.")
    if why.rule == "no topic":
        return words.gettext("Not shown: the text is about no public matter.")
    if why.threshold:
        return words.gettext("Shown: from {share} on.", share=least)
    return words.gettext("Shown: the likeliest.")


def _word(word: Weighed, words: Translator) -> WordView:
    bar = round(100 * min(1.0, abs(word.weight) / _FULL))
    return WordView(_spelled(word.word, words), bar, word.weight > 0, word.context)


def _spelled(word: str, words: Translator) -> str:
    """A word as a reader knows it: masks by name, signs in marks that make them seen."""
    if word in _MASKS:
        return words.gettext(_MASKS[word])
    if not word.strip(NUMBER):
        return words.gettext("a number")
    text = say.one_line(word, 60)
    return text if any(letter.isalnum() for letter in text) else f"«{text}»"
