"""How a Kafka is reached that asks who we are: TLS, SASL, both, or neither.

Files are read when a process starts; a file that is not there, or a name without a password, is a
mistake of the settings and is said as such. Secrets come from the environment and are in no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

Protocol = Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class Security(BaseModel):
    """The `[kafka.security]` table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    protocol: Protocol = "plaintext"
    ca_file: Path | None = None
    """Whom we trust, PEM; default: the authorities of the system."""
    certificate_file: Path | None = None
    """Who we are, PEM, where the server wants a certificate of ours."""
    key_file: Path | None = None
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str | None = None
    password: SecretStr | None = None

    @model_validator(mode="after")
    def _whole(self) -> Security:
        if self.signs_in and not (self.username and self.password):
            msg = f"protocol {self.protocol} needs username and password"
            raise ValueError(msg)
        if (self.certificate_file is None) != (self.key_file is None):
            msg = "certificate_file and key_file go together"
            raise ValueError(msg)
        for name in ("ca_file", "certificate_file", "key_file"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                msg = f"{name}: there is no file {path}"
                raise ValueError(msg)
        return self

    @property
    def encrypts(self) -> bool:
        return self.protocol in ("ssl", "sasl_ssl")

    @property
    def signs_in(self) -> bool:
        return self.protocol in ("sasl_plaintext", "sasl_ssl")

    @property
    def secret(self) -> str | None:
        return self.password.get_secret_value() if self.password else None


def client_options(security: Security) -> Mapping[str, Any]:
    """What every client of kafka-python is given besides its servers."""
    found: dict[str, Any] = {"security_protocol": security.protocol.upper()}
    if security.encrypts:
        files = {
            "ssl_cafile": security.ca_file,
            "ssl_certfile": security.certificate_file,
            "ssl_keyfile": security.key_file,
        }
        found |= {name: str(path) for name, path in files.items() if path is not None}
    if security.signs_in:
        found |= {
            "sasl_mechanism": security.mechanism,
            "sasl_plain_username": security.username,
            "sasl_plain_password": security.secret,
        }
    return found
