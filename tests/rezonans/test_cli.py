"""Commands: what they print, exit codes, and no traceback for a user's mistake."""

from __future__ import annotations

import functools
import json
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from models import places
from models.places.units import FOLDER
from models.weights import ARTIFACTS
from rezonans.cli import main
from rezonans.cli.replay import OVERRIDES
from rezonans.cli.storing import open_store
from rezonans.cli.wiring import worker_steps
from rezonans.refused import SettingsError
from rezonans.settings import read

EXAMPLE = Path(__file__).parents[2] / "deploy" / "rezonans.example.toml"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_example_settings_are_fine(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "--settings", str(EXAMPLE))
    assert code == 0
    assert "settings are fine" in out


def test_check_tells_what_taxonomy_and_weights_do_not_share(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    names = 'ru = "а"\nkk = "ә"\nen = "a"\n'
    own.write_text(f'[groups.x]\n{names}[topics.snow]\ngroup = "x"\n{names}', "utf-8")
    (tmp_path / "rezonans.toml").write_text('[models]\ntaxonomy = "own.toml"\n')
    code, out, _ = run(capsys, "check")
    assert code == 0
    assert "note: models.taxonomy: topics.snow: the weights do not know it" in out
    own.write_text("[groups]\n[topics.snow]\n", "utf-8")
    code, out, _ = run(capsys, "check")
    assert code == 2
    assert "models.taxonomy: taxonomy: own.toml: " in out


def test_damaged_weights_are_told_before_anything_starts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The same sentence from `check`, from `understand` and from the worker."""
    own = tmp_path / "weights"
    shutil.copytree(ARTIFACTS, own)
    path = own / "topic" / "weights.npz"
    path.write_bytes(path.read_bytes()[:-100])
    (tmp_path / "rezonans.toml").write_text('[models]\nweights = "weights"\n')
    told = "weights/topic/weights.npz: does not match its manifest, damaged or mixed up; restore it"
    code, out, _ = run(capsys, "check")
    assert (code, told in out) == (2, True)
    code, _, err = run(capsys, "understand")
    assert (code, told in err) == (2, True)
    with pytest.raises(SettingsError, match="does not match its manifest"):
        worker_steps(read(tmp_path / "rezonans.toml"))
    assert "Traceback" not in err


def test_a_damaged_gazetteer_is_told_like_weights(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FOLDER, tmp_path / "gazetteer")
    path = tmp_path / "gazetteer" / "kato.tsv.gz"
    path.write_bytes(path.read_bytes()[:500])
    damaged = functools.partial(places.load, tmp_path / "gazetteer")
    monkeypatch.setattr(places, "load", damaged)
    code, out, _ = run(capsys, "check")
    assert (code, "gazetteer file kato.tsv.gz can not be read" in out) == (2, True)


def test_check_lists_every_problem(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "rezonans.toml"
    path.write_text(
        '[collectors.a]\nkind = "rss"\n[collectors.b]\nkind = "nonsense"\n'
        '[alerts.c]\nurl = "nonsense://secret"\n[resonance]\nbin_seconds = "x"\n'
    )
    code, out, _ = run(capsys, "check")
    assert code == 2
    for part in ("collectors.a", "collectors.b", "alerts.c.url", "bin_seconds"):
        assert part in out
    assert "secret" not in out


def test_understand_labels_lines_and_names_the_bad_ones(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(
        '{"text": "В Таразе третий день нет воды", "id": 7}\nnot json\n'.encode()
        + '{"text": "Жол жөндеп бергендеріңізге рахмет"}\n'.encode()
    )
    with pytest.raises(SystemExit) as left:
        main(["understand", "--input", str(path)])
    water, bad, thanks = map(json.loads, capsysbinary.readouterr().out.splitlines())
    assert left.value.code == 1
    assert (water["id"], water["language"], water["topics"][0][0]) == (7, "ru", "water")
    assert water["places"][0]["kato"] == "311010000"
    assert sum(water["sentiment"].values()) == pytest.approx(1, abs=0.01)
    assert "line 2" in bad["error"]
    assert (thanks["language"], thanks["appeal"]) == ("kk", "gratitude")


OWN = """
[models]
taxonomy = "own.toml"
"""
SNOW_AND_WATER = """
[groups.town]
ru = "Посёлок"
kk = "Кент"
en = "Town"
[authorities.works]
ru = "Водоканал"
kk = "Су арнасы"
en = "Waterworks"
[topics.water]
group = "town"
authority = "works"
ru = "Холодная вода"
kk = "Суық су"
en = "Cold water"
[topics.snow]
group = "town"
ru = "Снег"
kk = "Қар"
en = "Snow"
"""


def test_understand_reads_what_is_typed_and_plain_lines(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    def said(*words: str) -> tuple[object, list[dict[str, object]], str]:
        with pytest.raises(SystemExit) as left:
            main(["understand", *words])
        out, err = capsysbinary.readouterr()
        return left.value.code, list(map(json.loads, out.splitlines())), err.decode()

    code, found, _ = said("Нет\nводы", "жарық жоқ")
    assert (code, [one["text"] for one in found]) == (0, ["Нет воды", "жарық жоқ"])
    path = tmp_path / "texts.txt"
    path.write_bytes("нет воды\r\n\n".encode() + "нет света\n".encode("cp1251") + b'"a"')
    code, (first, second, third), err = said("--lines", "--input", str(path))
    assert (code, first["text"], third["text"]) == (1, "нет воды", '"a"')
    assert second == {"error": "line 3: not UTF-8 (byte 0); save it as UTF-8", "line": 3}
    assert "--lines" not in err
    path.write_text("нет воды\n", "utf-8")
    code, _, err = said("--input", str(path))
    assert (code, "are read with --lines" in err) == (1, True)
    code, (wrong,), err = said("\udccd\udce5")  # how a terminal hands over what is not UTF-8
    assert (code, wrong["error"]) == (1, "line 1: not UTF-8 (byte 0); save it as UTF-8")
    assert "--lines" not in err
    code, _, err = said("нет воды", "--lines")
    assert (code, "not both" in err) == (2, True)


@pytest.mark.parametrize(
    ("lang", "name", "answers", "mood"),
    [
        ("ru", "Холодная вода", "Водоканал", "негативная"),
        ("kk", "Суық су", "Су арнасы", "теріс"),
        ("en", "Cold water", "Waterworks", "negative"),
    ],
)
def test_understand_says_what_the_taxonomy_names_and_who_answers(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path,
    lang: str, name: str, answers: str, mood: str,
) -> None:  # fmt: skip
    """One removed is not said, one renamed has its name, one that no weights know does no harm."""
    (tmp_path / "rezonans.toml").write_text(OWN)
    (tmp_path / "own.toml").write_text(SNOW_AND_WATER, encoding="utf-8")
    texts = ("Третий день нет воды, водоканал молчит", "Батареи холодные, отопления нет")
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    (tmp_path / "texts.jsonl").write_text(lines)
    with pytest.raises(SystemExit):
        main(["understand", "--input", "texts.jsonl", "--lang", lang, "--explain"])
    water, heating = map(json.loads, capsysbinary.readouterr().out.splitlines())
    assert [code for code, _ in water["topics"]] == ["water"]
    assert water["answers"] == ["works"]
    assert (water["names"]["topics"], water["names"]["answers"]) == ([name], [answers])
    assert water["names"]["sentiment"] == mood
    assert water["why"]["topic"]["name"] == name
    assert heating["topics"] == heating["answers"] == []
    assert "topics" not in heating["names"]
    assert heating["why"]["topic"]["rule"] == "unnamed"


def test_the_taxonomy_is_printed_by_group_with_who_answers_and_what_people_write(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = run(capsys, "taxonomy", "--lang", "kk")
    assert code == 0
    assert out.startswith("Коммуналдық қызметтер (utilities)\n  water        Су және кәріз\n")
    assert "-> Денсаулық сақтау басқармасы (health)" in out
    assert "«К врачу не записаться», «Ауылда дәрігер жоқ»" in out
    assert "never guessed" not in out


def test_a_taxonomy_of_one_s_own_is_printed_as_json(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "rezonans.toml").write_text(OWN)
    (tmp_path / "own.toml").write_text(SNOW_AND_WATER, encoding="utf-8")
    code, out, _ = run(capsys, "taxonomy", "--json", "--lang", "en")
    water, snow = map(json.loads, out.splitlines())
    assert (code, water["group_name"], water["authority_name"]) == (0, "Town", "Waterworks")
    assert (water["guessed"], snow["guessed"], snow["authority"]) == (True, False, None)
    code, out, _ = run(capsys, "taxonomy")
    assert "Снег  (the weights do not know it: never guessed)" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("understand", "--input", "none.jsonl"), "none.jsonl"),
        (("train", "nohead", "--data", "."), "no head 'nohead'"),
        (("train", "topic", "--data", "nowhere"), "nowhere"),
        (("migrate",), "store.url"),
        (("topics", "apply"), "kafka.servers"),
        (("worker",), "rezonans run"),
        (("replay", "none.jsonl"), "none.jsonl"),
        (("check", "--settings", "none.toml"), "none.toml"),
        (("frobnicate",), "frobnicate"),
    ],
)
def test_mistakes_are_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert said in err
    assert err.startswith("rezonans: ")
    assert err.count("\n") == 1


def test_kinds_and_topics_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "collectors")
    assert code == 0
    assert {"rss: posts", "simulate: posts"} <= {line.split(",")[0] for line in out.splitlines()}
    _, out, _ = run(capsys, "topics", "list")
    assert json.loads(out.splitlines()[0])["topic"] == "posts"


def test_migrations_are_shown_for_both_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    _, shown, _ = run(capsys, "migrate", "--dry-run")
    one, heading, many = shown.partition("-- cluster rezonans")
    assert heading
    assert "CREATE TABLE" in one
    assert "ON CLUSTER" not in one
    assert "ON CLUSTER" not in one
    assert "ON CLUSTER 'rezonans'" in many
    assert "ReplicatedReplacingMergeTree" in many


def test_a_replay_never_opens_the_live_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its children read the same file: the address of the live store is taken from them."""
    monkeypatch.setenv("REZONANS_STORE__URL", "http://clickhouse.example.kz:8123")
    monkeypatch.setenv("REZONANS_REPLAY", "true")
    with pytest.raises(SettingsError, match="a store of its own"):
        open_store(read(None))
    monkeypatch.setenv("REZONANS_STORE__URL", OVERRIDES["REZONANS_STORE__URL"])
    assert read(None).store.url is None


@pytest.mark.parametrize("name", ["desk", "store"])
def test_a_process_says_that_its_port_is_taken(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv(f"REZONANS_{name.upper()}__PORT", str(port))
        monkeypatch.setenv("REZONANS_KAFKA__SERVERS", "127.0.0.1:9")
        code, _, err = run(capsys, name)
    assert code == 1
    assert f"{name}.port: can not listen on 127.0.0.1:{port}" in err


@pytest.mark.integration
def test_a_replay_that_is_cut_off_does_not_look_done(tmp_path: Path) -> None:
    line = '{"item": "a:1", "published_at": "2026-11-01T10:00:00Z", "text": "Су жоқ"}\n'
    (tmp_path / "posts.jsonl").write_text(line, encoding="utf-8")
    started = subprocess.Popen(
        [sys.executable, "-m", "rezonans", "replay", "posts.jsonl"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with started as process:
        assert process.stderr is not None
        assert any("starting log" in said for said in process.stderr)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
    assert (process.returncode, out) == (130, "")
