"""`rezonans taxonomy`: groups and topics with what people write of them and who answers."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.cli.spoken import Spoken

if TYPE_CHECKING:
    from models.taxonomy import Taxonomy


@app.command(group=TOOLS)
def taxonomy(
    *,
    lang: Annotated[
        Spoken | None, Parameter(help="ru, kk or en; default: the language of the settings.")
    ] = None,
    as_json: Annotated[bool, Parameter(name="--json", help="JSON lines, one a topic.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Print the topics by group: code, name, who answers, what people write of each.

    It is the taxonomy of the settings (models.taxonomy), or the packaged one.
    """
    from rezonans.cli.understanding import taxonomy_of, trained

    chosen = settings_of(settings)
    known, language, guessed = taxonomy_of(chosen), lang or chosen.language, trained(chosen)
    if as_json:
        for entry in entries(known, language, guessed):
            print(json.dumps(entry, ensure_ascii=False))
    else:
        print("\n".join(_told(known, language, guessed)))
    return 0


def entries(known: Taxonomy, language: str, guessed: Container[str]) -> Iterator[dict[str, Any]]:
    """One a topic, group by group; `guessed`: codes that the weights may say."""
    for group, names in known.groups.items():
        for code in known.of((group,)):
            topic = known.topics[code]
            yield {
                "topic": code,
                "name": topic.name(language),
                "group": group,
                "group_name": names.name(language),
                "authority": topic.authority,
                "authority_name": known.authority(code, language),
                "examples": list(topic.examples),
                "guessed": code in guessed,
            }


def _told(known: Taxonomy, language: str, guessed: Container[str]) -> Iterator[str]:
    group = ""
    for entry in entries(known, language, guessed):
        if entry["group"] != group:
            yield from ([""] if group else [])
            group = entry["group"]
            yield f"{entry['group_name']} ({group})"
        rest = "" if entry["guessed"] else "  (the weights do not know it: never guessed)"
        yield f"  {entry['topic']:<12} {entry['name']}{rest}"
        if entry["authority"]:
            yield f"{'':15}-> {entry['authority_name']} ({entry['authority']})"
        if entry["examples"]:
            yield f"{'':15}{', '.join(f'«{one}»' for one in entry['examples'])}"
