"""How a log that asks who we are is entered, and what is said when the settings do not say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from rezonans.refused import SettingsError
from rezonans.security import Security, client_options
from rezonans.settings import read


def test_nothing_is_asked_by_default() -> None:
    assert client_options(Security()) == {"security_protocol": "PLAINTEXT"}


def test_what_a_client_is_given(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    found = client_options(
        Security(protocol="sasl_ssl", ca_file=ca, username="rezonans", password=SecretStr("s3cret"))
    )
    assert found == {
        "security_protocol": "SASL_SSL",
        "ssl_cafile": str(ca),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "rezonans",
        "sasl_plain_password": "s3cret",
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"protocol": "sasl_ssl", "username": "rezonans"}, "needs username and password"),
        ({"protocol": "ssl", "ca_file": "none.pem"}, "there is no file none.pem"),
        ({"protocol": "ssl", "key_file": "none.pem"}, "go together"),
        ({"protocol": "tls"}, "plaintext"),
    ],
)
def test_half_of_it_is_a_mistake(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Security.model_validate(change)


def test_a_mistake_is_said_without_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REZONANS_KAFKA__SECURITY__PROTOCOL", "sasl_ssl")
    monkeypatch.setenv("REZONANS_KAFKA__SECURITY__PASSWORD", "hunter2")
    with pytest.raises(SettingsError) as caught:
        read(None)
    assert "kafka.security" in str(caught.value)
    assert "needs username and password" in str(caught.value)
    assert "hunter2" not in str(caught.value)
