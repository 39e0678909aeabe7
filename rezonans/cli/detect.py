"""`rezonans detect`: the shipped detector over any series of counts."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rezonans.cli import TOOLS, SettingsFile, app, settings_of
from rezonans.refused import SettingsError


@app.command(group=TOOLS)
def detect(
    *,
    input_: Annotated[Path, Parameter(name="--input", help="CSV with columns timestamp,value.")],
    output: Annotated[
        Path | None, Parameter(help="Where the scores go; default: standard output.")
    ] = None,
    step: Annotated[
        int | None, Parameter(help="Seconds a row, 10 to 3600; default: as the rows are.")
    ] = None,
    settings: SettingsFile = None,
) -> int:
    """Score a series of counts as the live system would score a lane of it.

    Out come timestamp, value, expected, low, high (the middle 80 %), score (0 to 1, an opening
    has 0.5 and more) and state (none, opened, open, escalated, closed). Each row is judged from
    the rows before it alone; rows that are left out, and rows without a value, are missing data.
    """
    from rezonans.cli.wiring import resonance
    from streams.resonance.detect import detect, write
    from streams.resonance.series import LEAST_STEP, MOST_STEP, Malformed, read, step_of

    if step is not None and not LEAST_STEP <= step <= MOST_STEP:
        raise SettingsError(f"--step {step}: seconds a row, {LEAST_STEP} to {MOST_STEP}")
    chosen = resonance(settings_of(settings))
    try:
        with input_.open(encoding="utf-8", newline="") as lines:
            points = read(lines)
        width = {"bin_seconds": step_of(points, step)}
        rows = list(detect(points, chosen.model_copy(update=width)))
    except Malformed as error:
        raise SettingsError(f"--input {input_}: {error}") from None
    except OSError as error:
        raise SettingsError(f"--input {input_}: {error.strerror}") from None
    try:
        with ExitStack() as stack:
            file = sys.stdout
            if output is not None:
                file = stack.enter_context(output.open("w", encoding="utf-8", newline=""))
            states = write(rows, file)
    except OSError as error:
        raise SettingsError(f"--output {output}: {error.strerror}") from None
    print(f"{len(rows)} rows, {states.get('opened', 0)} spikes", file=sys.stderr)
    return 0


@app.command(group=TOOLS)
def bench_detect(
    *,
    nab: Annotated[
        Path | None, Parameter(help="Folder of labelled series of the Numenta Anomaly Benchmark.")
    ] = None,
    lanes: Annotated[int, Parameter(help="Made-up lanes of a kind; 0 leaves this out.")] = 24,
    weeks: Annotated[int, Parameter(help="Their weeks, 4 or more.")] = 7,
    conversations: Annotated[
        int, Parameter(help="Days of a made-up region that talks, 8 or more; 0 leaves this out.")
    ] = 14,
    seed: int = 1,
) -> int:
    """Measure the shipped detector: false openings, injected spikes, labelled series."""
    from streams.resonance.bench import bench as cost
    from streams.resonance.settings import ResonanceSettings
    from streams.trials import report
    from streams.trials.spread import spread, stories

    if nab is not None and not (nab / "combined_windows.json").is_file():
        raise SettingsError(f"--nab {nab}: no combined_windows.json there")
    if lanes < 0 or weeks < 4:
        raise SettingsError("--lanes: a number from 0; --weeks: 4 or more")
    if conversations and conversations < 8:
        raise SettingsError("--conversations: 0, or 8 days and more")
    for line in report.conversations(conversations, seed) if conversations else ():
        print(line, flush=True)
    for line in report.false_openings(lanes, weeks, seed) if lanes else ():
        print(line, flush=True)
    for line in report.in_live_bins(max(1, lanes // 2), weeks, seed) if lanes else ():
        print(line, flush=True)
    for line in report.beside_posts(max(1, lanes // 4), weeks, seed) if lanes else ():
        print(line, flush=True)
    for line in report.districts(5 * lanes, weeks, seed) if lanes else ():
        print(line, flush=True)
    for line in (*spread(4 * weeks, seed), *stories(22 * weeks, seed)) if lanes else ():
        print(line, flush=True)
    if nab is not None:
        for line in report.anomaly_benchmark(nab, ResonanceSettings()):
            print(line, flush=True)
    figures = cost(100_000)
    print(
        f"a bin of 100,000 lanes: {figures['close_ms']:.1f} ms, "
        f"{figures['bytes_per_lane']:.0f} bytes a lane"
    )
    return 0
