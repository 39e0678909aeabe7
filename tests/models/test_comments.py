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
from models.train import attitudes, comments, folds, rows, synthetic
from models.train import topic as train_topic
from models.train.comments import HEADLINE, SAME_ARTICLE, SOURCE, Comments
from models.train.rows import Row
from rezonans.troubles import Invalid
from tests.models.small_data import make


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("data"))


def _labels(data: Path, path: Path, said: dict[int, str]) -> Path:
    """A file of labels for the comments with these numbers."""
    listed = rows.table(data / "tengrinews_apr2024/comments.csv.gz")
    lines = [
        f"{rows.identity(listed[number]['text'])[:16]}\t{label}\tn\t-"
        for number, label in said.items()
    ]
    path.write_text("# ours\n\n" + "\n".join(lines), "utf-8")
    return path


def test_a_label_finds_its_comment_and_the_neighbours(data: Path, tmp_path: Path) -> None:
    said = {0: "water", 1: "water", 2: "other", 4: "roads", 5: "order", 8: "gas"}
    read = Comments(data, _labels(data, tmp_path / "labels.tsv", said))
    found = read.rows(lambda label: label.topic)
    assert [row.label for row in found] == list(said.values())
    assert {row.source for row in found} == {SOURCE}
    assert texts.parted(found[0].context).headline == "Новость 0"
    assert [row.label for row in read.rows(lambda label: label.appeal)] == ["none"] * 6
    neighbours = read.same_article(0.3)
    assert {(row.label, texts.parted(row.context).headline, row.weight) for row in neighbours} == {
        ("water", "Новость 0", 0.3)  # two agree; one or two that differ say nothing of the rest
    }
    assert len(neighbours) == 1
    (article,) = read.articles(1.0)
    assert (article.label, article.source) == ("water", HEADLINE)
    assert article.text.startswith("Новость 0\nСегодня сообщили")
    assert neighbours[0].source == SAME_ARTICLE


