"""The starter of a real Kafka on a machine that can not run one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.kafka.cluster import STARTER, UNFIT


def test_without_java_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(STARTER), "--data", str(tmp_path / "data")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == UNFIT
    assert done.stderr == (
        "kafka: no java and no mvn on this machine; install a JDK 17 and Maven\n"
    )
    assert not (tmp_path / "data").exists()
