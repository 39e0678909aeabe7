"""The tengrinews week as a file to replay: complete, in order, with every parent."""

from __future__ import annotations

import csv
import gzip
import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from collectors.runner.jsonl import Sourced, read

CHECKOUT = Path(__file__).resolve().parents[2]
NEWS = "article_id,page_url,category,title,content,hashtags,published_at_almaty,views_count"
COMMENTS = (
    "id,created_at_almaty,article_id,parent_id,is_reply,"
    "text,rating,ip_country,user_hash,news_header"
)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = CHECKOUT / "deploy" / "tengrinews_to_jsonl.py"
    spec = importlib.util.spec_from_file_location("tengrinews_to_jsonl", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _pack(path: Path, header: str, rows: list[list[object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small week of our own."""
    folder = tmp_path / "data"
    folder.mkdir()
    url = "https://news.example.kz/7/"
    news: list[list[object]] = [
        [
            7,
            url,
            "news",
            "Река вышла из берегов",
            'Вода, "большая",\nидёт.',
            "",
            "2024-04-12 00:30:00",
            120,
        ],
        [8, url, "sport", "Матч", "Счёт 2:1.", "спорт", "2024-04-13 10:00:00", 5],
    ]
    comments: list[list[object]] = [
        [3, "2024-04-12 02:00:00", 7, 2, True, "Айтқаныңыз рас", -1, "KZ", "bb", "Река"],
        [2, "2024-04-12 01:00:05", 7, 0, False, "Держитесь!", 4, "KZ", "aa", "Река"],
    ]
    _pack(folder / "news.csv.gz", NEWS, news)
    _pack(folder / "comments.csv.gz", COMMENTS, comments)
    return folder


def converted(script: ModuleType, data: Path, out: Path) -> list[Sourced]:
    assert script.main(["--data", str(data), "--out", str(out)]) == 0
    pieces = [piece for _, piece in read(out.read_bytes().splitlines(), out.name)]
    assert all(isinstance(piece, Sourced) for piece in pieces)
    return [piece for piece in pieces if isinstance(piece, Sourced)]


def test_a_small_week(script: ModuleType, data: Path, tmp_path: Path) -> None:
    found = converted(script, data, tmp_path / "week.jsonl")
    assert [s.post.item.split(":")[1] for s in found] == [
        "article-7",
        "comment-2",
        "comment-3",
        "article-8",
    ]
    article, comment, reply, other = (s.post for s in found)
    assert article.published_at.isoformat() == "2024-04-11T19:30:00+00:00"
    assert (article.kind, article.author_kind, article.counters) == (
        "article",
        "media",
        {"views": 120},
    )
    assert article.text == 'Вода, "большая",\nидёт.'
    assert (comment.kind, comment.parent, comment.root) == ("comment", article.item, article.item)
    assert (reply.kind, reply.parent, reply.root) == ("reply", comment.item, article.item)
    assert comment.context == reply.context
    assert (comment.context or "").startswith("Река вышла из берегов\n")
    assert (comment.counters, reply.counters) == ({"likes": 4}, None)
    assert [s.container for s in found] == ["tengrinews:news"] * 3 + ["tengrinews:sport"]
    assert other.title == "Матч"


def test_it_never_writes_into_the_checkout(
    script: ModuleType, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = CHECKOUT / "var" / "week.jsonl"
    assert script.main(["--data", str(data), "--out", str(out)]) == 2
    assert "inside of the checkout" in capsys.readouterr().err
    assert not out.exists()


def test_mistakes_are_one_sentence(
    script: ModuleType, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "x.jsonl")
    assert script.main(["--data", str(tmp_path / "none"), "--out", out]) == 2
    assert "check --data" in capsys.readouterr().err
    assert script.main(["--data", str(data), "--out", str(tmp_path / "none" / "x.jsonl")]) == 2
    assert "choose another" in capsys.readouterr().err
    _pack(data / "news.csv.gz", NEWS, [])
    assert script.main(["--data", str(data), "--out", out]) == 2
    assert "comment 3 is about article 7" in capsys.readouterr().err


@pytest.mark.shared
def test_the_real_week(script: ModuleType, shared_dir: Path, tmp_path: Path) -> None:
    data = shared_dir / "tengrinews_apr2024"
    found = [s.post for s in converted(script, data, tmp_path / "week.jsonl")]
    known = {post.item: post for post in found}
    kinds = Counter(post.kind for post in found)
    assert (len(found), len(known)) == (4_543, 4_543)
    assert kinds == {"article": 349, "comment": 4_194 - 955, "reply": 955}
    answers = [post for post in found if post.kind != "article"]
    assert all(post.parent in known and post.root in known for post in answers)
    for post in answers:
        title, _, beginning = (post.context or "").partition("\n")
        assert title == (known[str(post.root)].title or "")[:200]
        assert " ".join((known[str(post.root)].text or "").split()).startswith(beginning)
    assert [p.published_at for p in found] == sorted(p.published_at for p in found)
