"""One TOML file and the environment make frozen settings; read once, in the command line.

Every leaf can be overridden by the environment: `REZONANS_DESK__PORT=9000`. Secrets come
from there or from files under `state_dir`, never from the TOML file. Component tables
(`[collectors.NAME]`) are checked by the component's own `Config`, so nothing here knows kinds.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from rezonans import secret_files
from rezonans.desks import Channel, DeskSettings, all_desks, mistakes
from rezonans.environment import PREFIX, Environment, Names, Url
from rezonans.redaction import SECRETS, secrets_in
from rezonans.refused import SettingsError, explain, table, unknown
from rezonans.sections import Language, Section
from rezonans.security import Security


class Kafka(Section):
    """The log: the embedded one unless `servers` names another."""

    servers: Names = ()
    """host:port; empty: the embedded log."""
    prefix: str = Field(default="", pattern=r"^[a-z0-9.-]*$")
    """Put before every topic and consumer group: a replay runs beside the live one."""
    epoch: str = "kafka"
    """Name of this log's life. Set by the supervisor for the embedded log."""
    replication: int = Field(default=1, ge=1)
    session_seconds: float | None = Field(default=None, gt=0)
    """Consumer session time-out; default: 2 on the embedded log, 30 on Kafka."""
    roll_messages: int = Field(default=40_000, ge=10)
    """The embedded log is rolled when a partition holds more: it slows down with its length."""
    roll_memory_mb: int = Field(default=1024, ge=64)
    """And when it takes more memory: it frees none."""
    partitions: int = Field(default=4, ge=1, le=1000)
    """Of posts and mentions, when `rezonans topics apply` makes them: most workers at once."""
    security: Security = Security()

    @property
    def embedded(self) -> bool:
        return not self.servers or self.epoch != "kafka"

    @property
    def session(self) -> float:
        return self.session_seconds or (2.0 if self.embedded else 30.0)


class Retention(Section):
    """Days a row is kept, per table; 0 keeps it for ever."""

    mentions_days: int = Field(default=1095, ge=0)
    counters_days: int = Field(default=365, ge=0)
    spikes_days: int = Field(default=1095, ge=0)
    dead_letters_days: int = Field(default=30, ge=0)
    alerts_days: int = Field(default=365, ge=0)
    arrivals_days: int = Field(default=30, ge=0)
    looks_days: int = Field(default=30, ge=0)
    actions_days: int = Field(default=0, ge=0)
    deletions_days: int = Field(default=1095, ge=0)
    """Of the marks that an item is gone; no less than its mentions are kept."""
    lane_hours_days: int = Field(default=1095, ge=0)
    rollup_fives_days: int = Field(default=92, ge=0)
    rollup_hours_days: int = Field(default=1095, ge=0)
    rollup_days_days: int = Field(default=0, ge=0)
    rollup_months_days: int = Field(default=0, ge=0)


class Store(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8124, ge=0, le=65535)
    """Where the embedded store answers; 0: any free port."""
    url: Url = None
    """A ClickHouse server instead of the embedded store: http(s)://host:port."""
    cluster: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_.-]+$")
    """Name of the cluster that the server belongs to: tables are replicated on it."""
    sharded: bool = False
    """Whether that cluster has several shards: each holds a part of the rows."""
    token: SecretStr | None = None
    operator: SecretStr | None = None
    """Token of who may see the bytes of dead letters; default: a file under state_dir."""
    hosts: Names = ()
    """Host names the store answers to, beside those of the loopback."""
    retention: Retention = Retention()

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.cluster and not self.url:
            raise ValueError("cluster: names a cluster of a server; set url too")
        if self.sharded and not self.cluster:
            raise ValueError("sharded: rows are spread over a cluster; name it with cluster")
        return self


class Desk(Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65535)
    """0: any free port."""
    url: Url = None
    """Its address as readers of alerts reach it; default: the one of this machine."""
    hosts: Names = ()
    """Host names the desk answers to, beside those of the loopback."""
    key: SecretStr | None = None
    """Key of the tokens of its forms; default: a file under state_dir."""


class Intake(Section):
    """Where sources that are pushed knock: `/intake/NAME` of each; opened when there is one."""

    host: str = "127.0.0.1"
    """Platforms reach it through a proxy of the house that ends TLS."""
    port: int = Field(default=8766, ge=0, le=65535)
    """0: any free port."""


class Metrics(Section):
    host: str = "127.0.0.1"
    worker_port: int = Field(default=0, ge=0, le=65535)
    collect_port: int = Field(default=0, ge=0, le=65535)
    store_port: int = Field(default=0, ge=0, le=65535)
    """Only with store.url; the embedded store serves them at its own port."""
    run_port: int = Field(default=0, ge=0, le=65535)
    """0: any free port, printed by `rezonans run`."""


class Worker(Section):
    snapshot_seconds: float = Field(default=4.0, gt=0, le=60)
    """How often the state of the lanes is saved; what came later is read again after a crash."""


