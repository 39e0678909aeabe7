"""What is written beside the gazetteer: how well places are found, and how badly."""

from __future__ import annotations

import msgspec

from models.train.resampling import Score


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Places on one set of rows; measures without rows are left out."""

    name: str
    rows: int
    scores: dict[str, Score]
    note: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, as `report.json`."""

    version: str
    results: list[Result]


_FAILURES = (
    "A nickname that is a city, when no comma parts it from the text.",
    "A given name that is a city, when no man's surname follows («Астана Ахметова»).",
    "A village whose name is a word of everyday, without its type, district or home: abstains.",
    "Villages of one name in one district («Ойтал»): the district is said instead.",
    "Neighbourhoods and streets are no places: KATO does not know them.",
)


def section(result: Result) -> str:
    """One set in Markdown."""
    about = f"{result.rows:,} rows" + (f"; {result.note}" if result.note else "")
    lines = [f"### {result.name}", "", f"{about}.", ""]
    return "\n".join(lines + [f"- {name}: {score}" for name, score in result.scores.items()])


def card(report: Report) -> str:
    """The card; made of the report alone."""
    parts = [
        "# places",
        "Regions, districts and settlements of Kazakhstan that a text names, by gazetteer and"
        f" rules. Version `{report.version}`. Sources: [ATTRIBUTION.md](ATTRIBUTION.md).",
        "## Scores",
        "`python -m models.train.evaluate_places --data PATH --write` measures them anew. Intervals"
        " hold 95 of 100 bootstrap resamples of the rows. Regions are sets of two-digit codes;"
        " false places: share of rows without a place in which one was found; districts and"
        " settlements: share of rows that have them in which all were found.",
        *map(section, report.results),
        "## Known failures",
        "\n".join(f"- {failure}" for failure in _FAILURES),
    ]
    return "\n\n".join(parts) + "\n"
