"""Where a ClickHouse server is, who asks there, and whom we trust: all of it is `store.url`.

    https://rezonans@clickhouse.example.kz:8443?ca_cert=/etc/rezonans/authority.pem

The password comes from the environment as `store.token`; one in the address wins. Without
`ca_cert` the authorities of the system are trusted.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from rezonans.refused import SettingsError

CA_CERT = "ca_cert"


@dataclass(frozen=True)
class Address:
    """An address taken apart. `url`: without user, password and query."""

    url: str
    user: str
    password: str
    ca_cert: str | None

    def context(self) -> ssl.SSLContext | bool:
        """What a client verifies the server by. `SettingsError` when the file is none."""
        if self.ca_cert is None:
            return True
        if not Path(self.ca_cert).is_file():
            raise SettingsError(f"store.url: {CA_CERT}: there is no file {self.ca_cert}")
        try:
            return ssl.create_default_context(cafile=self.ca_cert)
        except ssl.SSLError:
            raise SettingsError(
                f"store.url: {CA_CERT}: {self.ca_cert} holds no certificate"
            ) from None


def address(url: str, token: str = "") -> Address:
    """The address of a server as it stands in the settings."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return Address(
        url=f"{parts.scheme}://{host}{parts.path}",
        user=unquote(parts.username or "") or "default",
        password=unquote(parts.password or "") or token,
        ca_cert=next(iter(parse_qs(parts.query).get(CA_CERT, [])), None),
    )
