"""Turns the tengrinews week (12 to 18 April 2024) into a file that `rezonans replay` reads.

    python deploy/tengrinews_to_jsonl.py --data DIR --out FILE.jsonl

DIR holds `news.csv.gz` and `comments.csv.gz`. The texts belong to others, so the file is
never written into a checkout of this project. Articles and comments become `post.v1` lines
in order of time; a comment carries the title and the beginning of its article as context.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec

from rezonans.records import Post

ALMATY = timezone(timedelta(hours=5))
"""Since March 2024; spelled out because older time zone data still say six hours."""
PLATFORM = "tengrinews"
LEGAL_BASIS = "internal replay of published news and comments; not for publication"
CHECKOUT = Path(__file__).resolve().parent.parent

CONTEXT = 500
"""Characters of the article that a comment carries."""

Row = dict[str, str]


class Mistake(Exception):
    """Something the user can mend, in one sentence."""


def article(row: Row) -> tuple[str, Post]:
    """An article and its container."""
    published = _almaty(row["published_at_almaty"])
    return f"{PLATFORM}:{row['category']}", Post(
        item=_article(row["article_id"]),
        kind="article",
        published_at=published,
        observed_at=published,
        published_precision="minute",
        legal_basis=LEGAL_BASIS,
        channel="news",
        author=PLATFORM,
        author_kind="media",
        author_name="Tengrinews.kz",
        title=row["title"],
        text=row["content"],
        url=row["page_url"],
        counters={"views": int(row["views_count"])},
    )


def comment(row: Row, articles: dict[str, Row]) -> tuple[str, Post]:
    """A comment under its article, or an answer to another comment, and its container."""
    above = articles.get(row["article_id"])
    if above is None:
        msg = f"comments.csv.gz: comment {row['id']} is about article {row['article_id']}, "
        raise Mistake(msg + "which news.csv.gz does not have; take both files of one set")
    published, likes = _almaty(row["created_at_almaty"]), int(row["rating"])
    reply = row["parent_id"] not in ("", "0")
    root = _article(row["article_id"])
    return f"{PLATFORM}:{above['category']}", Post(
        item=f"{PLATFORM}:comment-{row['id']}",
        kind="reply" if reply else "comment",
        published_at=published,
        observed_at=published,
        legal_basis=LEGAL_BASIS,
        channel="news",
        parent=f"{PLATFORM}:comment-{row['parent_id']}" if reply else root,
        root=root,
        context=_context(above),
        author=f"reader-{row['user_hash']}",
        author_kind="person",
        text=row["text"],
        counters={"likes": likes} if likes >= 0 else None,
    )


def _context(above: Row) -> str:
    """What a reader of the comment has read: the title, and how the article begins."""
    return f"{above['title'][:200]}\n{' '.join(above['content'].split())}"[:CONTEXT]


def _article(number: str) -> str:
    return f"{PLATFORM}:article-{number}"


def _almaty(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(1 << 24)
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except OSError as error:
        msg = f"{path}: can not be read ({error.strerror or error}); check --data"
        raise Mistake(msg) from None


def lines(data: Path) -> list[bytes]:
    """Everything in order of time. A post goes before what answers it in the same second."""
    articles = {row["article_id"]: row for row in rows(data / "news.csv.gz")}
    posts = [article(row) for row in articles.values()]
    posts += [comment(row, articles) for row in rows(data / "comments.csv.gz")]
    posts.sort(key=lambda pair: (pair[1].published_at, pair[1].item))  # article < comment
    return [_line(container, post) for container, post in posts]


def _line(container: str, post: Post) -> bytes:
    return msgspec.json.encode({"container": container, **msgspec.to_builtins(post)}) + b"\n"


def write(out: Path, content: list[bytes]) -> None:
    """All or nothing, and never into the checkout."""
    if out.resolve().is_relative_to(CHECKOUT):
        msg = f"{out}: is inside of the checkout, where texts of others must not be; choose another"
        raise Mistake(msg)
    draft = out.with_name(out.name + ".draft")
    try:
        draft.write_bytes(b"".join(content))
        os.replace(draft, out)
    except OSError as error:
        raise Mistake(f"{out}: can not write there ({error.strerror}); choose another") from None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder of the two packed files")
    parser.add_argument("--out", type=Path, required=True, help="file to write, outside of here")
    chosen = parser.parse_args(arguments)
    try:
        content = lines(chosen.data)
        write(chosen.out, content)
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 2
    print(f"{chosen.out}: {len(content):,} posts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
