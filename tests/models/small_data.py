"""A data folder in the shape of the real one, made of our own rows: small, and never a test set."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from models.train.synthetic import Example, examples

_STARS = {"negative": "0", "neutral": "2", "positive": "4"}


def _table(header: str, rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([header.split(","), *rows])
    return written.getvalue().encode()


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        content = gzip.compress(content)
    if path.suffix == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(path.stem + ".csv", content)
        content = packed.getvalue()
    path.write_bytes(content)


def _reviews(rows: Sequence[Example], stars: bool) -> bytes:
    labels = _STARS if stars else {"negative": "0", "positive": "1"}
    kept = [row for row in rows if row.sentiment in labels]
    return _table("text,label", [(f"{row.text} ия", labels[row.sentiment]) for row in kept])


def _lexicons(folder: Path) -> None:
    _put(folder / "kartaslovsent.csv", b"term;value\n" + "вода;-0.5\nспасибо;0.9\n".encode())
    listed = (
        "!список\nужасный, Adj, ужасный, negative, opinion\nпотоп, Noun, потоп, negative, fact\n"
    )
    _put(folder / "rusentilex_2017.txt", listed.encode())


def make(folder: Path) -> Path:
    """Write all sets that training reads; returns the folder."""
    russian = [row for row in examples() if row.language == "ru"]
    kazakh = [row for row in examples() if row.language == "kk"]
    posts = [(("skip", "speech")[n % 2] if n % 9 == 0 else row.sentiment, f"{row.text} вот")
             for n, row in enumerate(russian)]  # fmt: skip
    _put(folder / "rusentiment/rusentiment_random_posts.csv", _table("label,text", posts[::2]))
    _put(
        folder / "rusentiment/rusentiment_preselected_posts.csv", _table("label,text", posts[1::2])
    )
    half = len(kazakh) // 2
    for name, part in (("03_pc_train_rus", kazakh), ("04_pc_valid", kazakh[:half])):
        _put(folder / f"kazsandra/{name}.zip", _reviews(part[len(part) // 3 :], stars=False))
    for name, part in (("08_sc_train_rus", kazakh[half:]), ("09_sc_valid", kazakh[:half])):
        _put(folder / f"kazsandra/{name}.zip", _reviews(part, stars=True))
    appeals = [(f"тема {row.topic}", f"Уважаемая администрация! {row.text}") for row in russian]
    _put(folder / "kursk_appeals/train_clean.csv", _table("theme,text", appeals))
    themes = sorted({(f"тема {row.topic}", row.topic) for row in russian})
    _put(folder / "kursk_appeals/kursk_theme_to_topic.csv", _table("theme,topic", themes))
    names = ("it", "political", "gaming", "moscow")
    news = [(names[n % 4], f"Новости: {row.text}") for n, row in enumerate(russian)]
    _put(folder / "telegram_ru_news/telegram_ru_news.csv.gz", _table("category,text", news))
    articles = [
        (str(n), f"Новость {n}", f"Сегодня сообщили: {row.text}")
        for n, row in enumerate(russian[:40])
    ]
    _put(folder / "tengrinews_apr2024/news.csv.gz", _table("article_id,title,content", articles))
    comments = [
        (n // 4, f"Новость {n // 4}", f"{row.text} эх") for n, row in enumerate(russian[:160])
    ]
    _put(
        folder / "tengrinews_apr2024/comments.csv.gz",
        _table("article_id,news_header,text", comments),
    )
    labelled = [
        (
            f"{r.text} да",
            "",
            r.topic,
            r.appeal,
            r.sentiment,
            r.language,
            int(r.urgent),
            ("high", "low")[n % 2],
        )
        for n, r in enumerate(examples()[::5])
    ]
    _lexicons(folder / "lexicons")
    header = "text,article_title,topic,appeal,sentiment,lang,urgent,conf"
    _put(folder / "labels/tengri_dev.csv", _table(header, labelled))
    return folder
