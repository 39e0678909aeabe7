"""`rezonans understand` and `rezonans train`: the public face of the models."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rezonans.cli import TOOLS, app, fail
from rezonans.records import Invalid
from rezonans.settings import SettingsError

BATCH = 256


@app.command(group=TOOLS)
def understand(
    *,
    input_: Annotated[
        Path | None,
        Parameter(name="--input", help="A file of JSON lines; default: standard input."),
    ] = None,
) -> int:
    """Label texts: JSON lines in, the same objects with labels out.

    A line is {"text": ..., "title"?, "context"?, "home"?}. Added are language, script, topics
    ([code, probability], best first), appeal, sentiment, urgent and places. A line that can
    not be read comes out with "error" and the command ends with exit code 1.
    """
    from models.jsonl import understand_lines
    from models.understanding import load
    from models.weights import WeightsError

    try:
        model = load()
        source = input_.open("rb") if input_ else nullcontext(sys.stdin.buffer)
    except WeightsError as error:
        raise SettingsError(str(error)) from None
    except OSError as error:
        raise SettingsError(f"--input {input_}: {error.strerror}") from None
    bad = 0
    with source as lines:
        for line in understand_lines(lines, model, BATCH):
            bad += line.startswith(b'{"error"')
            sys.stdout.buffer.write(line.rstrip(b"\n") + b"\n")
            sys.stdout.buffer.flush()
    if bad:
        fail(f'{bad} of the lines could not be read; see their "error"')
    return 1 if bad else 0


@app.command(group=TOOLS)
def train(
    head: str,
    *,
    data: Annotated[Path, Parameter(help="The folder of the training data.")],
    out: Annotated[
        Path | None, Parameter(help="Where weights, card and report go; default: the package.")
    ] = None,
) -> int:
    """Train one head and write its weights, card and report.

    Heads: language, topic, appeal, sentiment_ru, sentiment_kk, urgent.
    """
    from models.train import run
    from models.weights import ARTIFACTS

    folder = out or ARTIFACTS
    try:
        run(head, data, folder)
    except Invalid as error:
        raise SettingsError(str(error)) from None
    print((folder / head / "card.md").read_text(encoding="utf-8"))
    return 0
