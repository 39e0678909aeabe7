"""Labels of the models as small marks: what, how sure, and said so where they are not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rezonans.i18n import Translator, mark
from sinks.desk.query import LabelRow
from sinks.sentence import Names

UNSURE = 0.55
"""Below this probability a label is shown as a guess."""

SENTIMENTS = {
    "negative": mark("negative"),
    "neutral": mark("neutral"),
    "positive": mark("positive"),
}
APPEALS = {
    "complaint": mark("complaint"),
    "incident": mark("incident"),
    "question": mark("question"),
    "suggestion": mark("suggestion"),
    "gratitude": mark("gratitude"),
}
LANGUAGES = {"ru": mark("Russian"), "kk": mark("Kazakh"), "mixed": mark("mixed")}


@dataclass(frozen=True)
class Chip:
    """One mark: `tone` is its colour's name, `share` a percentage, empty for stated facts."""

    tone: str
    text: str
    share: str = ""
    unsure: bool = False
    hint: str = ""


def chips(row: LabelRow | None, words: Translator, names: Names) -> list[Chip]:
    """Topic, appeal, sentiment and place; nothing for what no model has said."""
    if row is None:
        return []
    found = [_topic(row, words, names), _appeal(row, words), _sentiment(row, words)]
    place = names.place(row.place) if row.place else None
    if place:
        found.append(Chip("place", place, hint=words.gettext("Place")))
    return [chip for chip in found if chip is not None]


def _topic(row: LabelRow, words: Translator, names: Names) -> Chip | None:
    name = names.topic(row.topic) if row.topic else None
    if name is None:
        return None
    chip = _guess("topic", name, row.topic_probability, words.gettext("Topic"), words)
    who = names.authority(row.topic) if row.topic else None
    answers = words.gettext("Answers for it: {name}", name=who) if who else ""
    return replace(chip, hint=". ".join(filter(None, (chip.hint, answers))))


def _appeal(row: LabelRow, words: Translator) -> Chip | None:
    if row.stated_appeal in APPEALS:
        hint = words.gettext("Appeal, as its sender states it")
        return Chip("appeal", words.gettext(APPEALS[row.stated_appeal]), hint=hint)
    if row.appeal not in APPEALS:
        return None
    name = words.gettext(APPEALS[row.appeal])
    return _guess("appeal", name, row.appeal_probability, words.gettext("Appeal"), words)


def _sentiment(row: LabelRow, words: Translator) -> Chip | None:
    if row.sentiment not in SENTIMENTS:
        return None
    name = words.gettext(SENTIMENTS[row.sentiment])
    hint = words.gettext("Sentiment")
    return _guess(row.sentiment, name, row.sentiment_probability, hint, words)


def _guess(tone: str, name: str, probability: float | None, hint: str, words: Translator) -> Chip:
    if probability is None:
        return Chip(tone, name, hint=hint)
    unsure = probability < UNSURE
    text = words.gettext("perhaps {label}", label=name) if unsure else name
    if unsure:
        doubt = words.gettext("the model is not sure")
        hint = f"{hint}: {doubt}"
    return Chip(tone, text, words.percent(probability), unsure, hint)