class Models(Section):
    """What understanding is made of; unset: what comes with the package."""

    weights: Path | None = None
    """A folder of heads, as `rezonans train --out` writes it."""
    taxonomy: Path | None = None
    """Groups, topics and authorities: a file in the form of `models/taxonomy.toml`."""
    data: Path | None = None
    """The rows that `rezonans train` and `rezonans evaluate` read."""


FIRST_EPOCH = "a1"


class Privacy(Section):
    key: SecretStr | None = None
    """Key of the pseudonyms; default: a file under state_dir for each epoch, made as it begins."""
    epoch: str = Field(default=FIRST_EPOCH, pattern=r"^[a-z0-9]{1,8}$")
    """Another name begins another key: pseudonyms of before can not be told from those of now."""


def reachable(host: str) -> str:
    """Where our own clients find a process that listens on `host`."""
    return "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104 not bound here


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="REZONANS_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    state_dir: Path = Path("var")
    replay: bool = False
    """Set by `rezonans replay`: nothing is sent and nothing expires."""
    language: Language = "ru"
    contact: str = ""
    """Whom the owner of a source may write to; part of the User-Agent."""
    home: str = Field(default="31", pattern=r"^\d{2}$")
    """KATO code of the region the centre serves."""
    kafka: Kafka = Kafka()
    store: Store = Store()
    desk: Desk = Desk()
    intake: Intake = Intake()
    metrics: Metrics = Metrics()
    worker: Worker = Worker()
    models: Models = Models()
    resonance: dict[str, Any] = {}
    """How spikes are found; checked by `streams.resonance.settings`."""
    privacy: Privacy = Privacy()
    collectors: dict[str, dict[str, Any]] = {}
    alerts: dict[str, Channel] = {}
    desks: dict[str, DeskSettings] = {}

    @model_validator(mode="after")
    def _fit(self) -> Self:
        found = [f"{'.'.join(place)}: {text}" for place, text in mistakes(self.alerts, self.desks)]
        if found:
            raise ValueError("; ".join(found))
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return Environment(settings_cls), init_settings

    @cached_property
    def store_url(self) -> str:
        return self.store.url or f"http://{reachable(self.store.host)}:{self.store.port}"

    @property
    def desk_url(self) -> str:
        return self.desk.url or f"http://{reachable(self.desk.host)}:{self.desk.port}"

    @property
    def watchers(self) -> dict[str, DeskSettings]:
        """All desks: those of `[desks]`, and one for each channel that none of them names."""
        return all_desks(self.alerts, self.desks)

    @property
    def store_token(self) -> str:
        return self._secret("store.token", self.store.token, "REZONANS_STORE__TOKEN")

    @property
    def operator_token(self) -> str:
        return self._secret("operator.token", self.store.operator, "REZONANS_STORE__OPERATOR")

    @property
    def pseudonym_key(self) -> bytes:
        epoch = self.privacy.epoch
        name = "pseudonym.key" if epoch == FIRST_EPOCH else f"pseudonym-{epoch}.key"
        return self._secret(name, self.privacy.key, "REZONANS_PRIVACY__KEY").encode()

    @property
    def desk_key(self) -> bytes:
        return self._secret("desk.key", self.desk.key, "REZONANS_DESK__KEY").encode()

    def _secret(self, name: str, given: SecretStr | None, variable: str) -> str:
        """A secret from the environment, or from a file of this machine, made when missing."""
        if given is not None:
            if not given.get_secret_value().strip():
                raise SettingsError(f"{variable}: is empty; give it a value or unset it")
            return given.get_secret_value()
        path = self.state_dir / "secrets" / name
        try:
            secret = secret_files.kept(path, partial(secrets.token_urlsafe, 32))
        except OSError as error:
            raise SettingsError(
                f"{path}: can not be read or written ({error.strerror}); correct its rights, "
                "or choose another folder with state_dir or REZONANS_STATE_DIR"
            ) from None
        if not secret:
            raise SettingsError(
                f"{path}: is empty; restore it from a backup, or remove it for a new one"
            )
        SECRETS.learn([secret])
        return secret


def read(path: Path | None, under: Path | None = None) -> Settings:
    """The settings of a file (`None`: none) with the environment over it. Their secrets are
    in no log from then on. `under`: a file whose tables hold where that one has none.
    """
    try:
        _refuse_unknown_environment(os.environ)
        settings = Settings(**{**(table(under) if under else {}), **(table(path) if path else {})})
    except ValidationError as error:
        where = str(path or "environment")
        raise SettingsError(explain(error, where, os.environ, Settings)) from None
    SECRETS.learn(secrets_in(settings))
    return settings


def _refuse_unknown_environment(environment: Mapping[str, str]) -> None:
    """A misspelt override that is silently ignored is worse than a refusal."""
    for name in environment:
        section = name.removeprefix(PREFIX).split("__")[0].lower()
        if name.startswith(PREFIX) and section not in Settings.model_fields:
            said = unknown("setting", section, Settings.model_fields, "unset it or correct it")
            raise SettingsError(f"environment: {name}: {said}")
