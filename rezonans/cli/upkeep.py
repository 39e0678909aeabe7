"""Care of the store: `forget`, `backup`, `restore`, `open-data`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, fail, settings_of
from rezonans.refused import SettingsError
from rezonans.settings import Settings


@app.command(group=TOOLS)
def forget(
    *,
    item: Annotated[
        list[str] | None, Parameter(help="Identity of an item; may be repeated.")
    ] = None,
    epoch: Annotated[
        list[str] | None, Parameter(help="Epoch of pseudonyms, as privacy.epoch named it.")
    ] = None,
    settings: SettingsFile = None,
) -> int:
    """Forget items, or who the authors of an epoch were, in every table of the store.

    For ever: rows are rewritten on disk. The log forgets by its own retention, backups when they
    are removed.
    """
    from sinks.clickhouse.upkeep import EPOCH, FORGET, ITEM, ask

    items, epochs = item or [], epoch or []
    if not (items or epochs):
        raise SettingsError("name what is to be forgotten: --item or --epoch")
    for one in items:
        if not ITEM.fullmatch(one):
            raise SettingsError(f"--item {one[:40]}: write it as the store does, platform:id")
    for name in epochs:
        if not EPOCH.fullmatch(name):
            raise SettingsError(f"--epoch {name[:20]}: small letters and digits, eight at most")
    chosen = settings_of(settings)
    asked = [("item", one) for one in items] + [("epoch", one) for one in epochs]
    with _doing(chosen) as upkeep:
        if upkeep is None:
            done = ask(chosen.store_url, chosen.operator_token, FORGET, asked)
        else:
            done = upkeep.forget(items, epochs)
    print(json.dumps(dict(done)))
    if chosen.privacy.epoch in epochs:
        fail(
            f"{chosen.privacy.epoch} is still the epoch of new posts; "
            "choose another with privacy.epoch and destroy its key"
        )
    return 0


@app.command(group=TOOLS)
def backup(folder: Path, *, settings: SettingsFile = None) -> int:
    """Write a backup of the embedded store to a new FOLDER; it may run meanwhile."""
    from sinks.clickhouse.upkeep import BACKUP, ask

    chosen = settings_of(settings)
    target = folder.resolve()
    with _doing(chosen) as upkeep:
        if upkeep is None:
            asked = [("folder", str(target))]
            done = ask(chosen.store_url, chosen.operator_token, BACKUP, asked)
        else:
            done = upkeep.back_up(target)
    print(json.dumps({**done, "folder": str(target)}))
    return 0


@app.command(group=TOOLS)
def restore(folder: Path, *, settings: SettingsFile = None) -> int:
    """Fill an empty store from a backup, cursors included, and bring it to the newest schema.

    One that was cut off is begun anew by the same command; nothing else opens what it has left.
    """
    from rezonans.cli.embedded import owned
    from rezonans.troubles import Busy
    from sinks.clickhouse.backup import BackupError, read_note, restore, restoring
    from sinks.clickhouse.client import open_client
    from sinks.clickhouse.migrate import MigrationError, migrate

    chosen = settings_of(settings)
    if chosen.store.url:
        raise SettingsError("store.url is set; a server restores its own backups")
    place = (chosen.state_dir / "store").resolve()
    try:
        read_note(folder)
        with owned(chosen.state_dir, restoring=True), restoring(place):
            client = open_client(f"chdb://{place}")
            note = restore(client, place, folder.resolve())
            migrate(client)
            stored = client.query("SELECT count() FROM mentions FINAL").result_rows[0][0]
            client.close()
    except (BackupError, MigrationError, RuntimeError, Busy) as error:
        raise SettingsError(str(error)) from None
    print(json.dumps({**note, "restored_mentions": stored}))
    return 0


@app.command(group=TOOLS, name="open-data")
def open_data(
    file: Path,
    *,
    since: Annotated[str, Parameter(help="First day: 2026-03-01.")],
    until: Annotated[str, Parameter(help="Last day, included.")],
    least: Annotated[int, Parameter(help="Authors behind each row; 20 at least.")] = 20,
    settings: SettingsFile = None,
) -> int:
    """Write depersonalised counts that may be published to FILE (CSV), with a note beside it.

    A day is computed once, when it is asked for first, and given the same ever after.
    """
    from rezonans.cli.reading import reading
    from sinks.clickhouse.extract import LONGEST_DAYS, extract
    from sinks.clickhouse.publish import LEAST_AUTHORS, SETTLED_DAYS, newest_day
    from sinks.clickhouse.upkeep import PUBLISH, ask

    first, last = _day("--since", since), _day("--until", until)
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise SettingsError(f"--until {until}: 0 to {LONGEST_DAYS} days after --since")
    if not LEAST_AUTHORS <= least <= 1_000_000:
        raise SettingsError(f"--least {least}: {LEAST_AUTHORS} to 1000000")
    if last > (newest := newest_day(datetime.now(UTC))):
        raise SettingsError(
            f"--until {until}: a day is published once, so not before {SETTLED_DAYS} whole days "
            f"have passed and what is late is there; name {newest} at the latest"
        )
    chosen = settings_of(settings)
    with _doing(chosen) as upkeep:
        if upkeep is None:
            asked = [("since", str(first)), ("until", str(last)), ("least", str(least))]
            ask(chosen.store_url, chosen.operator_token, PUBLISH, asked)
        else:
            upkeep.publish(first, last, least)
    with reading(chosen) as query:
        try:
            note = extract(query, file, (first, last), least)
        except OSError as error:
            raise SettingsError(f"{file}: {error.strerror}") from None
    told = ("rows", "posts", "k_anonymity", "simulated_posts_left_out")
    print(json.dumps({name: note[name] for name in told}))
    return 0


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{name} {text[:20]}: write it like 2026-03-01") from None


@contextmanager
def _doing(settings: Settings) -> Iterator[Any]:
    """Who does it: `None` for the store that runs, else this process on folder or server."""
    from rezonans.troubles import Busy
    from sinks.clickhouse.backup import BackupError
    from sinks.clickhouse.migrate import MigrationError
    from sinks.clickhouse.reader import QueryError, Store, Unavailable

    store = Store(settings.store_url, settings.store_token)
    try:
        runs = not settings.store.url and store.ready()
    finally:
        store.close()
    try:
        if runs:
            yield None
        else:
            with _here(settings) as upkeep:
                yield upkeep
    except (Unavailable, QueryError, BackupError, MigrationError, Busy, RuntimeError) as error:
        raise SettingsError(str(error)) from None


@contextmanager
def _here(settings: Settings) -> Iterator[Any]:
    from rezonans.cli.embedded import owned
    from sinks.clickhouse.client import open_client
    from sinks.clickhouse.layout import Layout
    from sinks.clickhouse.migrate import migrate
    from sinks.clickhouse.upkeep import Upkeep

    layout = Layout(settings.store.cluster, settings.store.sharded)
    if settings.store.url:
        opening: Callable[[], Any] = partial(open_client, settings.store.url, settings.store_token)
        yield Upkeep(opening, None, layout)
        return
    place = (settings.state_dir / "store").resolve()
    if not place.is_dir():
        raise SettingsError(f"{settings.state_dir}: holds no store yet; `rezonans run` makes one")
    with owned(settings.state_dir):
        opening = partial(open_client, f"chdb://{place}")
        client = opening()
        migrate(client)
        client.close()
        yield Upkeep(opening, place, layout)
