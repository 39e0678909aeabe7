"""Commands of the data engineer, as a person types them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from collectors.runner.standing import Standing, TargetStanding
from rezonans.records import encode
from tests.conftest import CHECKOUT
from tests.rezonans.test_cli import run

FEED = (CHECKOUT / "tests" / "fixtures" / "rss" / "page.xml").read_bytes()
EXPORT = (CHECKOUT / "tests" / "fixtures" / "file" / "page.csv").read_bytes()


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def settings(text: str) -> None:
    Path("rezonans.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def feed(httpserver: HTTPServer) -> str:
    httpserver.expect_request("/rss").respond_with_data(FEED, content_type="application/xml")
    settings(
        '[collectors.news]\nkind = "rss"\nlegal_basis = "ours"\ngap_seconds = 0\n'
        f'private_hosts = ["{httpserver.host}"]\n'
        f'[[collectors.news.feeds]]\nname = "one"\nurl = "{httpserver.url_for("/rss")}"\n'
    )
    return httpserver.url_for("/rss")


def test_kinds_say_what_they_do_not_offer(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "collectors")
    assert code == 0
    assert "rss: posts, edits\n    not offered: comments, counters, deletions\n" in out


def test_how_sources_stand_is_said_beside_the_kinds_whether_anything_runs_or_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, out, _ = run(capsys, "collectors")
    assert out.endswith("sources: none was ever read here; `rezonans run` starts it\n")
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    target = TargetStanding(
        instance="news", kind="rss", target="one", state="error", reason="is gone", since=at
    )
    folder = tmp_path / "var" / "collect"
    folder.mkdir(parents=True)
    (folder / "standing.json").write_bytes(encode(Standing(at=at, targets=[target])))
    code, out, _ = run(capsys, "collectors", "--within", "5")
    assert code == 0
    assert "; nothing reads now, this was " in out
    assert "news (rss): 1 target(s): 1 error\n    last success never;" in out
    assert "    one: error: is gone\n" in out
    code, out, _ = run(capsys, "collectors", "--json")
    assert json.loads(out)["targets"][0]["reason"] == "is gone"
    code, _, err = run(capsys, "collectors", "--within", "0")
    assert (code, err) == (2, "rezonans: --within: minutes, from 0.1 to 1440\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("other",), "other: no such collector in the settings; known: news"),
        (("news",), "news: the kind rss has no history to read"),
        (("vk", "--target", "club9"), "--target club9: no target of vk"),
        (("vk",), "no log to write to: start `rezonans run`"),
        (("vk", "--since", "2999-01-01"), "--since 2999-01-01: a day that is over"),
    ],
)
def test_a_backfill_that_can_not_begin_is_one_sentence(
    capsys: pytest.CaptureFixture[str], feed: str, arguments: tuple[str, ...], said: str
) -> None:
    if arguments[0] == "vk":
        table = '[collectors.vk]\nkind = "vk"\nlegal_basis = "ours"\ntoken = "a-token"\n'
        settings(table + 'walls = [{ name = "club1" }]\n')
    since = () if "--since" in arguments else ("--since", "2026-09-01")
    code, out, err = run(capsys, "backfill", *arguments, *since)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_media_to_begin_with_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "collectors", "media")
    assert code == 0
    assert "lada: Лада (ru; region 47)\n    https://www.lada.kz/rss.xml\n" in out
    assert out.count("the address was not checked: try it first") >= 20


@pytest.mark.parametrize("arguments", [("news",), ("rss",), ("news", "--target", "one")])
def test_a_source_of_the_settings_is_shown_and_nothing_is_kept(
    capsys: pytest.CaptureFixture[str], feed: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, out, _ = run(capsys, "collectors", "try", *arguments, "--limit", "2")
    assert code == 0
    assert "2 posts; nothing was sent or kept" in out
    assert [path.name for path in tmp_path.iterdir()] == ["rezonans.toml"]


def test_a_target_that_no_settings_name_is_tried_with_those_of_its_kind(
    capsys: pytest.CaptureFixture[str], feed: str
) -> None:
    code, out, _ = run(capsys, "collectors", "try", "rss", "--target", feed, "--json")
    posts = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert {post["schema"] for post in posts if "schema" in post} == {"post.v1"}
    assert {post["legal_basis"] for post in posts if "schema" in post} == {"ours"}


def test_an_export_is_tried_with_the_columns_of_the_settings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_bytes(EXPORT)
    columns = '"id" = "Номер"\n"text" = "Текст"\n'
    settings(
        '[collectors.ikomek]\nkind = "file"\nlegal_basis = "ours"\nsystem = "109"\n'
        f'paths = ["other-*.csv"]\n[collectors.ikomek.columns]\n{columns}'
    )
    code, out, _ = run(capsys, "collectors", "try", "ikomek", "--target", "new.csv")
    assert code == 0
    assert "Третий день нет горячей воды" in out


def test_a_mapping_is_suggested_and_shown_before_anything_is_set_up(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "Выгрузка\n№ обращения;ФИО;Дата регистрации;Текст обращения;Район\n"
    text += "7;Ахметова Г.;20.11.2026 10:00;Звоните 87011234567, нет воды;\n"
    (tmp_path / "new.csv").write_bytes(text.encode("cp1251"))
    code, out, _ = run(capsys, "collectors", "try", "file", "--target", "new.csv")
    assert code == 0
    assert "new.csv: CSV in cp1251, cells between ';', header in line 2" in out
    assert "id         <- № обращения" in out
    assert "text       <- Текст обращения          Звоните [phone], нет воды" in out
    assert "place      <- Район                    empty in every row" in out
    assert "not read: ФИО" in out
    assert '[collectors.NAME.columns]\nid = "№ обращения"\n' in out
    assert "1 posts; nothing was sent or kept" in out
    assert not {"Ахметова", "87011234567"} & set(out.replace(",", " ").split())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nonsense",), 2, "neither a collector of the settings nor a kind; kinds: "),
        (("rss",), 2, "name what to look at with --target"),
        (
            ("rss", "--target", "not an address"),
            2,
            "collectors.rss: feeds.0.url: an address that begins with http",
        ),
        (("file", "--target", "x.csv"), 1, "x.csv: no such file yet"),
        (("file", "--target", "."), 2, "an empty folder; name one with a file"),
        (("vk", "--target", "club1"), 2, "token is missing; set it in the environment"),
        (("youtube", "--target", "x"), 2, "does not look like UC"),
        (("rss", "--target", "http://127.0.0.1:9/"), 1, "private network"),
        (("rss", "--target", "http://x/", "--limit", "0"), 2, "--limit: at least 1"),
    ],
)
def test_what_can_not_be_tried_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    left, out, err = run(capsys, "collectors", "try", *arguments)
    assert left == code
    assert said in err
    assert (err.count("\n"), out) == (1, "")


def test_a_skeleton_is_not_written_over_a_kind_there_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = run(capsys, "new-collector", "rss")
    assert (code, err) == (
        2,
        "rezonans: collectors/rss.py: is there already; choose another name\n",
    )
    (tmp_path / "collectors").mkdir()
    (tmp_path / "tests" / "fixtures").mkdir(parents=True)
    code, out, _ = run(capsys, "new-collector", "okno", "--root", ".")
    assert code == 0
    assert out.splitlines()[0] == "collectors/okno.py"
    assert (tmp_path / "tests" / "fixtures" / "okno" / "settings.toml").is_file()
