"""Commands of the data engineer: `collectors`, `collectors try`, `new-collector`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from rezonans.cli import TOOLS, SettingsFile, app, fail, settings_of
from rezonans.cli.wiring import COLLECT
from rezonans.records import Post, encode
from rezonans.refused import SettingsError
from rezonans.troubles import Busy, Invalid

if TYPE_CHECKING:
    from collectors import Rejected
    from collectors.runner import Instance

collectors_app = App(name="collectors", help="Kinds of sources, and how to try one.", group=TOOLS)
app.command(collectors_app)

TRIAL = "a trial by hand: looked at once, kept nowhere"
SHOWN_CHARACTERS = 300


@collectors_app.default
def collectors(
    *,
    within: Annotated[
        float, Parameter(help="Minutes that 95 of 100 posts should be seen in: what it would cost.")
    ] = 15.0,
    json: Annotated[bool, Parameter(help="Print how the sources stand as JSON.")] = False,
    settings: SettingsFile = None,
) -> int:
    """List the kinds of sources with their legal notes, and how the configured ones stand.

    State, last success, lag, freshness, completeness and what is left of the budgets are read from
    what the collectors published last, so this works beside a running system and after it.
    """
    from datetime import UTC, datetime

    from collectors.runner.standing import read
    from rezonans.cli.sources import told

    if not 0.1 <= within <= 1440:
        raise SettingsError("--within: minutes, from 0.1 to 1440")
    standing = read(settings_of(settings).state_dir / COLLECT)
    if json:
        print(encode(standing).decode())
        return 0
    _print_kinds()
    print()
    for line in told(standing, datetime.now(UTC), within * 60):
        print(line)
    return 0


def _print_kinds() -> None:
    import collectors as package

    for kind in package.kinds():
        offers = package.load(kind).OFFERS
        missing = offers.missing()
        given = [
            f"{name} ({offers.partly[name]})" if name in offers.partly else name
            for name in ("comments", "counters", "edits", "deletions")
            if name not in missing
        ]
        print(f"{kind}: posts{''.join(', ' + name for name in given)}")
        if missing:
            print(f"    not offered: {', '.join(missing)}")
        print(f"    {offers.legal_note}")


@collectors_app.command
def media() -> int:
    """List media of Kazakhstan to begin with: names for `outlets` of an `rss` collector."""
    from collectors.feeds.outlets import outlets

    for name, one in outlets().items():
        about = [", ".join(one.languages), *([f"region {one.home}"] if one.home else [])]
        sure = "" if one.checked else "; the address was not checked: try it first"
        print(f"{name}: {one.title} ({'; '.join(about)})\n    {one.url}\n    {one.known}{sure}")
    return 0


@collectors_app.command(name="try")
def try_(
    name: str,
    *,
    target: Annotated[str | None, Parameter(help="An address, page, group or file.")] = None,
    limit: Annotated[int, Parameter(help="So many posts at most.")] = 10,
    json: Annotated[bool, Parameter(help="Print records as JSON lines.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Show what would be collected, masked as it would be; nothing is sent or kept.

    Parameters
    ----------
    name
        A kind (`rezonans collectors`), or a collector of the settings.
    """
    import httpx

    from collectors.runner import preview

    if limit < 1:
        raise SettingsError("--limit: at least 1")
    chosen = settings_of(settings)
    shown: list[Post | Rejected] = []
    try:
        for one, only in _chosen(chosen.collectors, name, target):
            if not json:
                _print_sketch(one, only)
            shown += asyncio.run(
                preview(one, limit - len(shown), only=only, contact=chosen.contact)
            )
    except Invalid as error:
        raise SettingsError(str(error)) from None
    except Busy as error:
        fail(f"{error}; ask again in {error.retry_after:.0f} s")
        return 1
    except httpx.HTTPError as error:
        fail(f"can not be reached: {str(error) or type(error).__name__}")
        return 1
    for piece in shown:
        print(_as_json(piece) if json else _as_text(piece))
    if not json:
        print(_sum(shown))
    return 0


