"""Starts a real Apache Kafka on this machine: one node in KRaft mode, loopback only.

    python deploy/kafka/start.py [--port 9092] [--data var/kafka]

Maven fetches the broker's artefacts (`pom.xml` beside this file, about 45 MB, kept in Maven's
own folder); Java runs them with a heap of 512 MB. For development and tests: what a cluster
needs besides is in its own manifests. Guarantee: the process becomes the broker, so a signal
sent to it reaches the broker; the same data folder goes on where it stood.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
HEAP = ("-Xms512m", "-Xmx512m")
CLUSTER = "cmV6b25hbnMtbG9jYWwtMQ"
"""Any 16 bytes in base64: all nodes of a cluster share it."""
MISSING = 2
"""Exit code when this machine can not run it."""


def main() -> None:
    """Fetch, format the data folder once, become the broker."""
    arguments = _arguments()
    missing = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if missing:
        _refuse(f"no {' and no '.join(missing)} on this machine; install a JDK 17 and Maven")
    data: Path = arguments.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    libraries = _libraries(data / "libraries")
    properties = data / "server.properties"
    text = _properties(arguments.port, _free_port(), data / "log")
    more = arguments.properties.read_text(encoding="utf-8") if arguments.properties else ""
    properties.write_text(text + more)
    java = ["java", *HEAP, f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"]
    java += ["-cp", f"{libraries}/*"]
    if not (data / "log" / "meta.properties").exists():
        form = [*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(properties)]
        subprocess.run(form, check=True, stdout=subprocess.DEVNULL)
    print(f"Kafka on 127.0.0.1:{arguments.port}, data in {data}", file=sys.stderr, flush=True)
    os.execvp(java[0], [*java, "kafka.Kafka", str(properties)])  # noqa: S606 nothing of it is input


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=9092)
    parser.add_argument("--properties", type=Path, help="more settings of the server, over ours")
    parser.add_argument("--data", type=Path, default=Path("var/kafka"))
    return parser.parse_args()


def _refuse(reason: str) -> NoReturn:
    print(f"kafka: {reason}", file=sys.stderr)
    sys.exit(MISSING)


def _libraries(folder: Path) -> Path:
    """The jars of the broker, fetched once."""
    if not (folder / "complete").exists():
        fetch = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies"]
        if subprocess.run([*fetch, f"-DoutputDirectory={folder}"], check=False).returncode:
            _refuse("Maven could not fetch Kafka; what it says stands above")
        (folder / "complete").touch()
    return folder


def _properties(port: int, controller: int, log: Path) -> str:
    own = {
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "log.dirs": str(log),
    }
    shared = (HERE / "server.properties").read_text(encoding="utf-8")
    return shared + "".join(f"{name}={value}\n" for name, value in own.items())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
