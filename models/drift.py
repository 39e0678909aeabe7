"""Whether the posts of today are still those that the models were made for, week by week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from models import features, language, texts
from models.past import Past

FEWEST = 50
"""Texts below which a week is told but not judged."""
MOVED = 0.2
"""Stability index from which on a mix has moved; below 0.1 is the usual unrest."""
_JUMP = 0.05
"""Change of a share, in parts of one, that is worth a word."""
ABSTAINED = "(none)"


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of one week, from Monday on."""

    monday: date
    texts: int
    abstained: float
    """Share of the texts without a topic."""
    unknown: float
    """Share of the words that are neither in the Russian dictionary nor surely Kazakh."""
    mix: dict[str, dict[str, float]]
    """Question to answer to share of the texts."""
    moved: float | None = None
    """Stability index of the topics against all weeks before; `None` where too few to judge."""


def known_words(model: language.Model) -> Callable[[str], bool]:
    """Whether a word, as the heads read it, is in the Russian dictionary or surely Kazakh."""
    kazakh = language.LANGUAGES.index("kk")

    def known(word: str) -> bool:
        return features.in_dictionary(word) or float(model.word(word)[kazakh]) >= language.SURE

    return known


def weeks(past: Iterable[Past], known: Callable[[str], bool]) -> list[Week]:
    """Weeks in their order; one without texts is not there."""
    found: dict[date, list[Past]] = {}
    for each in past:
        day = each.at.date()
        found.setdefault(day - timedelta(days=day.weekday()), []).append(each)
    remembered: dict[str, bool] = {}
    told: list[Week] = []
    before: Counter[str] = Counter()
    for monday in sorted(found):
        week = _week(monday, found[monday], lambda word: _known(word, known, remembered))
        topics = Counter(each.topic or ABSTAINED for each in found[monday])
        if before.total() >= FEWEST and topics.total() >= FEWEST:
            moved = round(stability(before, topics), 4)
            week = msgspec.structs.replace(week, moved=moved)
        before += topics
        told.append(week)
    return told


def _known(word: str, known: Callable[[str], bool], remembered: dict[str, bool]) -> bool:
    if word not in remembered:
        remembered[word] = known(word)
    return remembered[word]


def _week(monday: date, past: Sequence[Past], known: Callable[[str], bool]) -> Week:
    words = [
        token for each in past for token in texts.tokens(each.text.text) if token[:1].isalpha()
    ]
    answers = {
        "topic": [each.topic for each in past],
        "appeal": [each.appeal for each in past],
        "sentiment": [each.sentiment for each in past],
        "language": [each.language for each in past],
    }
    return Week(
        monday=monday,
        texts=len(past),
        abstained=round(sum(each.topic is None for each in past) / len(past), 4),
        unknown=round(sum(not known(word) for word in words) / max(len(words), 1), 4),
        mix={question: _shares(said) for question, said in answers.items()},
    )


def _shares(said: Sequence[str | None]) -> dict[str, float]:
    counts = Counter(each or ABSTAINED for each in said)
    return {name: round(count / len(said), 4) for name, count in counts.most_common()}


def stability(before: Counter[str], now: Counter[str]) -> float:
    """Population stability index of two mixes; half a text is added to each answer."""
    names = sorted(set(before) | set(now))
    shares = []
    for counts in (before, now):
        numbers = np.array([counts[name] for name in names], np.float64) + 0.5
        shares.append(numbers / numbers.sum())
    one, two = shares
    return float(((two - one) * np.log(two / one)).sum())


def alarms(found: Sequence[Week]) -> list[str]:
    """One sentence for each thing of the last week that is unlike the weeks before."""
    if len(found) < 2 or found[-1].texts < FEWEST:
        return []
    last, before = found[-1], [week for week in found[:-1] if week.texts >= FEWEST]
    told = []
    if last.moved is not None and last.moved >= MOVED:
        told.append(f"the mix of topics has moved: index {last.moved:.2f}, usual below {MOVED}")
    for name, remedy in (
        ("abstained", "read some of them; the topic may be a new one"),
        ("unknown", "look for a new language, slang or spelling"),
    ):
        usual = [float(getattr(week, name)) for week in before]
        now = float(getattr(last, name))
        if usual and now - float(np.median(usual)) >= _JUMP:
            told.append(f"{name}: {now:.1%}, usually {float(np.median(usual)):.1%}; {remedy}")
    return told


def _listed(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items())


def told(found: Sequence[Week]) -> str:
    """The answer in Markdown."""
    lines = [
        "| week of | texts | no topic | unknown words | topics moved | most frequent topics |",
        "|---|---|---|---|---|---|",
    ]
    for week in found:
        most = [(name, share) for name, share in week.mix["topic"].items() if name != ABSTAINED]
        named = ", ".join(f"{name} {share:.0%}" for name, share in most[:4])
        moved = "" if week.moved is None else f"{week.moved:.2f}"
        cells = [str(week.monday), f"{week.texts:,}", f"{week.abstained:.1%}"]
        cells += [f"{week.unknown:.1%}", moved, named]
        lines.append("| " + " | ".join(cells) + " |")
    for question in ("appeal", "sentiment", "language"):
        lines += ["", f"| week of | {question} |", "|---|---|"]
        lines += [f"| {week.monday} | {_listed(week.mix[question])} |" for week in found]
    warned = alarms(found)
    lines += ["", *(f"- {alarm}" for alarm in warned)] if warned else ["", "Nothing has moved."]
    return "\n".join(lines) + "\n"
