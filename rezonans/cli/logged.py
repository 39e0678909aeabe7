"""The posts that the log still holds, through the models of now: labels of rows that are stored,
and the whole way again for posts that the store does not have."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from rezonans import topics
from rezonans.cli.again import Sender, Waiting
from rezonans.cli.alerts import with_log
from rezonans.cli.positions import Log, values
from rezonans.cli.remaking import BATCH, Changes, Query, Scope, named, remade
from rezonans.records import Page, Post, RawPage, encode
from rezonans.settings import Settings
from rezonans.troubles import Invalid
from streams import pages

ABSENT = 1
"""Exit code when something is left."""


@dataclass
class Held:
    """What the log holds: the newest text of each item with the page around it."""

    posts: dict[str, tuple[RawPage, Post]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Deleted since: they have no row that is shown, and need none."""

    def take(self, page: RawPage, post: Post) -> None:
        if post.event == "deleted":
            self.gone.add(post.item)
        if post.event not in ("created", "edited") or not post.item:
            return  # without a name it has no row, but a dead letter
        known = self.posts.get(post.item)
        if known is None or known[1].revision <= post.revision:
            self.posts[post.item] = (page, post)


def held(log: Log) -> Held:
    """Everything that `posts` holds. What can not be read is a dead letter already."""
    found = Held()
    for value in values(log, topics.POSTS):
        try:
            page = pages.raw_page(value)
        except Invalid:
            continue
        bare = msgspec.structs.replace(page, posts=(), cursor=None, looked_until=pages.LONG_AGO)
        for raw in page.posts:
            try:
                found.take(bare, pages.post(raw))
            except Invalid:
                continue
    return found


def of_log(settings: Settings, query: Query, scope: Scope, model: Any, dry_run: bool) -> int:
    """Labels for what is stored, the way again for what is not; prints exact counts."""
    from rezonans.cli.progress import bar

    chosen = with_log(settings)
    found = held(Log.of(chosen.kafka))
    kept = {item: one for item, one in found.posts.items() if item not in found.gone}
    changes, absent, old = Changes(), 0, 0
    with bar("understanding", len(kept)) as advance, Sender(chosen) as send:
        waiting = Waiting(query, scope)
        for day, items in _by_day(kept):
            rows = named(query, day, items)
            stale = [row for row in rows if not scope.has_labelled(row)]
            lost = sorted(set(items) - {row["item"] for row in rows})
            old, absent = old + len(stale), absent + len(lost)
            if stale and not dry_run:
                send(remade(stale, day, scope, model, changes))
                waiting.next(day, [row["item"] for row in stale])
            for item in lost if not dry_run else ():
                page, post = kept[item]
                send.send(topics.POSTS, page.container.encode(), encode(_alone(page, post)))
            advance(len(items))
        waiting.next(date(1970, 1, 1), [])
    report = {"in_the_log": len(kept), "older_models": old, "not_stored": absent}
    if dry_run:
        print(json.dumps(report))
        return 0
    left, missing = _settled(query, scope, kept)
    report |= {"replaced": old - left, "stored_again": absent - missing, "left": left + missing}
    print(json.dumps({**report, "changed": dict(changes.changed)}))
    return ABSENT if left or missing else 0


def _settled(query: Query, scope: Scope, kept: dict[str, Any]) -> tuple[int, int]:
    """Rows of older models and items without a row, once neither becomes fewer."""
    from time import monotonic, sleep

    from rezonans.cli.again import ASK_SECONDS, WAIT_SECONDS

    before, until = (-1, -1), 0.0
    while True:
        old = absent = 0
        for day, items in _by_day(kept):
            rows = named(query, day, items)
            old += sum(not scope.has_labelled(row) for row in rows)
            absent += len(items) - len(rows)
        if (old, absent) != before:
            before, until = (old, absent), monotonic() + WAIT_SECONDS / 4
        if not (old or absent) or monotonic() > until:
            return old, absent
        sleep(ASK_SECONDS)


def _by_day(kept: dict[str, tuple[RawPage, Post]]) -> Iterator[tuple[date, Sequence[str]]]:
    from sinks.clickhouse.versions import day

    by_day: dict[date, list[str]] = defaultdict(list)
    for item, (_, post) in kept.items():
        by_day[day(post)].append(item)
    for key in sorted(by_day):
        items = sorted(by_day[key])
        for first in range(0, len(items), BATCH):
            yield key, items[first : first + BATCH]


def _alone(page: RawPage, post: Post) -> Page:
    shell = {name: getattr(page, name) for name in page.__struct_fields__ if name != "posts"}
    return Page(**shell, posts=(post,))