def _print_sketch(one: Instance, only: str | None) -> None:
    """How each target is read, where the kind can say it."""
    from collectors.runner.abilities import Sketches

    if not isinstance(one.collector, Sketches):
        return
    for target in one.collector.targets(one.config):
        if only in (None, target.name):
            for line in one.collector.sketch(one.config, target):
                print(line)
            print()


def _chosen(
    tables: dict[str, dict[str, Any]], name: str, target: str | None
) -> list[tuple[Instance, str | None]]:
    """What is tried, each with the one target that is meant, `None` for all of them."""
    import collectors as package
    from collectors.runner import instance

    own = {key: table for key, table in tables.items() if name in (key, table.get("kind"))}
    kinds = package.kinds()
    if not own and name not in kinds:
        raise SettingsError(
            f"{name}: neither a collector of the settings nor a kind; kinds: {', '.join(kinds)}"
        )
    set_up = [instance(key, table) for key, table in own.items() if "kind" in table]
    if target is None:
        if not set_up:
            raise SettingsError(f"{name}: name what to look at with --target")
        return [(one, None) for one in set_up]
    for one in set_up:
        if target in [known.name for known in one.collector.targets(one.config)]:
            return [(one, target)]
    return [(_trial(own, name, target), None)]


def _trial(own: dict[str, dict[str, Any]], name: str, target: str) -> Instance:
    """An instance for one target that no settings name, with what the settings know of its kind."""
    import collectors as package
    from collectors.runner import instance
    from collectors.runner.abilities import Suggests

    key, table = next(iter(own.items()), (name, {}))
    kind = str(table.get("kind", name))
    if kind not in package.kinds():
        return instance(key, table)
    collector = package.load(kind)
    found = collector.suggest(target) if not own and isinstance(collector, Suggests) else {}
    return instance(
        key,
        {"legal_basis": TRIAL, **found, **table, "kind": kind, **collector.trial(target)},
    )


def _as_json(piece: Post | Rejected) -> str:
    if isinstance(piece, Post):
        return encode(piece).decode()
    import msgspec

    return msgspec.json.encode({"place": piece.place, "reason": piece.reason}).decode()


def _as_text(piece: Post | Rejected) -> str:
    if not isinstance(piece, Post):
        return f"left out: {piece.place}: {piece.reason}\n"
    counters = ", ".join(f"{name} {count}" for name, count in (piece.counters or {}).items())
    facts = [
        f"{piece.published_at:%Y-%m-%d %H:%M} UTC",
        piece.kind if piece.event == "created" else f"{piece.kind} {piece.event}",
        piece.author_name or "",
        counters,
        " ".join(piece.flags),
    ]
    head = "  ".join(fact for fact in facts if fact)
    said = " | ".join(part for part in (piece.title, piece.text) if part).replace("\n", " ")
    cut = said if len(said) <= SHOWN_CHARACTERS else said[:SHOWN_CHARACTERS] + "…"
    parent = f"\n    answers {piece.parent}" if piece.parent else ""
    return f"{head}\n    {piece.item}{parent}\n    {cut}\n"


def _sum(shown: list[Post | Rejected]) -> str:
    posts = sum(isinstance(piece, Post) for piece in shown)
    left_out = len(shown) - posts
    more = f", {left_out} left out" if left_out else ""
    return f"{posts} posts{more}; nothing was sent or kept"


@app.command(group=TOOLS)
def new_collector(
    name: str,
    *,
    root: Annotated[Path | None, Parameter(help="The checkout; default: the one in use.")] = None,
) -> int:
    """Write the skeleton of a new kind of collector with a fixture that fails until it is right."""
    import collectors as package
    from collectors.runner.skeleton import write

    try:
        made = write(root or Path(package.__file__).parent.parent, name)
    except Invalid as error:
        raise SettingsError(str(error)) from None
    for path in made:
        print(path)
    print(
        f"now make them say what {name} is; docs/add-a-collector.md shows the way, and\n"
        f"    .venv/bin/python -m pytest tests/collectors/test_contract.py -k {name}\n"
        "says what is missing"
    )
    return 0
