"""A mistake in the settings is one sentence with the place and the remedy."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from rezonans.refused import SettingsError
from rezonans.secret_files import kept
from rezonans.settings import read


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rezonans.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_need_no_file() -> None:
    assert read(None).desk.host == "127.0.0.1"


def test_environment_overrides_a_leaf_and_keeps_its_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, '[desk]\nport = 9000\n[collectors.news]\nkind = "rss"\n')
    monkeypatch.setenv("REZONANS_DESK__HOST", "127.0.0.2")
    monkeypatch.setenv("REZONANS_COLLECTORS__NEWS__TOKEN", "abc")
    settings = read(path)
    assert (settings.desk.host, settings.desk.port) == ("127.0.0.2", 9000)
    assert settings.collectors == {"news": {"kind": "rss", "token": "abc"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("desk.prt = 3", "desk.prt: unknown key; did you mean port?"),
        ("[dsk]\nport = 3", "dsk: unknown key; did you mean desk?"),
        ("[desk]\nzzz = 3", "desk.zzz: unknown key; take it out"),
        ('[alerts.press]\nulr = "x"', "alerts.press.ulr: unknown key; did you mean url?"),
        ("[[desks.a.rota]]\nwhne = []", "desks.a.rota.0.whne: unknown key; did you mean when?"),
        ('home = "Taraz"', "home:"),
        ('[worker]\nsnapshot_seconds = "4 s"', "worker.snapshot_seconds: a number without a unit"),
        ("[desk\n", "not valid TOML"),
        ('[alerts.press]\nlanguage = "ru"', "alerts.press.url:"),
        ("[desk]\nport = 70000", "desk.port:"),
    ],
)
def test_mistakes_in_the_file(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_wrong_encoding_and_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such settings file"):
        read(tmp_path / "none.toml")
    path = tmp_path / "cp1251.toml"
    path.write_bytes('language = "ру"'.encode("cp1251"))
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        read(path)
    with pytest.raises(SettingsError, match="can not be read"):
        read(tmp_path)


def test_misspelt_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REZONANS_DEKS__PORT", "1")
    with pytest.raises(
        SettingsError, match="REZONANS_DEKS__PORT: unknown setting; did you mean desk"
    ):
        read(None)


def test_secret_values_are_never_in_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__URL", "tgram://123456:SECRET/1")
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__LANGUAGE", "SECRET")
    with pytest.raises(SettingsError) as caught:
        read(None)
    assert "SECRET" not in str(caught.value)


def test_secrets_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    settings = read(written(tmp_path, 'state_dir = "state"'))
    first = settings.store_token
    assert first == read(written(tmp_path, 'state_dir = "state"')).store_token
    assert len(settings.pseudonym_key) >= 32
    mode = stat.S_IMODE((tmp_path / "state/secrets/store.token").stat().st_mode)
    assert mode == 0o600


def test_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, not a folder")
    settings = read(written(tmp_path, 'state_dir = "state"'))
    with pytest.raises(SettingsError, match="state_dir"):
        _ = settings.store_token


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "key"

    def late() -> str:
        assert kept(path, lambda: "first") == "first"
        return "second"

    assert kept(path, late) == "first"
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_a_writer_that_dies_leaves_no_secret_behind(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(UnicodeEncodeError):  # it dies in the middle of writing
        kept(path, lambda: "half\ud800")
    assert list(tmp_path.iterdir()) == []
    assert kept(path, lambda: "whole") == "whole"


def test_an_empty_secret_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "state" / "secrets"
    folder.mkdir(parents=True)
    (folder / "pseudonym.key").write_text("\n")
    settings = read(written(tmp_path, 'state_dir = "state"'))
    with pytest.raises(SettingsError, match=r"pseudonym\.key: is empty; restore it"):
        _ = settings.pseudonym_key
    monkeypatch.setenv("REZONANS_PRIVACY__KEY", " ")
    monkeypatch.setenv("REZONANS_STORE__TOKEN", "")
    for name, variable in (("pseudonym_key", "PRIVACY__KEY"), ("store_token", "STORE__TOKEN")):
        with pytest.raises(SettingsError, match=f"REZONANS_{variable}: is empty"):
            getattr(read(None), name)


@pytest.mark.parametrize(
    ("given", "servers"),
    [
        ("localhost:9092", ("localhost:9092",)),
        ("a.kz:9092, b.kz:9092,", ("a.kz:9092", "b.kz:9092")),
        ('["a.kz:9092", "b.kz:9092"]', ("a.kz:9092", "b.kz:9092")),
        ("[::1]:9092", ("[::1]:9092",)),
        ("", ()),
        ("[]", ()),
    ],
)
def test_lists_come_from_the_environment_as_people_write_them(
    monkeypatch: pytest.MonkeyPatch, given: str, servers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("REZONANS_KAFKA__SERVERS", given)
    monkeypatch.setenv("REZONANS_STORE__HOSTS", "centre.kz")
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__URL", "json://centre.kz")
    monkeypatch.setenv("REZONANS_ALERTS__PRESS__REGIONS", "31,75")
    settings = read(None)
    assert settings.kafka.servers == servers
    assert settings.store.hosts == ("centre.kz",)
    assert settings.alerts["press"].regions == ("31", "75")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("REZONANS_DESK", "abc", "a section, not a value"),
        ("REZONANS_DESK", "[1", "a section, not a value"),
        ("REZONANS_COLLECTORS", "abc", "a section, not a value"),
        ("REZONANS_COLLECTORS__NEWS", "abc", "a section, not a value"),
        ("REZONANS_ALERTS__PRESS", "abc", "a section, not a value"),
        ("REZONANS_STORE__RETENTION", "30", "a section, not a value"),
        ("REZONANS_KAFKA__SERVERS", '["a.kz:9092"', "a list; write it like"),
        ("REZONANS_KAFKA__SERVERS", "[9092]", "kafka.servers.0"),
        ("REZONANS_DESK__PORT", "many", "desk.port: a number without a unit"),
        ("rezonans_desk__port", "many", "desk.port: a number without a unit"),
    ],
)
def test_mistakes_in_the_environment_name_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    for path in (None, written(tmp_path, "[kafka]\nreplication = 1\n")):
        with pytest.raises(SettingsError) as caught:
            read(path)
        assert str(caught.value).startswith(f"environment: {name}: ")
        assert says in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_empty_address_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REZONANS_STORE__URL", "")
    settings = read(written(tmp_path, '[store]\nurl = "http://store.kz:8123"\n'))
    assert settings.store.url is None
    assert settings.store_url == "http://127.0.0.1:8124"


def test_each_epoch_has_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Destroying the file of an epoch is what nobody can undo."""
    first = read(None).pseudonym_key
    monkeypatch.setenv("REZONANS_PRIVACY__EPOCH", "a2")
    second = read(None).pseudonym_key
    assert first != second
    names = sorted(path.name for path in (tmp_path / "var" / "secrets").glob("pseudonym*"))
    assert names == ["pseudonym-a2.key", "pseudonym.key"]
    monkeypatch.delenv("REZONANS_PRIVACY__EPOCH")
    assert read(None).pseudonym_key == first
