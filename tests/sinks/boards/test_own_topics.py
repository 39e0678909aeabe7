"""A site with topics of its own writes boards of its own; the committed files stay as they are."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import taxonomy
from sinks import boards
from sinks.boards.__main__ import files, main

WRITTEN = dict(files())

OWN = """
[groups.all]
ru = "Всё"
kk = "Бәрі"
en = "All"

[topics.storks]
ru = "Аисты, и гнёзда"
kk = "Ләйлектер"
en = "Storks"
group = "all"
"""


@pytest.mark.parametrize("by", ["--taxonomy", "--settings"])
def test_a_taxonomy_of_one_s_own_is_written_into_a_folder_of_one_s_own(
    by: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, settings, out = tmp_path / "own.toml", tmp_path / "rezonans.toml", tmp_path / "grafana"
    own.write_text(OWN, "utf-8")
    settings.write_text(f'[models]\ntaxonomy = "{own}"\n', "utf-8")
    given = own if by == "--taxonomy" else settings
    assert main([by, str(given), "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    there = {str(one.relative_to(out)): one for one in out.rglob("*") if one.is_file()}
    assert set(there) == set(WRITTEN)
    packaged = taxonomy.packaged().topics["water"]
    for language, name in (("ru", "Аисты и гнёзда"), ("kk", "Ләйлектер")):
        found = json.loads(there[f"boards/{language}/topic.json"].read_text("utf-8"))
        (topic,) = [one for one in found["templating"]["list"] if one["name"] == "topic"]
        offered = {one["value"]: one["text"] for one in topic["options"]}
        assert offered["storks"] == name
        assert "water" not in offered
        assert f'"{packaged.name(language)}"' not in there[
            f"boards/{language}/topic.json"
        ].read_text("utf-8")
        mapped = [
            codes["storks"]["text"]
            for panel in found["panels"]
            for one in panel["fieldConfig"]["overrides"]
            for given in one["properties"]
            if given["id"] == "mappings"
            for codes in (each["options"] for each in given["value"])
            if "storks" in codes
        ]
        assert mapped
        legends = [
            one["matcher"]["options"]
            for panel in found["panels"]
            for one in panel["fieldConfig"]["overrides"]
        ]
        assert "/^(\\w+ )?storks$/" in legends
    kept = there["boards/ru/pipeline.json"].read_text("utf-8")
    assert kept == WRITTEN["boards/ru/pipeline.json"]


def test_topics_are_offered_group_by_group_behind_the_whole_group() -> None:
    found = json.loads(WRITTEN["boards/ru/topic.json"])
    (topic,) = [one for one in found["templating"]["list"] if one["name"] == "topic"]
    offered = [(one["text"], one["value"]) for one in topic["options"]]
    assert offered[1] == (
        "Коммунальные услуги: все темы", "water,heating,electricity,gas,waste",
    )  # fmt: skip
    assert offered[2:4] == [("Вода и канализация", "water"), ("Отопление", "heating")]
    assert offered[-1] == ("не определено", "-")
    assert not any(text.startswith("Всё:") for text, _ in offered)
    # as Grafana reads the list: choices by commas, those of a value escaped
    read = [one.replace("\\,", ",") for one in re.findall(r"(?:\\,|[^,])+", topic["query"])]
    assert [tuple(one.split(" : ")) for one in read] == offered[1:]


def test_a_whole_group_asks_for_each_of_its_topics() -> None:
    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    text = boards.sql("topics_by_region")
    together = boards.expand(text, since, until, chosen={"topic": ("water,gas", "roads")})
    assert together == boards.expand(
        text, since, until, chosen={"topic": ("water", "gas", "roads")}
    )


def test_the_packaged_taxonomy_writes_the_committed_files(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    assert {path: (tmp_path / path).read_text("utf-8") for path in WRITTEN} == WRITTEN


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (OWN, [], "name another folder"),
        (OWN.replace('"all"', '"none"'), ["--out", "out"], "topics.storks: group 'none'"),
        (OWN, ["--out", "own.toml/out"], "name a folder to write into"),
    ],
)
def test_a_mistake_is_one_sentence(
    text: str,
    more: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text(text, "utf-8")
    assert main(["--taxonomy", "own.toml", *more]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["own.toml"]
