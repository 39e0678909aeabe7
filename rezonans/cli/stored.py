"""What commands about the models read of the store: past mentions, corrections."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rezonans.cli.reading import reading
from rezonans.cli.understanding import taxonomy_of
from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Invalid

LONGEST_DAYS = 3660


def past(settings: Settings, file: Path | None, days: int, most: int) -> list[Any]:
    """Mentions of a file of JSON lines, or a sample of those that are stored."""
    from models.past import of_lines
    from sinks.clickhouse.past import sample

    if not 1 <= days <= LONGEST_DAYS:
        raise SettingsError(f"--days {days}: 1 to {LONGEST_DAYS}")
    if not 1 <= most <= 1_000_000:
        raise SettingsError(f"--most {most}: 1 to 1000000")
    now = datetime.now(UTC)
    if file is None:
        with reading(settings) as query:
            found = sample(query, now - timedelta(days=days), most)
    else:
        try:
            found = of_lines(file.read_bytes().splitlines(), str(file), now)[:most]
        except OSError as error:
            raise SettingsError(f"--input {file}: {error.strerror}") from None
        except Invalid as error:
            raise SettingsError(f"--input {error}") from None
    if not found:
        where = f"in {file}" if file else f"stored in the last {days} days"
        raise SettingsError(f"no mentions {where}; nothing to look at")
    return found


def corrections(head: str, settings: Settings, voices: int) -> list[Any]:
    """Rows that the corrections of the desk come to; says how many and why not more."""
    from models.train import corrections as correcting
    from sinks.clickhouse.past import relabels, texts

    question = correcting.question_of(head)
    if question is None:
        raise SettingsError(f"--with-corrections: {head} is never corrected on the desk")
    with reading(settings) as query:
        found, bad = correcting.read(relabels(query), taxonomy_of(settings).topics)
        counted = correcting.counted(found, question, voices)
        rows = correcting.rows(counted.labels, texts(query, list(counted.labels)), head)
    print(correcting.told(question, len(rows), counted, bad), file=sys.stderr)
    return rows
