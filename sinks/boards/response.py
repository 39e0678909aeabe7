"""The Authority and response board: what was asked, what was answered, how soon, what was not."""

from __future__ import annotations

from rezonans.i18n import mark
from sinks.boards.panel import (
    DANGER,
    GOOD,
    HIDDEN,
    Board,
    Column,
    Panel,
    code,
    counted,
    seconds,
    share,
)
from sinks.boards.situation import PLATFORM, REGION, TOPIC
from sinks.boards.topic import appeals

_ASKED, _ANSWERED = mark("Asked"), mark("Answered")
_SHARE, _ON_TIME = mark("Answered, share"), mark("Within a day")
_HOURS = mark("Hours to the answer, middle")
_APPEAL = mark("Appeal")
_COUNTS = {
    "asked": Column(_ASKED, look="gauge", width=130, sets={"which": "asked"}),
    "answered": counted(_ANSWERED, width=100, which="answered"),
}
_RATES = {
    "answered_share": share(_SHARE, GOOD),
    "on_time_share": share(_ON_TIME, GOOD),
    "median_hours": Column(_HOURS, decimals=1, width=120),
}
HONEST = mark(
    "Complaints, incidents, questions and suggestions under pages where an authority speaks. "
    "Answered: the authority replied in the thread, or a person of the desk says so. Within a "
    "day: of what is answered and of what is open for longer than a day, so that leaving things "
    "open does not look like haste."
)

RESPONSE = Board(
    name="response",
    title=mark("Authority and response"),
    about=mark("Whether people are answered, how soon, by whom, and what nobody reacted to."),
    panels=(
        Panel(
            title=mark("Answers in numbers"),
            kind="numbers",
            sql=("response_totals",),
            size=(24, 4),
            columns={
                "asked": counted(_ASKED, which="asked"),
                "answered": counted(_ANSWERED, which="answered"),
                **{name: _RATES[name] for name in _RATES},
            },
            about=HONEST,
            leads=("mentions", {}),
        ),
        Panel(
            title=mark("Asked and answered by day"),
            kind="course",
            sql=("response_course",),
            size=(12, 9),
            columns={
                "asked": Column(_ASKED, colour="#3b6ea5", sets={"which": "asked"}),
                "answered": Column(_ANSWERED, colour="#3f8f4f", sets={"which": "answered"}),
            },
            about=mark("The last days look worse than they are: their answers are still to come."),
            leads=("mentions", {}),
        ),
        appeals(12),
        Panel(
            title=mark("Pages of authorities"),
            kind="table",
            sql=("response_by_authority",),
            size=(14, 10),
            columns={
                "account": Column(mark("Page"), unit=""),
                "name": Column(mark("Authority"), unit=""),
                "platform": code(PLATFORM, "platform", 110),
                **_COUNTS,
                **_RATES,
            },
            about=mark(
                "Shares and times are told from ten questions on: below, one answer more or less "
                "would look like a judgement."
            ),
            leads=("mentions", {"page": "account"}),
        ),
        Panel(
            title=mark("Topics that are answered"),
            kind="table",
            sql=("response_by_topic",),
            size=(10, 10),
            columns={
                "topic": code(TOPIC, "topic"),
                **_COUNTS,
                "answered_share": share(_SHARE, GOOD),
                "median_hours": _RATES["median_hours"],
                "topic_code": HIDDEN,
            },
            leads=("mentions", {"topic": "topic_code"}),
        ),
        Panel(
            title=mark("Who keeps people waiting, and for how long"),
            kind="table",
            sql=("waiting_by_authority",),
            size=(24, 10),
            columns={
                "account": Column(mark("Page"), unit=""),
                "name": Column(mark("Authority"), unit=""),
                "platform": code(PLATFORM, "platform", 110),
                "waiting": Column(
                    mark("Wait for an answer"),
                    look="gauge",
                    width=180,
                    sets={"which": "waiting"},
                ),
                "waiting_hours": counted(mark("Less than a day"), width=120, which="waits_hours"),
                "waiting_days": counted(mark("1 to 3 days"), width=120, which="waits_days"),
                "waiting_week": counted(mark("3 to 10 days"), width=120, which="waits_week"),
                "waiting_longer": counted(
                    mark("More than 10 days"), DANGER, width=130, which="waits_longer"
                ),
                "longest": seconds(
                    mark("The longest wait"), ((259200.0, "#e0a100"), (864000.0, "#d1442f"))
                ),
            },
            about=mark(
                "What was asked in the range and is not answered, by how long it has waited at the "
                "end of the range: to see what has waited for weeks, choose a longer range. Waits "
                "of more than ten days are told from the beginning of their day."
            ),
            leads=("mentions", {"page": "account"}),
        ),
        Panel(
            title=mark("What nobody has reacted to"),
            kind="table",
            sql=("unanswered",),
            size=(24, 11),
            columns={
                "asked_at": Column(mark("Asked"), unit="dateTimeAsLocal", width=160),
                "waits": seconds(mark("Waits"), ((86400.0, "#e0a100"), (259200.0, "#d1442f"))),
                "said": Column(mark("Text"), unit="", look="wrapped"),
                "appeal": code(_APPEAL, "appeal", 120),
                "topic": code(TOPIC, "topic", 150),
                "region": code(REGION, "region", 170),
                "urgent_post": code(mark("Urgent"), "flag", 90),
                "platform": code(PLATFORM, "platform", 110),
                "link": Column(mark("Open the post"), unit="", look="link", width=180),
            },
            about=mark("Danger first, then what waits longest."),
        ),
        Panel(
            title=mark("Appeals by type"),
            kind="table",
            sql=("appeals_by_type",),
            size=(8, 9),
            columns={
                "appeal": code(_APPEAL, "appeal"),
                "appeals": Column(
                    mark("Appeals"), look="gauge", width=140, sets={"which": "appeals"}
                ),
                "stated": Column(mark("Stated by the sender"), width=120),
                "share": share(mark("Share")),
                "appeal_code": HIDDEN,
            },
            about=mark("What they are: the stated type wins over the guessed one."),
            leads=("mentions", {"appeal": "appeal_code"}),
        ),
        Panel(
            title=mark("Appeals by channel"),
            kind="table",
            sql=("appeals_by_channel",),
            size=(8, 9),
            columns={
                "channel": Column(mark("Channel"), unit=""),
                "appeals": Column(
                    mark("Appeals"), look="gauge", width=140, sets={"which": "appeals"}
                ),
                "share": share(mark("Share")),
            },
            about=mark("How they came, which is not what they are."),
            leads=("mentions", {"channel": "channel"}),
        ),
        Panel(
            title=mark("What became of spikes"),
            kind="table",
            sql=("spike_handling",),
            size=(8, 9),
            columns={
                "alarm": code(mark("Level"), "state"),
                "spikes": Column(mark("Spikes"), width=80),
                "acknowledged": Column(mark("Taken"), width=80),
                "median_minutes": Column(
                    mark("Minutes until taken, middle"), decimals=0, width=110
                ),
                "muted": Column(mark("Muted"), width=80),
                "useful": Column(mark("Useful"), width=80),
                "useless": Column(mark("Useless"), width=90, steps=DANGER),
            },
            about=mark("By the level each reached: how soon somebody took it, and of what use."),
            leads=("situation", {}),
        ),
    ),
    variables=("topic", "region", "platform"),
    since="now-7d",
    refresh="5m",
)
