"""`rezonans understand` and `rezonans train`: the public face of the models."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, fail, settings_of
from rezonans.refused import SettingsError
from rezonans.settings import Settings
from rezonans.troubles import Invalid

BATCH = 256

DataFolder = Annotated[
    Path | None, Parameter(name="--data", help="The folder of labelled rows; default: models.data.")
]


@app.command(group=TOOLS)
def understand(
    *texts: Annotated[str, Parameter(help="Texts to label, in place of a file.")],
    input_: Annotated[
        Path | None,
        Parameter(name="--input", help="A file of JSON lines; default: standard input."),
    ] = None,
    lines: Annotated[bool, Parameter(help="Each line is a text as it is, no JSON.")] = False,
    explain: Annotated[
        bool, Parameter(help="Add `why`: words, rule and model versions of each label.")
    ] = False,
    lang: Annotated[
        Literal["ru", "kk", "en"] | None, Parameter(help="Add `names` in ru, kk or en.")
    ] = None,
    settings: SettingsFile = None,
) -> int:
    """Label texts: JSON lines in, the same objects with labels out; or the texts that are given.

    A line is {"text": ..., "title"?, "context"?, "home"?}. Added are language, languages (share
    of each among the words), script, topics ([code, probability], best first), answers (codes of
    the authorities that the taxonomy names for them), appeal, sentiment, urgent and places. A topic
    that the taxonomy does not name is not said. A line that can not be read comes out with "error"
    and the command ends with exit code 1.
    """
    from models.jsonl import Asked, understand_lines, written
    from rezonans.cli.spoken import speech
    from rezonans.cli.understanding import explainer, model_of, taxonomy_of

    if texts and (input_ or lines):
        raise SettingsError("give texts, or a file with --input, not both")
    chosen = settings_of(settings)
    known = taxonomy_of(chosen)
    asked = Asked(
        explainer(chosen) if explain else None, speech(lang, known) if lang else None, known
    )
    model = model_of(chosen)
    bad = 0
    with _source(texts, input_) as source:
        read = written(source) if lines or texts else source
        for line in understand_lines(read, model, BATCH, asked):
            bad += line.startswith(b'{"error":"line ')
            sys.stdout.buffer.write(line.rstrip(b"\n") + b"\n")
            sys.stdout.buffer.flush()
    if bad:
        plain = "" if lines or texts else "; lines that are texts and no JSON are read with --lines"
        fail(f'{bad} of the lines could not be read; see their "error"{plain}')
    return 1 if bad else 0


def _source(texts: Sequence[str], path: Path | None) -> AbstractContextManager[Iterable[bytes]]:
    """Lines to read: of what was typed, of a file, or of standard input."""
    if texts:
        return nullcontext(
            [" ".join(text.split()).encode("utf-8", "surrogateescape") for text in texts]
        )
    if path is None:
        return nullcontext(sys.stdin.buffer)
    try:
        return path.open("rb")
    except OSError as error:
        raise SettingsError(f"--input {path}: {error.strerror}") from None


@app.command(group=TOOLS)
def train(
    head: str,
    *,
    data: DataFolder = None,
    out: Annotated[
        Path | None, Parameter(help="Where weights, card and report go; default: the package.")
    ] = None,
    with_corrections: Annotated[
        bool, Parameter(help="Learn from what people corrected on the desk as well.")
    ] = False,
    voices: Annotated[int, Parameter(help="So many names must agree on a correction.")] = 2,
    force: Annotated[bool, Parameter(help="Write weights that are worse, too.")] = False,
    settings: SettingsFile = None,
) -> int:
    """Train one head and write its weights, card and report.

    Heads: language, topic, appeal, sentiment_ru, sentiment_kk, urgent. Where weights are there
    already, both are asked about the same held-out rows, and what is worse is not written
    (exit code 1). What learns corrections is compared in a new folder as well: with the weights of
    the settings, or the package. A new folder gets the other heads of these.
    """
    from models.train import Worse, again, run
    from models.weights import ARTIFACTS
    from rezonans.cli.stored import corrections
    from rezonans.cli.understanding import weights_of

    chosen = settings_of(settings)
    folder = out or chosen.models.weights or ARTIFACTS
    if voices < 1:
        raise SettingsError(f"--voices {voices}: at least 1")
    more = corrections(head, chosen, voices) if with_corrections else []
    used = weights_of(chosen)
    against = used if with_corrections else None
    try:
        rows = data_folder(data, chosen)
        outcome = run(head, rows, folder, more=more, force=force, against=against)
    except Invalid as error:
        raise SettingsError(str(error)) from None
    except Worse as error:
        fail(str(error))
        return 1
    copied = again.complete(folder, used)
    if copied:
        again.write(folder, [])
    print((folder / head / "card.md").read_text(encoding="utf-8"))
    if outcome.changes:
        print("## Against the weights that were there\n")
        print("\n".join(f"- {change}" for change in outcome.changes))
    print("".join(_remarks(folder, used, copied, learned=bool(more))), end="")
    return 0


def _remarks(folder: Path, used: Path, copied: Sequence[str], learned: bool) -> list[str]:
    """What stands below the card of new weights; `learned`: of corrections."""
    found = []
    if copied:
        found.append(f"\nCopied from {used}, so that {folder} is whole: {', '.join(copied)}\n")
    if learned and folder.resolve() != used.resolve():
        found.append(
            "\nHeld-out rows do not see what is unlike them. Before these weights are used, ask"
            f" what they change over stored mentions: rezonans evaluate --shadow {folder}\n"
        )
    return found


def data_folder(given: Path | None, settings: Settings) -> Path:
    """The folder of labelled rows: the option, or the setting."""
    found = given or settings.models.data
    if found is None:
        raise SettingsError("no data folder; give it with --data, or set models.data")
    return found
