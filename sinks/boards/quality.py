"""The Models board: where the models abstain, how sure they are, whether the texts have changed."""

from __future__ import annotations

from rezonans.i18n import mark
from sinks.boards.panel import BAD, HIDDEN, Board, Column, Panel, Steps, code, moment, share
from sinks.boards.situation import LANGUAGE, PLATFORM, POSTS, TOPIC

MOVED: Steps = ((0.1, "#e0a100"), (0.2, "#d1442f"))
"""Of the stability index, as `models.drift` judges it."""
_WITHOUT = {
    "without_topic": mark("Without a topic"),
    "without_sentiment": mark("Without sentiment"),
    "without_appeal": mark("Without an appeal"),
    "without_place": mark("Without a place"),
}
_COLOURS = ("#3b6ea5", "#7b5ea7", "#e0752d", "#8e8e8e")
UNKNOWN_WORDS = (
    'sum(rate(rezonans_words_total{known="no"}[$__rate_interval])) '
    "/ sum(rate(rezonans_words_total[$__rate_interval]))"
)
_SURE = mark("Certainty of the topic")

MODELS = Board(
    name="models",
    title=mark("Models"),
    about=mark("Whether labels can be relied on: abstention, certainty, generations, drift."),
    panels=(
        Panel(
            title=mark("Where the models abstain"),
            kind="course",
            sql=("model_course",),
            size=(14, 10),
            columns={
                **{
                    name: Column(title, unit="percentunit", decimals=0, colour=colour)
                    for (name, title), colour in zip(_WITHOUT.items(), _COLOURS, strict=True)
                },
                "topic_probability": Column(
                    _SURE, unit="percentunit", decimals=0, colour="#3f8f4f"
                ),
            },
            about=mark(
                "Shares of the mentions without a label. A label is given where the model is sure "
                "enough; a jump says that the texts have changed, or the models."
            ),
            leads=("mentions", {}),
        ),
        Panel(
            title=mark("Has the mix of topics moved"),
            kind="table",
            sql=("topic_drift",),
            size=(10, 10),
            columns={
                "topic": code(TOPIC, "topic"),
                "share": share(mark("Share")),
                "share_before": share(mark("Before")),
                "moved": Column(mark("Moved"), unit="none", decimals=3, width=90),
                "all_moved": Column(mark("All together"), unit="none", decimals=3, steps=MOVED),
                "topic_code": HIDDEN,
            },
            about=mark(
                "Stability index against the range of the same length before: below 0.1 is the "
                "usual unrest, from 0.2 on the mix has moved."
            ),
            leads=("mentions", {"topic": "topic_code"}),
        ),
        Panel(
            title=mark("By platform and language"),
            kind="table",
            sql=("models_by_language",),
            size=(24, 10),
            columns={
                "platform": code(PLATFORM, "platform"),
                "language": code(LANGUAGE, "language"),
                "posts": Column(POSTS, look="gauge", width=160),
                **{name: share(title, BAD) for name, title in _WITHOUT.items()},
                "topic_probability": share(_SURE),
                "appeal_probability": share(mark("Certainty of the appeal")),
                "platform_code": HIDDEN,
                "language_code": HIDDEN,
            },
            leads=("mentions", {"platform": "platform_code", "language": "language_code"}),
        ),
        Panel(
            title=mark("Generations of the models"),
            kind="table",
            sql=("model_generations",),
            size=(14, 7),
            columns={
                "generation": Column(mark("Generation"), unit="none"),
                "posts": Column(POSTS, look="gauge"),
                "first_seen": moment(mark("First")),
                "last_seen": moment(mark("Last")),
                "without_topic": share(_WITHOUT["without_topic"], BAD),
                "topic_probability": share(_SURE),
            },
            about=mark("Which generation labelled what is shown; after a retraining the old ends."),
            leads=("mentions", {"generation": "generation"}),
        ),
        Panel(
            title=mark("Words that nobody knows"),
            kind="course",
            sql=(),
            size=(10, 7),
            metrics=((UNKNOWN_WORDS, mark("share of the words")),),
            about=mark(
                "Of one text a batch: words that are neither in the Russian dictionary nor surely "
                "Kazakh. More of them: another language, new slang, another way of writing."
            ),
        ),
    ),
    variables=("platform", "language"),
    since="now-30d",
    refresh="5m",
)
