"""`python -m sinks.boards` writes everything that Grafana is provisioned from.

Topics are called as the packaged taxonomy says, or as one's own: that of a settings file
(`models.taxonomy`), or a taxonomy that is named.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

from models import taxonomy
from models.taxonomy import Taxonomy
from rezonans import settings
from rezonans.redaction import SECRETS
from rezonans.refused import SettingsError
from rezonans.troubles import Invalid
from sinks.boards import FOLDER, dashboards, provision


def files(known: Taxonomy | None = None) -> Iterator[tuple[str, str]]:
    """Path under the folder of Grafana's files and text of every file that is written; topics as
    `known` says, by default as in the packaged taxonomy."""
    yield from dashboards.files(known)
    yield from provision.files()


def write(out: Path, known: Taxonomy | None = None) -> int:
    """Write all files under a folder and count them; `OSError` where it can not be written."""
    written = dict(files(known))
    for path, text in written.items():
        place = out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return len(written)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 written, 2 a mistake that the user can mend."""
    asked = _parser().parse_args(arguments)
    try:
        known = _taxonomy(asked.settings, asked.taxonomy)
        if known is not None and asked.out is None:
            raise SettingsError(
                f"--out: {FOLDER} is kept as the packaged taxonomy writes it; name another folder"
            )
        out = asked.out or FOLDER
        count = write(out, known)
    except (Invalid, SettingsError) as error:
        return _refused(str(error))
    except OSError as error:
        return _refused(f"--out: {error.filename}: {error.strerror}; name a folder to write into")
    print(f"wrote {count} files into {out}")
    return 0


def _taxonomy(file: Path | None, own: Path | None) -> Taxonomy | None:
    """The taxonomy that is named, else that of the settings; `None`: the packaged one."""
    chosen = own or (settings.read(file).models.taxonomy if file else None)
    return None if chosen is None else taxonomy.load(chosen)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m sinks.boards", description="Write Grafana's files.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--settings", type=Path, help="settings file whose models.taxonomy to use")
    which.add_argument("--taxonomy", type=Path, help="taxonomy of your own (docs/models.md)")
    parser.add_argument("--out", type=Path, help="folder to write into; default: deploy/grafana")
    return parser


def _refused(message: str) -> int:
    print(f"boards: {SECRETS(message)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
