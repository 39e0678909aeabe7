"""The command `rezonans`: composition root, the only place that knows all stages.

Stages are imported inside the commands, so that a command loads what it needs and no more.
Exit codes: 0 done, 1 a failure of ours or of the world, 2 a mistake that the user can mend, 130
cut off by Ctrl-C.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Group, Parameter

from rezonans import __version__
from rezonans.redaction import SECRETS
from rezonans.refused import SettingsError
from rezonans.settings import Settings, read

DEFAULT_FILE = Path("rezonans.toml")

SettingsFile = Annotated[
    Path | None,
    Parameter(name="--settings", help="Settings file; default: rezonans.toml where it exists."),
]

PROCESSES = Group("Processes", help="Started by `run`; by hand on a cluster.", sort_key=2)
TOOLS = Group("Tools", sort_key=1)

app = App(
    name="rezonans",
    help="The listening pipeline of a situation centre.",
    version=__version__,
    default_parameter=Parameter(negative=()),
)


def settings_of(path: Path | None) -> Settings:
    """The settings of a command: the file named, or the default one, with the environment."""
    return read(own_file(path))


def own_file(path: Path | None) -> Path | None:
    """The settings file of a command; `None` where there is none."""
    return DEFAULT_FILE if path is None and DEFAULT_FILE.exists() else path


def fail(message: str) -> None:
    """Say what is wrong in one line."""
    print(f"rezonans: {SECRETS(message)}", file=sys.stderr)


def register() -> None:
    """Every command, by importing its module: they import stages only when they run."""
    from rezonans.cli import (  # noqa: F401
        alerts,
        backfilling,
        backtest,
        bench,
        check,
        collecting,
        dead_letters,
        detect,
        doctor,
        evaluate,
        explain,
        forecast,
        models,
        processes,
        replay,
        run,
        taxonomy,
        tools,
        upkeep,
        viral,
    )


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    register()
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        fail(f"{error}; see `rezonans --help`".replace("\n", " "))
        code = 2
    except SettingsError as error:
        fail(str(error))
        code = 2
    except BrokenPipeError:
        code = 0
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)
