"""The same questions to rollups, to the mentions themselves, to PostgreSQL and to DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

WORD, SECOND = "леатаата", "куннана"
"""Words of the vocabulary of the synthetic year: of one post in sixty and of one in twenty-four."""

COLUMNS: Mapping[str, str] = {
    # what the others get of a mention, in the SQL that both of them read
    "item": "text",
    "published_at": "timestamp",
    "topic": "text",
    "region": "text",
    "district": "text",
    "platform": "text",
    "language": "text",
    "sentiment": "text",
    "appeal": "text",
    "official": "text",
    "container": "text",
    "author_kind": "text",
    "kind": "text",
    "parent": "text",
    "repost_of": "text",
    "text": "text",
}


@dataclass(frozen=True)
class Question:
    """One question in every dialect; `{since}` and `{until}` are times, `{grain}` seconds."""

    rollup: str
    mentions: str
    plain: str
    """For PostgreSQL and DuckDB."""


QUESTIONS: Mapping[str, Question] = {
    "topics": Question(
        "SELECT topic, sum(posts), sum(negative) FROM flow WHERE {span} AND NOT repost "
        "GROUP BY topic ORDER BY 2 DESC",
        "SELECT ifNull(topic, ''), count(), countIf(sentiment = 'negative') FROM mentions_public "
        "WHERE {range} AND isNull(repost_of) GROUP BY topic ORDER BY 2 DESC",
        "SELECT topic, count(*), count(*) FILTER (WHERE sentiment = 'negative') FROM m "
        "WHERE {range} AND repost_of IS NULL GROUP BY topic ORDER BY 2 DESC",
    ),
    "course by mood": Question(
        "SELECT at, sum(negative), sum(neutral), sum(positive) FROM flow WHERE {span} "
        "GROUP BY at ORDER BY at",
        "SELECT toStartOfInterval(published_at, INTERVAL {grain} SECOND) AS at, "
        "countIf(sentiment = 'negative'), countIf(sentiment = 'neutral'), "
        "countIf(sentiment = 'positive') FROM mentions_public WHERE {range} "
        "GROUP BY at ORDER BY at",
        "SELECT floor(extract(epoch FROM published_at) / {grain}) AS at, "
        "count(*) FILTER (WHERE sentiment = 'negative'), "
        "count(*) FILTER (WHERE sentiment = 'neutral'), "
        "count(*) FILTER (WHERE sentiment = 'positive') FROM m WHERE {range} "
        "GROUP BY 1 ORDER BY 1",
    ),
    "districts": Question(
        "SELECT region, district, sum(posts), sum(negative) FROM flow_districts WHERE {span} "
        "AND district != '' GROUP BY region, district ORDER BY 3 DESC",
        "SELECT region, district, count(), countIf(sentiment = 'negative') FROM mentions_public "
        "WHERE {range} AND isNotNull(district) GROUP BY region, district ORDER BY 3 DESC",
        "SELECT region, district, count(*), count(*) FILTER (WHERE sentiment = 'negative') FROM m "
        "WHERE {range} AND district IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
    "appeals to authorities": Question(
        "SELECT official, appeal, sum(posts) FROM flow_appeals WHERE {span} AND official != '' "
        "GROUP BY official, appeal ORDER BY 3 DESC",
        "SELECT official, appeal, count() FROM mentions_public WHERE {range} "
        "AND isNotNull(official) GROUP BY official, appeal ORDER BY 3 DESC",
        "SELECT official, appeal, count(*) FROM m WHERE {range} AND official IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
    "questions answered": Question(
        "SELECT container, sum(asked), sumIf(asked, is_answered) FROM flow_questions "
        "WHERE {span_of_hours} GROUP BY container ORDER BY 2 DESC",
        "SELECT container, count(), countIf(item IN (SELECT assumeNotNull(parent) "
        "FROM mentions_public WHERE author_kind = 'official' AND isNotNull(parent) "
        "AND day >= toDate({first}))) FROM mentions_public WHERE {range} AND {is_question} "
        "GROUP BY container ORDER BY 2 DESC",
        "SELECT container, count(*), count(given.asked) FROM "
        "(SELECT item, container FROM m WHERE {range} AND {is_question}) AS q LEFT JOIN "
        "(SELECT DISTINCT parent AS asked FROM m WHERE author_kind = 'official' "
        "AND parent IS NOT NULL AND published_at >= {first}) AS given ON given.asked = q.item "
        "GROUP BY container ORDER BY 2 DESC",
    ),
    "a word in the texts": Question(
        "SELECT count() FROM mentions_public WHERE {range} "
        "AND hasAllTokens(lowerUTF8(text), ['{word}'])",
        "SELECT count() FROM mentions_public WHERE {range} AND text ILIKE '%{word}%'",
        "SELECT count(*) FROM m WHERE {range} AND text ILIKE '%{word}%'",
    ),
}
WORDS: Mapping[str, str] = {
    # the store's own way to search texts, over any range
    "how many posts have a word": QUESTIONS["a word in the texts"].rollup,
    "the newest fifty of them, with their texts": (
        "SELECT published_at, text FROM mentions_public WHERE (day, item) IN ("
        "SELECT day, item FROM mentions_public WHERE {range} "
        "AND hasAllTokens(lowerUTF8(text), ['{word}']) ORDER BY published_at DESC LIMIT 50) "
        "ORDER BY published_at DESC"
    ),
    "posts with two words at once": (
        "SELECT count() FROM mentions_public WHERE {range} "
        "AND hasAllTokens(lowerUTF8(text), ['{word}', '{second}'])"
    ),
}
POSTGRES_WORD = (
    "SELECT count(*) FROM m WHERE {range} "
    "AND to_tsvector('simple', text) @@ to_tsquery('simple', '{word}')"
)


_IS_QUESTION = (
    "appeal IN ('complaint', 'incident', 'question', 'suggestion') AND kind <> 'appeal' "
    "AND author_kind NOT IN ('official', 'media', 'page') AND repost_of IS NULL "
    "AND container IN (SELECT container FROM {table} WHERE author_kind = 'official')"
)


def grain(since: datetime, until: datetime) -> int:
    """As boards choose it."""
    hours = (until - since).total_seconds() / 3600
    return 300 if hours <= 48 else 3600 if hours <= 62 * 24 else 86400


def of_store(sql: str, since: datetime, until: datetime) -> str:
    seconds = grain(since, until)
    bounds = (f"toDateTime({int(at.timestamp())}, 'UTC')" for at in (since, until))
    first, last = bounds
    return sql.format(
        span=f"grain = {seconds} AND at >= {first} AND at < {last}",
        range=(
            f"day BETWEEN toDate({first}) AND toDate({last}) "
            f"AND published_at >= {first} AND published_at < {last}"
        ),
        span_of_hours=f"grain = {max(seconds, 3600)} AND at >= {first} AND at < {last}",
        first=first,
        is_question=_IS_QUESTION.format(table="mentions_public"),
        grain=seconds,
        word=WORD,
        second=SECOND,
    )


def of_others(sql: str, since: datetime, until: datetime) -> str:
    first, last = (f"'{at:%Y-%m-%d %H:%M:%S}'" for at in (since, until))
    bounds = f"published_at >= {first} AND published_at < {last}"
    return sql.format(
        range=bounds,
        first=first,
        is_question=_IS_QUESTION.format(table="m"),
        grain=grain(since, until),
        word=WORD,
        second=SECOND,
    )
