"""What a person types, run in this process: starting Python anew for each command costs seconds."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout

import pytest

from rezonans.cli import main


def typed(*arguments: str, env: Mapping[str, str], code: int = 0) -> str:
    """What `rezonans` says on standard output, and on standard error where it refuses; it has to
    end with that code. `env` is all that it sees of the environment."""
    said, complained = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in set(os.environ) - set(env):
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        with redirect_stdout(said), redirect_stderr(complained), pytest.raises(SystemExit) as end:
            main(list(arguments))
    assert end.value.code == code, said.getvalue() + complained.getvalue()
    return said.getvalue() + (complained.getvalue() if code == 2 else "")