def test_labels_without_their_texts_are_no_rows(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    path.write_text(f"{'0' * 16}\twater\tn\t-\n", "utf-8")
    assert Comments(data, path).rows(lambda label: label.topic) == []


def test_comments_read_for_their_appeal_alone_join_the_others(data: Path, tmp_path: Path) -> None:
    listed = rows.table(data / "tengrinews_apr2024/comments.csv.gz")
    names = [rows.identity(listed[number]["text"])[:16] for number in (0, 1, 2)]
    more = tmp_path / "appeals.tsv"
    # the first has a label that says everything, which goes before; the last is in no data set
    more.write_text(
        f"# ours\n{names[0]}\tc\n{names[1]}\tc\n{names[2]}\tg\n{'0' * 16}\ts\n", "utf-8"
    )
    read = Comments(data, _labels(data, tmp_path / "labels.tsv", {0: "water"}))
    found = read.appeals(more)
    assert [row.label for row in found] == ["none", "complaint", "gratitude"]
    assert [row.text for row in found] == [listed[number]["text"] for number in (0, 1, 2)]
    assert {row.source for row in found} == {SOURCE}
    assert len(read.rows(lambda label: label.topic)) == 1


@pytest.mark.parametrize("line", ["abc\tc", "0" * 16, f"{'0' * 16}\tx", f"{'0' * 16}\tc\t-"])
def test_a_bad_appeal_is_told_with_its_line(line: str) -> None:
    with pytest.raises(Invalid, match=r"appeals.tsv:2: "):
        comments.appeals(["# ours", line], "appeals.tsv")


def test_our_appeals_are_read_and_name_no_comment_twice() -> None:
    lines = comments.APPEALS.read_text("utf-8").splitlines()
    found = comments.appeals(lines, "appeals.tsv")
    known = comments.parse(comments.LABELS.read_text("utf-8").splitlines(), "comments.tsv")
    assert len(found) > 1000
    assert len(found) == sum(not line.startswith("#") for line in lines)
    assert not set(found) & set(known)


@pytest.mark.parametrize(
    "line", ["abc\twater\tn\t-", f"{'0' * 16}\twater\tn", f"{'0' * 16}\twater\tx\t-"]
)
def test_a_bad_label_is_told_with_its_line(line: str) -> None:
    with pytest.raises(Invalid, match=r"labels.tsv:2: "):
        comments.parse(["# ours", line], "labels.tsv")


@pytest.mark.shared
def test_our_labels_and_the_domain_share_no_article(shared_dir: Path) -> None:
    """What `labels/tengri_dev` measures is never learned, not even its headlines."""
    read = Comments(shared_dir)
    learned = [
        *attitudes.read(shared_dir, "ru", 1.0),
        *attitudes.read(shared_dir, "kk", 1.0),
        *read.rows(lambda label: label.topic),
        *read.appeals(),
        *read.same_article(1.0),
        *read.articles(1.0),
    ]
    domain = rows.domain(shared_dir, "topic")
    assert len(learned) > 1000
    assert not {row.context for row in learned} & {row.context for row in domain}
    assert not {rows.identity(row.text) for row in learned} & {
        rows.identity(row.text) for row in domain
    }


def test_an_attitude_finds_its_comment_by_language(data: Path, tmp_path: Path) -> None:
    listed = rows.table(data / "tengrinews_apr2024/comments.csv.gz")
    names = [rows.identity(raw["text"])[:16] for raw in listed[:3]]
    path = tmp_path / "attitudes.tsv"
    path.write_text(f"# ours\n{names[0]}\tru\t-\n{names[1]}\tkk\t0\n{'0' * 16}\tru\t+\n", "utf-8")
    (russian,) = attitudes.read(data, "ru", 2.0, path)
    assert (russian.text, russian.label) == (listed[0]["text"], "negative")
    assert (russian.weight, russian.context) == (2.0, listed[0]["news_header"])
    (kazakh,) = attitudes.read(data, "kk", 1.0, path)
    assert (kazakh.text, kazakh.label, kazakh.language) == (listed[1]["text"], "neutral", "kk")


def test_what_the_domain_holds_out_is_never_learned(tmp_path: Path) -> None:
    folder = make(tmp_path / "data")
    held = rows.domain(folder, "sentiment")[0].text
    written = io.StringIO(newline="")
    csv.writer(written).writerows([("text", "news_header"), (held, "а"), ("другой", "а")])
    comments_file = folder / "tengrinews_apr2024/comments.csv.gz"
    comments_file.write_bytes(gzip.compress(written.getvalue().encode()))
    names = [rows.identity(text)[:16] for text in (held, "другой")]
    path = tmp_path / "attitudes.tsv"
    path.write_text("".join(f"{name}\tru\t-\n" for name in names), "utf-8")
    assert [row.text for row in attitudes.read(folder, "ru", 1.0, path)] == ["другой"]


@pytest.mark.parametrize(
    "line", ["abc\tru\t-", f"{'0' * 16}\tru", f"{'0' * 16}\ten\t-", f"{'0' * 16}\tru\tx"]
)
def test_a_bad_attitude_is_told_with_its_line(line: str) -> None:
    with pytest.raises(Invalid, match=r"attitudes.tsv:2: "):
        attitudes.parse(["# ours", line], "attitudes.tsv")


def test_our_attitudes_are_read_and_name_no_comment_twice() -> None:
    found = attitudes.parse(attitudes.LABELS.read_text("utf-8").splitlines(), "attitudes.tsv")
    known = comments.parse(comments.LABELS.read_text("utf-8").splitlines(), "comments.tsv")
    assert len(found) > 400
    assert {label.language for label in found.values()} == {"ru", "kk"}
    assert not set(found) & set(known)


def test_our_labels_are_of_the_taxonomy() -> None:
    found = comments.parse(comments.LABELS.read_text("utf-8").splitlines(), "comments.tsv")
    codes = {each.topic for each in synthetic.examples()}
    assert len(found) > 400
    assert {label.topic for label in found.values()} <= codes


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
    assert appeal.decide(head, found) == [("complaint", 0.8), (None, None), ("none", 0.6)]


def test_each_kind_of_appeal_has_its_own_threshold() -> None:
    head = _head(("complaint", "none", "question"), least=0.5, complaint=0.7)
    found = np.array([[0.6, 0.3, 0.1], [0.7, 0.2, 0.1], [0.2, 0.2, 0.6], [0.3, 0.4, 0.3]])
    said = [name for name, _ in appeal.decide(head, found.astype(np.float32))]
    assert said == [None, "complaint", "question", "none"]


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
