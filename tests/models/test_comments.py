"""Labels of comments by digest, headlines of own rows, and judging out of fold."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pytest

from models import appeal, linear, taxonomy, texts, topic
from models.train import appeal as train_appeal
from models.train import comments, folds, rows, synthetic
from models.train import topic as train_topic
from models.train.comments import HEADLINE, SOURCE, Comments
from models.train.rows import Row
from rezonans.troubles import Invalid
from tests.models.small_data import make


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("data"))


def _labels(data: Path, path: Path, said: dict[int, str], rest: str = "n\t-") -> Path:
    """A file of labels for the comments with these numbers."""
    listed = rows.table(data / "tengrinews_apr2024/comments.csv.gz")
    lines = [
        f"{rows.identity(listed[number]['text'])[:16]}\tru\t{label}\t{rest}"
        for number, label in said.items()
    ]
    path.write_text("# ours\n\n" + "\n".join(lines), "utf-8")
    return path


def test_a_label_finds_its_comment_and_its_article(data: Path, tmp_path: Path) -> None:
    said = {0: "water", 1: "water", 2: "other", 4: "roads", 5: "order", 8: "gas"}
    read = Comments(data, _labels(data, tmp_path / "labels.tsv", said))
    found = read.rows(lambda label: label.topic)
    assert [row.label for row in found] == list(said.values())
    assert {row.source for row in found} == {SOURCE}
    assert texts.parted(found[0].context).headline == "Новость 0"
    assert [row.label for row in read.rows(lambda label: label.appeal)] == ["none"] * 6
    # two agree on an article; one, or two that differ, say nothing of it
    (article,) = read.articles(1.0)
    assert (article.label, article.source) == ("water", HEADLINE)
    assert article.text.startswith("Новость 0\nСегодня сообщили")


def test_labels_without_their_texts_are_no_rows(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text(f"{'0' * 16}\tru\twater\tn\t-\n", "utf-8")
    assert Comments(data, path).rows(lambda label: label.topic) == []


def test_what_the_reader_was_not_sure_of_is_no_row(data: Path, tmp_path: Path) -> None:
    read = Comments(data, _labels(data, tmp_path / "labels.tsv", {0: "water", 1: "?"}, "?\t0"))
    (known,) = read.rows(lambda label: label.topic, 2.0)
    assert (known.label, known.weight) == ("water", 2.0)
    assert read.rows(lambda label: label.appeal) == []
    assert [row.label for row in read.rows(lambda label: label.sentiment)] == ["neutral"] * 2


def test_comments_of_a_language_alone(data: Path, tmp_path: Path) -> None:
    listed = rows.table(data / "tengrinews_apr2024/comments.csv.gz")
    first, second = (rows.identity(raw["text"])[:16] for raw in listed[:2])
    path = tmp_path / "labels.tsv"
    path.write_text(f"{first}\tru\t?\t?\t-\n{second}\tkk\t?\tg\t+\n", "utf-8")
    read = Comments(data, path)
    (kazakh,) = read.rows(lambda label: label.sentiment, 1.0, "kk")
    assert (kazakh.text, kazakh.label, kazakh.language) == (listed[1]["text"], "positive", "kk")
    (russian,) = read.rows(lambda label: label.sentiment, 1.0, "ru")
    assert (russian.text, russian.label) == (listed[0]["text"], "negative")
    assert len(read.rows(lambda label: label.sentiment)) == 2
    (only,) = read.rows(lambda label: label.sentiment, among={second, "0" * 16})
    assert only.text == listed[1]["text"]


def test_the_comments_whose_attitude_is_learned_are_read_by_us() -> None:
    known = comments.parse(comments.LABELS.read_text("utf-8").splitlines(), "comments.tsv")
    learned = [known[digest] for digest in comments.read_first()]
    assert len(learned) == 793
    assert all(label.language == "ru" and label.sentiment for label in learned)


@pytest.mark.parametrize("line", ["abc", f"{'0' * 17}", f"{'0' * 16}\twater"])
def test_a_bad_digest_is_told_with_its_line(line: str) -> None:
    with pytest.raises(Invalid, match=r"attitudes_ru.txt:2: expected a digest of 16"):
        comments.digests(["# ours", line], "attitudes_ru.txt")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("abc\tru\twater\tn\t-", "expected digest, language"),
        (f"{'0' * 16}\tru\twater\tn", "expected digest, language"),
        (f"{'0' * 16}\tru\t\tn\t-", "expected digest, language"),
        (f"{'0' * 16}\ten\twater\tn\t-", "no language 'en'"),
        (f"{'0' * 16}\tru\twater\tx\t-", "no appeal 'x'"),
        (f"{'0' * 16}\tru\twater\tn\tx", "no attitude 'x'"),
        (f"{'0' * 16}\tru\t?\t?\t?", "nothing is said"),
        (f"{'f' * 16}\tru\twater\tn\t-", "stands twice"),
    ],
)
def test_a_bad_label_is_told_with_its_line(line: str, said: str) -> None:
    with pytest.raises(Invalid, match=rf"labels\.tsv:3: .*{said}"):
        comments.parse(["# ours", f"{'f' * 16}\tru\twater\tn\t-", line], "labels.tsv")


@pytest.mark.shared
def test_our_labels_and_the_domain_share_no_article(shared_dir: Path) -> None:
    """What `labels/tengri_dev` measures is never learned, not even its headlines."""
    read = Comments(shared_dir)
    found = read.rows(lambda label: label.topic)
    learned = [*found, *read.rows(lambda label: label.sentiment), *read.articles(1.0)]
    domain = rows.domain(shared_dir, "topic")
    assert len(found) > 2000
    assert not {row.context for row in learned} & {row.context for row in domain}
    assert not {rows.identity(row.text) for row in learned} & {
        rows.identity(row.text) for row in domain
    }
    listed = rows.table(shared_dir / "tengrinews_apr2024/comments.csv.gz")
    held = {raw["id"] for raw in rows.table(shared_dir / "labels/tengri_dev.csv")}
    under = {raw["article_id"] for raw in listed if raw["id"] in held}
    headlines = {raw["news_header"] for raw in listed if raw["article_id"] in under}
    assert not {texts.parted(row.context).headline for row in learned} & headlines


def test_what_the_domain_holds_out_is_never_learned(tmp_path: Path) -> None:
    folder = make(tmp_path / "data")
    held = rows.domain(folder, "sentiment")[0].text
    told = ["text,article_title,topic,appeal,sentiment,lang,urgent,conf"]
    told.append(f'"{held}",Пожар,order,none,negative,ru,0,high')
    (folder / "labels/tengri_dev.csv").write_text("\n".join(told), "utf-8")
    listed = [
        ("7", "Потоп", held),
        ("8", "Пожар", "под статьёй"),
        ("8", "Пожар потушен", "под ней же, когда заголовок уже другой"),
        ("9", "Потоп", "другой"),
    ]
    written = io.StringIO(newline="")
    csv.writer(written).writerows([("article_id", "news_header", "text"), *listed])
    comments_file = folder / "tengrinews_apr2024/comments.csv.gz"
    comments_file.write_bytes(gzip.compress(written.getvalue().encode()))
    path = _labels(folder, tmp_path / "labels.tsv", dict.fromkeys(range(4), "order"))
    assert [row.text for row in Comments(folder, path).rows(lambda label: label.topic)] == [
        "другой"
    ]


def test_our_labels_are_of_the_taxonomy() -> None:
    lines = comments.LABELS.read_text("utf-8").splitlines()
    found = comments.parse(lines, "comments.tsv").values()
    codes = {each.topic for each in synthetic.examples()}
    assert len(found) == sum(not line.startswith("#") for line in lines) > 2000
    assert {label.topic for label in found} <= {*codes, None}
    assert {label.language for label in found} == {"ru", "kk"}


def test_an_own_row_knows_its_headline() -> None:
    text = "[ru water]\nc- нет воды\n> Авария\nc- и у нас\n\n[ru roads]\nc- ямы"
    found = synthetic.parse(text, "own.txt")
    assert [row.context for row in found] == [None, "Авария", None]
    assert found[1].row("water").context == "Авария"


def _row(number: int, context: str | None = None) -> Row:
    label = "water" if number % 2 else "roads"
    word = "вода напор кран" if number % 2 else "яма асфальт дорога"
    text = f"{word} {['быстро', 'скоро', 'опять', 'снова'][number % 4]} {number}"
    return Row(text=text, label=label, source="own", language="ru", context=context)


def test_rows_under_a_headline_share_a_fold() -> None:
    assert len({folds.fold(_row(number, "Авария")) for number in range(30)}) == 1
    assert len({folds.fold(_row(number)) for number in range(60)}) == folds.FOLDS


def test_judged_rows_are_scored_by_machines_that_did_not_see_them() -> None:
    """A label that its text alone betrays is guessed wrong out of fold, right by the whole."""
    found = [*map(_row, range(40))]
    odd = Row(text="шар шар шар", label="water", source="own", language="ru")
    balls = ("шар " * (number + 4) for number in range(9))
    found += [odd, *(Row(text=text, label="roads", source="x", language="ru") for text in balls)]
    judged = [number < 41 for number in range(len(found))]
    fitted = folds.fitted(found, judged, strength=1.0)
    assert len(fitted.judged) == len(fitted.right) == 41
    assert fitted.probabilities.shape == (41, 2)
    assert fitted.probabilities.sum(axis=1) == pytest.approx(1)
    assert fitted.right[:40].all()
    assert not fitted.right[40]


def test_the_threshold_is_the_lowest_that_is_precise_enough() -> None:
    sure = np.linspace(0, 1, 200)
    right = np.array([n % 2 == 0 or n > 120 for n in range(200)])
    chosen = folds.threshold(sure, right, 0.8)
    assert folds.at_least(right[sure >= chosen]) >= 0.8
    assert folds.at_least(right[sure >= chosen - 0.02]) < 0.8
    assert folds.threshold(sure, np.zeros(200, np.bool_), 0.8) == 0.95


def test_few_rows_are_believed_less_than_many() -> None:
    few, many = np.ones(5, np.bool_), np.ones(100, np.bool_)
    assert folds.at_least(few) < 0.7
    assert folds.at_least(many) > 0.95
    assert folds.at_least(~many) == pytest.approx(0, abs=1e-9)


def _head(classes: tuple[str, ...], **settings: float) -> linear.Head:
    empty = np.zeros((1, len(classes)), np.float32)
    return linear.Head("own", "0", classes, empty, empty[0], settings)


def test_what_is_about_nothing_public_has_no_topic_shown() -> None:
    head = _head(("other", "roads", "water"), first=0.5, second=0.25)
    found = np.array([[0.7, 0.2, 0.1], [0.3, 0.1, 0.6], [0.1, 0.4, 0.5], [0.2, 0.4, 0.4]])
    assert topic.decide(head, found.astype(np.float32)) == [
        (),
        (("water", 0.6),),
        (("water", 0.5), ("roads", 0.4)),
        (),
    ]


def test_an_appeal_is_said_from_its_threshold_on() -> None:
    head = _head(("complaint", "none"), least=0.7)
    found = np.array([[0.8, 0.2], [0.6, 0.4], [0.4, 0.6]], np.float32)
    assert appeal.decide(head, found, [[]] * 3) == [("complaint", 0.8), (None, None), ("none", 0.6)]


def test_each_kind_of_appeal_has_its_own_threshold() -> None:
    head = _head(("complaint", "none", "question"), least=0.5, complaint=0.7)
    found = np.array([[0.6, 0.3, 0.1], [0.7, 0.2, 0.1], [0.2, 0.2, 0.6], [0.3, 0.4, 0.3]])
    said = [name for name, _ in appeal.decide(head, found.astype(np.float32), [[]] * 4)]
    assert said == [None, "complaint", "question", "none"]


def test_a_question_that_asks_in_so_many_words_is_believed_from_a_half_on() -> None:
    head = _head(("complaint", "none", "question"), least=0.5, question=0.95)
    found = np.array([[0.2, 0.2, 0.6], [0.2, 0.2, 0.6], [0.3, 0.25, 0.45], [0.4, 0.3, 0.3]])
    asked = [["подскажите", "телефон"], ["кто", "виноват"], ["подскажите"], ["подскажите"]]
    said = [name for name, _ in appeal.decide(head, found.astype(np.float32), asked)]
    assert said == ["question", None, None, None]


def test_thresholds_of_kinds_are_chosen_on_comments_alone() -> None:
    """Forty complaints told at 0.9, of which 36 are right; at 0.605 one of two is."""
    told = [(0.9, "complaint")] * 36 + [(0.9, "none")] * 4
    told += [(0.605, "complaint"), (0.605, "none")] * 20
    read = [Row(text="а", label=label, source=SOURCE, language="ru") for _, label in told]
    own = [Row(text="б", label="none", source="synthetic", language="ru")] * 99
    sure = np.array([*(probability for probability, _ in told), *[0.9] * 99])
    right = np.array([row.label == "complaint" for row in [*read, *own]])
    fitted = folds.Fitted(None, [*read, *own], np.column_stack([sure, 1 - sure]), right)
    said: list[str] = []
    found = train_appeal.settings(("complaint", "none"), fitted, said.append)
    assert found == {"least": 0.5, "complaint": 0.61}
    assert said == ["complaint: shown from 0.61, right 36 of 40, of 56"]


@pytest.mark.parametrize("line", ["abc\twater", f"{'0' * 16}", f"{'0' * 16}\t"])
def test_a_bad_topic_is_told_with_its_line(line: str) -> None:
    with pytest.raises(Invalid, match=r"articles.tsv:2: "):
        comments.topics(["# ours", line], "articles.tsv")


def test_our_topics_of_articles_and_reviews_are_of_the_taxonomy() -> None:
    for path in (comments.ARTICLES, comments.REVIEWS, comments.REVIEWS_TO_LEARN):
        found = comments.topics(path.read_text("utf-8").splitlines(), path.name)
        assert len(found) > 100
        assert set(found.values()) <= {*taxonomy.packaged().topics, topic.OTHER}


@pytest.mark.shared
def test_reviews_to_measure_with_are_read_by_us(shared_dir: Path) -> None:
    found = comments.reviews(shared_dir)
    assert len(found) == len(comments.topics(rows.lines(comments.REVIEWS), "reviews_kk.tsv")), (
        "each is found"
    )
    real, weak = train_topic.learned_from(shared_dir)
    assert not {rows.identity(row.text) for row in (*real, *weak)} & {
        rows.identity(row.text) for row in found
    }
