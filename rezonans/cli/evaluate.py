"""`rezonans evaluate`: how good the labels are, on rows that were never trained on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.cli.models import DataFolder, data_folder
from rezonans.records import Invalid
from rezonans.settings import SettingsError

PLACES = "places"


@app.command(group=TOOLS)
def evaluate(
    *heads: str,
    data: DataFolder = None,
    weights: Annotated[
        Path | None, Parameter(help="A folder of heads; default: models.weights or the package.")
    ] = None,
    write: Annotated[bool, Parameter(help="Renew cards, reports and plots beside them.")] = False,
    json: Annotated[bool, Parameter(help="Print JSON lines, one a head.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Measure heads on held-out rows: by class, language and way of writing, with intervals.

    Without names all heads: language, topic, appeal, sentiment_ru, sentiment_kk, urgent; and
    `places`, which are found by gazetteer and rules.
    """
    from models.train import again, card
    from models.weights import ARTIFACTS, WeightsError

    chosen = settings_of(settings)
    folder = weights or chosen.models.weights or ARTIFACTS
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
