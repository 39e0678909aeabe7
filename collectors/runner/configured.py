"""Component tables of the settings made into checked instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

import collectors
from collectors import Collector, Target
from rezonans.redaction import SECRETS, secrets_in
from rezonans.refused import SettingsError, explain


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One configured collector: `[collectors.NAME]`."""

    name: str
    kind: str
    collector: Collector
    config: Any


def instance(name: str, table: Mapping[str, Any]) -> Instance:
    """A checked instance; `SettingsError` says in one sentence what is wrong and where."""
    where = f"collectors.{name}"
    kind = table.get("kind")
    if kind not in collectors.kinds():
        known = ", ".join(collectors.kinds())
        raise SettingsError(f"{where}: kind: {kind!r} is not known; one of: {known}")
    collector = collectors.load(str(kind))
    try:
        config = collector.Config.model_validate(dict(table))
    except ValidationError as error:
        raise SettingsError(explain(error, where, form=collector.Config)) from None
    SECRETS.learn(secrets_in(config))
    targets = collector.targets(config)
    _check_targets(targets, where)
    unknown = sorted(set(config.priority) - {target.name for target in targets})
    if unknown:
        raise SettingsError(f"{where}: priority: {unknown[0]!r} is no target of it")
    return Instance(name=name, kind=str(kind), collector=collector, config=config)


def instances(tables: Mapping[str, Mapping[str, Any]]) -> list[Instance]:
    """Every enabled instance of the settings; those switched off are checked too."""
    checked = [instance(name, table) for name, table in tables.items()]
    return [one for one in checked if one.config.enabled]


def _check_targets(targets: Sequence[Target], where: str) -> None:
    """Two targets must not share a cursor, nor the order that is promised for a container."""
    names = Counter(target.name for target in targets)
    for name in (name for name, times in names.items() if times > 1):
        raise SettingsError(f"{where}: two targets are named {name!r}; give each its own name")
    containers = Counter(target.container for target in targets)
    for container in (one for one, times in containers.items() if times > 1):
        raise SettingsError(
            f"{where}: two targets read {container.partition(':')[2]!r}; keep one, "
            "or put them into collectors of their own"
        )
