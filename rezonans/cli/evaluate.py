"""`rezonans evaluate`: how good the labels are, on rows that were never trained on."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.cli.models import DataFolder, data_folder
from rezonans.cli.stored import past
from rezonans.cli.understanding import loaded, taxonomy_of
from rezonans.refused import SettingsError
from rezonans.troubles import Invalid

PLACES = "places"


@app.command(group=TOOLS)
def evaluate(
    *heads: str,
    data: DataFolder = None,
    weights: Annotated[
        Path | None, Parameter(help="A folder of heads; default: models.weights or the package.")
    ] = None,
    write: Annotated[bool, Parameter(help="Renew cards, reports and plots beside them.")] = False,
    shadow: Annotated[
        Path | None,
        Parameter(help="Other weights: what would change in past mentions if they were taken."),
    ] = None,
    drift: Annotated[bool, Parameter(help="How past mentions change week by week.")] = False,
    input_: Annotated[
        Path | None,
        Parameter(name="--input", help="JSON lines instead of the store, for shadow and drift."),
    ] = None,
    days: Annotated[int, Parameter(help="Of the last so many days.")] = 56,
    most: Annotated[int, Parameter(help="So many mentions at most.")] = 20_000,
    json: Annotated[bool, Parameter(help="Print JSON lines, one a head.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Measure heads on held-out rows: by class, language and way of writing, with intervals.

    Without names all heads: language, topic, appeal, sentiment_ru, sentiment_kk, urgent; and
    `places`, which are found by gazetteer and rules. With --shadow or --drift it looks at past
    mentions instead, those of the store or of a file.
    """
    from models.train import again, card
    from models.weights import ARTIFACTS, WeightsError

    chosen = settings_of(settings)
    folder = weights or chosen.models.weights or ARTIFACTS
    if shadow or drift:
        if heads or write:
            raise SettingsError("--shadow and --drift take no heads and write nothing")
        mentions = past(chosen, input_, days, most)
        print(
            _shadowed(mentions, (folder, shadow), taxonomy_of(chosen).topics, json)
            if shadow
            else _drifted(mentions, folder, json)
        )
        return 0
    try:
        rows = data_folder(data, chosen)
        trained = [head for head in heads if head != PLACES]
        reports = again.run(trained, rows, folder, _say) if trained or not heads else []
        if write:
            again.write(folder, reports)
        if PLACES in heads or not heads:
            _places(rows, write, json)
    except (Invalid, WeightsError) as error:
        raise SettingsError(str(error)) from None
    for report in reports:
        if json:
            print(msgspec.json.encode(report).decode())
        else:
            print(f"# {report.head} {report.version}\n")
            print("\n\n".join(map(card.section, report.tests)) + "\n")
    return 0


def _shadowed(
    mentions: Sequence[Any], both: tuple[Path, Path], topics: Collection[str], json: bool
) -> str:
    """Two folders of weights over mentions; topics that a taxonomy does not name are not said."""
    from models import shadow

    folder, other = both
    changes = shadow.compare(mentions, loaded(folder, topics), loaded(other, topics))
    if json:
        return "\n".join(msgspec.json.encode(change).decode() for change in changes)
    return f"# {len(mentions):,} mentions, {folder} against {other}\n\n{shadow.told(changes)}"


def _drifted(mentions: Sequence[Any], folder: Path, json: bool) -> str:
    from models import drift, language
    from models.weights import WeightsError

    try:
        known = drift.known_words(language.load(folder / "language"))
    except WeightsError as error:
        raise SettingsError(str(error)) from None
    weeks = drift.weeks(mentions, known)
    if json:
        return "\n".join(msgspec.json.encode(week).decode() for week in weeks)
    return drift.told(weeks)


def _places(rows: Path, write: bool, json: bool) -> None:
    """Places on their rows, printed, and written beside the gazetteer."""
    from models import places
    from models.train import evaluate_places, places_card

    _say(PLACES)
    head = places.load()
    found = evaluate_places.results(rows, head)
    if write:
        evaluate_places.write(found, head)
    report = places_card.Report(version=head.version, results=found)
    sections = map(places_card.section, found)
    text = f"# {PLACES} {head.version}\n\n" + "\n\n".join(sections) + "\n"
    print(msgspec.json.encode(report).decode() if json else text)


def _say(step: str) -> None:
    if sys.stderr.isatty():
        print(f"measuring {step} ...", file=sys.stderr)
