"""`rezonans explain`: an alert in words, and whether the store still says the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from models.taxonomy import Taxonomy
from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.records import Spike
from rezonans.refused import SettingsError
from rezonans.sections import Language

Query = Callable[[str, dict[str, Any]], list[Any]]

DIFFERS = 1
MOST_ITEMS = 2000
"""Items whose counters are asked for in one query."""

_SPIKE = """
SELECT record FROM spikes
WHERE spike = {spike:String} AND ({revision:Int64} < 0 OR revision = {revision:Int64})
ORDER BY revision DESC LIMIT 1
"""
_ROWS = """
SELECT item, platform, container, target, kind, root, parent, context, author_kind, author_name,
    author_followers, title, text, url, published_at, observed_at, legal_basis, repost_of, topics,
    appeal, negative, neutral, positive, places, fingerprint, model
FROM mentions_public
WHERE day IN {days:Array(Date)} AND history = 0
    AND published_at >= {start:DateTime64(3)} AND published_at < {end:DateTime64(3)}
    AND target IN {targets:Array(String)}
ORDER BY published_at, item
"""
_COUNTERS = """
SELECT item, counters FROM counters
WHERE item IN {items:Array(String)} AND observed_at <= {at:DateTime64(3)}
"""
_VOICES = """
SELECT posts, voices
FROM spike_voices(spike={spike:String}, revision={revision:UInt32}, text={text:UInt32})
"""


@dataclass(frozen=True)
class Found:
    spike: Spike
    comparison: Any
    """`None` for an alert of before alerts carried their evidence."""


@app.command(group=TOOLS)
def explain(
    spike: Annotated[str, Parameter(help="Id of the alert, as the desk and the store show it.")],
    *,
    revision: Annotated[int, Parameter(help="Which revision; default: the newest.")] = -1,
    lang: Annotated[
        Language | None, Parameter(help="ru or kk; default: the language of the settings.")
    ] = None,
    as_json: Annotated[bool, Parameter(name="--json", help="One JSON object.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Say why an alert came, and compute it again from the store.

    Exit code 0: the store says the same; 1: it differs, and where (posts were edited, deleted,
    understood anew, or came late); 2: no such alert.
    """
    if not re.fullmatch(r"[0-9a-zA-Z-]{1,64}", spike):
        raise SettingsError(f"{spike[:80]}: not the id of an alert")
    from rezonans.cli.reading import reading
    from rezonans.cli.understanding import taxonomy_of
    from rezonans.cli.wiring import resonance

    chosen = settings_of(settings)
    with reading(chosen) as query:
        found = find(query, resonance(chosen), spike, revision)
    if as_json:
        print(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        print(in_words(found, lang or chosen.language, taxonomy_of(chosen)))
    same = found.comparison is not None and not found.comparison.differences
    return 0 if same else DIFFERS


def find(query: Query, knobs: Any, name: str, revision: int = -1) -> Found:
    """The alert, and what the store says of it now. `SettingsError` when there is none."""
    from streams.resonance import recall
    from streams.resonance.voices import texts as texts_of
    from streams.resonance.words import stems
    from streams.steps import compare
    from streams.steps.explain import explain as explained

    rows = query(_SPIKE, {"spike": name, "revision": revision})
    if not rows:
        which = "" if revision < 0 else f" with revision {revision}"
        raise SettingsError(f"{name}: the store has no such alert{which}")
    spike = msgspec.json.decode(rows[0]["record"], type=Spike)
    if spike.evidence is None:
        return Found(spike, None)
    entries = recall.recall(*_window(query, spike), spike, knobs)
    now = explained(recall.case(spike, entries), recall.scales(spike, knobs))
    said = texts_of(entries, knobs.copy_distance)
    texts = Counter(one for text in said for one in stems(text.entries[0].text))
    voices = _voices(query, spike, 0)
    accounts = {
        text.item: _voices(query, spike, place)
        for place, text in enumerate(spike.copied, start=1)
        if text.fingerprint is not None and spike.posts
    }
    return Found(spike, compare.compare(spike, now, voices, accounts, texts))


def _window(query: Query, spike: Spike) -> tuple[list[Any], dict[str, float]]:
    """Rows of the window that had been counted, and what people had done with them."""
    from streams.resonance.entries import engagement

    evidence = spike.evidence
    assert evidence is not None
    cuts = {cut.target: cut.until for cut in evidence.cuts}
    asked = {
        "start": evidence.start,
        "end": evidence.end,
        "targets": sorted(cuts),
        "days": _days(evidence.start, evidence.end),
    }
    rows = [row for row in query(_ROWS, asked) if row["observed_at"] <= cuts[row["target"]]]
    items = [row["item"] for row in rows]
    heard: dict[str, float] = {}
    for first in range(0, len(items), MOST_ITEMS):
        part = {"items": items[first : first + MOST_ITEMS], "at": spike.at}
        for row in query(_COUNTERS, part):
            heard[row["item"]] = max(heard.get(row["item"], 0.0), engagement(row["counters"]))
    return rows, heard


def _days(start: datetime, end: datetime) -> list[str]:
    """Days of the key, with that of posts whose platform gave no date."""
    days = {start.date(), (end - timedelta(milliseconds=1)).date()}
    return ["1970-01-01", *(day.isoformat() for day in sorted(days))]


def _voices(query: Query, spike: Spike, text: int) -> int:
    asked = {"spike": spike.spike, "revision": spike.revision, "text": text}
    return int(query(_VOICES, asked)[0]["voices"])


def _as_json(found: Found) -> dict[str, Any]:
    compared = found.comparison
    return {
        "spike": msgspec.to_builtins(found.spike),
        "verdict": "unknown" if compared is None else "differs" if compared.differences else "same",
        "checked": 0 if compared is None else compared.checked,
        "differences": [
            {"what": one.what, "told": _plain(one.told), "now": _plain(one.now)}
            for one in (compared.differences if compared else ())
        ],
    }


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


def in_words(found: Found, language: Language, known: Taxonomy | None = None) -> str:
    """The alert, its explanation and the verdict, in the language of a reader; topics are called
    as `known` says, by default as in the packaged taxonomy."""
    from rezonans.i18n import translator
    from sinks.explained import lines, verdict
    from sinks.names import names
    from sinks.sentence import message

    words, called = translator(language), names(language, known)
    title, body = message(found.spike, words, called)
    compared = found.comparison
    differences = [
        (one.what, one.told, one.now) for one in (compared.differences if compared else ())
    ]
    said = verdict(compared.checked if compared else None, differences, words)
    return "\n".join([title, body, "", *lines(found.spike, words, called), "", said])
