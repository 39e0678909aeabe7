"""A store that is not there: rows as the queries of the desk give them, made by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from rezonans.handling import Action
from rezonans.reasons import Lane, Share, TopPost
from rezonans.records import Spike
from rezonans.troubles import Busy
from sinks import boards
from sinks.clickhouse.reader import Unavailable
from sinks.desk.query import sql
from sinks.desk.where import PANELS

NOW = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
QUERIES = (
    "spikes", "mentions", "labels", "series", "pulse", "sources", "actions", "alerts",
    "text",
)  # fmt: skip


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


class World:
    """A reader whose rows can be changed between two looks; `down` makes it unreachable."""

    def __init__(self, **rows: list[dict[str, Any]]) -> None:
        none: dict[str, list[dict[str, Any]]] = {name: [] for name in (*QUERIES, *PANELS)}
        self.rows: dict[str, list[dict[str, Any]]] = none | rows
        self.down = False
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.texts: list[str] = []
        """Queries of the boards, as they were asked."""
        self.done: list[Action] = []
        self.busy = False

    async def act(self, action: Action) -> None:
        """The log; `busy` makes it refuse."""
        if self.busy:
            raise Busy("the log is away", 1.0)
        self.done.append(action)

    async def query(self, text: str, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        head = text.split("\n", 1)[0]
        panel = next((name for name in PANELS if boards.sql(name).startswith(f"{head}\n")), None)
        name = panel or next(name for name in QUERIES if sql(name) == text)
        given = params or {}
        self.asked.append((name, given))
        if self.down:
            raise Unavailable("the store at http://127.0.0.1:1 is silent")
        if panel is not None:
            self.texts.append(text)
        if name == "mentions":
            return [row for row in self.rows[name] if _passes(row, given)][:60]
        if name == "series":
            return [r for r in self.rows[name] if given["since"] <= r["slot"] < given["until"]]
        return self.rows[name]


def _passes(row: dict[str, Any], given: dict[str, Any]) -> bool:
    fields = ("region", "sentiment", "language")
    topics = given["topics"].split("\n")
    topic = topics == [""] or row.get("topic") in topics
    return (
        topic
        and row["stored_ms"] > given["stored_after_ms"]
        and all(given[field] in ("", row.get(field)) for field in fields)
    )


def mention(item: str, text: str, minutes: float = 1.0, **values: Any) -> dict[str, Any]:
    row = {
        "item": item,
        "text": text,
        "title": None,
        "context": None,
        "url": f"https://vk.com/wall-{item}",
        "platform": "vk",
        "channel": None,
        "kind": "post",
        "author_kind": "person",
        "author_name": None,
        "published_ms": ms(ago(minutes)),
        "stored_ms": ms(ago(minutes)) + 900,
        "language": "ru",
        "topic": "water",
        "topic_probability": 0.91,
        "appeal": "complaint",
        "stated_appeal": None,
        "appeal_probability": 0.83,
        "sentiment": "negative",
        "sentiment_probability": 0.88,
        "urgent": 0.1,
        "region": "31",
        "place": "311010000",
        "history": 0,
        "simulated": 0,
    }
    return row | values


def share(key: str, observed: float, expected: float) -> Share:
    return Share(key=key, observed=observed, expected=expected)


def top(item: str, text: str, minutes: float, **values: Any) -> TopPost:
    given: dict[str, Any] = {
        "platform": "vk", "published_at": ago(minutes), "weight": 3.0,
        "url": f"https://vk.com/wall-{item}", "sentiment": "negative", "appeal": "complaint",
    }  # fmt: skip
    return TopPost(item=item, text=text, **(given | values))


TOP = (
    top(
        "1", "Третий день нет воды в микрорайоне Карасу, никто не отвечает на звонки", 50, copies=9
    ),
    top("2", "Үшінші күн су жоқ, балаларға тамақ пісіре алмай отырмыз. Қашан қосылады?", 41),
    top(
        "3", "Водоканал обещал подвоз воды в десять утра, машин до сих пор нет", 33, platform="rss"
    ),
    top("4", "Почему в объявлении об аварии нет ни улиц, ни сроков?", 20),
)


def spike(**changes: Any) -> Spike:
    values: dict[str, Any] = {
        "spike": "a1b2c3",
        "revision": 3,
        "change": "updated",
        "alarm": "red",
        "lane": Lane("water", "31"),
        "at": ago(2),
        "since": ago(65),
        "score": 6.1,
        "threshold": 3.5,
        "observed": 118.0,
        "expected": 9.4,
        "low": 4.0,
        "high": 16.0,
        "window_seconds": 3600,
        "posts": 171,
        "voices": 96,
        "peak": 13.8,
        "places": (
            share("311010000", 84, 4.0),
            share("313600000", 17, 2.0),
            share("unknown", 17, 3.4),
        ),
        "sentiments": (
            share("negative", 85, 2.8),
            share("neutral", 27, 5.2),
            share("positive", 6, 1.4),
        ),
        "platforms": (share("vk", 88, 6.0), share("telegram", 22, 2.4), share("rss", 8, 1.0)),
        "top": TOP,
    }
    return Spike(**(values | changes))


def row_of(record: Spike) -> dict[str, Any]:
    return {"record": msgspec.json.encode(record).decode()}


def second() -> Spike:
    return spike(
        spike="d4e5f6", change="opened", alarm="yellow", lane=Lane("transport", "31"), peak=3.1,
        observed=31.0, expected=10.2, low=5.0, high=17.0, posts=31, voices=28, since=ago(25),
        trigger="leader", places=(share("311010000", 28, 8.0), share("310000000", 3, 2.0)),
        sentiments=(share("neutral", 19, 6.0), share("negative", 12, 4.0)),
        top=(top("9", "Автобус № 17 сегодня не вышел на линию, люди ждут по сорок минут", 12),),
    )  # fmt: skip


def slots() -> list[dict[str, Any]]:
    """Eight days of a daily rhythm, and a rise in the last hour."""
    start = int(ago(8 * 1440).timestamp()) // 300 * 300
    found = []
    for slot in range(start, int(NOW.timestamp()), 300):
        hour = slot % 86400 / 3600
        usual = 0.9 + 0.7 * math.sin((hour - 1) / 24 * 2 * math.pi)
        wave = (slot // 300 * 2654435761 % 2**32) / 2**31
        age = (NOW.timestamp() - slot) / 60
        rise = 13 * math.exp(-(((age - 28) / 24) ** 2)) if age < 90 else 0
        if posts := round(usual * wave + rise):
            found.append({"slot": slot, "posts": posts})
    return found


def hours() -> list[dict[str, Any]]:
    start = int(ago(60 * 23).timestamp()) // 3600 * 3600
    counts = [round(150 + 95 * math.sin((n + 14) / 24 * 2 * math.pi)) for n in range(24)]
    return [
        {
            "hour": start + n * 3600, "posts": count, "recent": 212 if n == 23 else 0,
            "before": 168 if n == 0 else 0, "negative": 97 if n == 23 else 0,
            "felt": 201 if n == 23 else 0, "urgent": 3 if n == 23 else 0, "simulated": 0,
            "voices": 131,
        }
        for n, count in enumerate(counts)
    ]  # fmt: skip


def source(target: str, collector: str, looked: float, posts: int, **values: Any) -> dict[str, Any]:
    row = {
        "target": target, "platform": "vk", "container": target, "collector": collector,
        "history": 0, "posts_hour": posts, "looked_until_ms": ms(ago(looked)),
        "observed_ms": ms(ago(looked)), "newest_ms": ms(ago(looked + 4)),
    }  # fmt: skip
    return row | values


def alert(outcome: str, minutes: float, **values: Any) -> dict[str, Any]:
    """One row of what became of a message to a desk."""
    row = {
        "alert": f"k{minutes}", "channel": "telegram", "at_ms": ms(ago(minutes)), "desk": "press",
        "told": "opened", "outcome": outcome, "reason": "opened", "event": "a1b2c3",
        "spike": "a1b2c3", "alarm": "red", "topic": "water", "region": "31", "by": None,
        "until_ms": None, "attempts": 1, "simulation": 0,
    }  # fmt: skip
    return row | values


def deed(verb: str, subject: str, minutes: float, **values: Any) -> dict[str, Any]:
    """One row of what somebody did."""
    row = {
        "action": f"{verb}{minutes}", "at_ms": ms(ago(minutes)), "subject": subject, "verb": verb,
        "by": "Айгүл", "value": None,
    }  # fmt: skip
    return row | values


def busy() -> World:
    """A morning with two spikes."""
    texts = [
        mention("1", TOP[0].text, 0.4, urgent=0.8),
        mention("2", TOP[1].text, 1.2, language="kk", platform="telegram",
                author_name="Тараз LIVE"),
        mention("3", "Спасибо ремонтной бригаде: дали воду к обеду, как и обещали", 2.5,
                appeal="gratitude", sentiment="positive", sentiment_probability=0.79),
        mention("4", "Жолдағы шұңқырларды қашан жөндейсіздер?", 4, language="kk", topic="roads",
                topic_probability=0.47, appeal="question", sentiment="neutral",
                sentiment_probability=0.52, place="313600000"),
        mention("5", "В школе № 12 с понедельника начинаются занятия во вторую смену", 6,
                topic="education", appeal="none", sentiment="neutral", platform="rss",
                author_name="Tengrinews", title="Новое расписание", place=None),
        mention("6", "Прошу убрать мусор во дворе по улице Абая", 9, topic="waste", channel="109",
                stated_appeal="complaint", platform="file", url=None),
    ]  # fmt: skip
    labels = [{**mention(post.item, post.text), "item": post.item} for post in TOP[:2]]
    return World(
        spikes=[row_of(spike()), row_of(second()), row_of(spike(
            spike="c0ffee", change="closed", lane=Lane("heating", "31"), alarm="yellow",
            since=ago(400), at=ago(120), peak=4.2))],
        mentions=texts,
        labels=labels,
        series=slots(),
        pulse=hours(),
        sources=[
            source("vk_city/-12345", "vk", 0.6, 84),
            source("rss_media/tengrinews", "rss", 3, 12, platform="rss"),
            source("telegram_region/taraz_live", "telegram", 34, 0, platform="telegram"),
            source("file_109/export", "file", 1, 41, platform="file", history=1),
        ],
        actions=[
            deed("acknowledge", "spike:a1b2c3", 55),
            deed("mark", "spike:a1b2c3", 50, value="useful", by="Ержан"),
            deed("mute", "topic:transport", 30, value=ago(-210).isoformat()),
        ],
        alerts=[
            alert("suppressed", 24, channel="", reason="muted", event="d4e5f6", spike="d4e5f6",
                  alarm="yellow", topic="transport", by="Айгүл", until_ms=ms(ago(-210))),
            alert("sent", 58), alert("failed", 57, channel="mail", reason="refused", attempts=14),
            alert("sent", 300, told="digest", reason="digest", event="", spike=None, alarm=None,
                  topic=None, region=None),
        ],
    )  # fmt: skip
