"""Prometheus and Alertmanager as Debian ships them, with the files that we ship."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Gauge, start_http_server
from pytest_httpserver import HTTPServer

from rezonans.broker import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yml"

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here (Debian: prometheus, prometheus-alertmanager)")
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("promtool", "check", "rules", "rules.yml"),
        ("promtool", "test", "rules", "rules.test.yml"),
        ("promtool", "check", "config", "prometheus.yml"),
        ("amtool", "check-config", "../alertmanager/alertmanager.yml"),
    ],
)
def test_the_files_are_right(arguments: tuple[str, ...]) -> None:
    command = [tool(arguments[0]), *arguments[1:]]
    done = subprocess.run(
        command, cwd=RULES.parent, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_silent_source_reaches_the_operator(tmp_path: Path, httpserver: HTTPServer) -> None:
    """The gauge of a collector, our rules (without their patience), our routes, a webhook."""
    prometheus, alertmanager = tool("prometheus"), tool("prometheus-alertmanager")
    registry = CollectorRegistry()
    lag = Gauge("rezonans_source_lag_seconds", "as in the metrics", ["kind"], registry=registry)
    lag.labels("rss").set(4000)
    lag.labels("file").set(10)
    server, thread = start_http_server(0, "127.0.0.1", registry)
    httpserver.expect_request("/operator", method="POST").respond_with_data("")
    route = free_port()
    _write_routes(tmp_path, httpserver.url_for("/operator"))
    _write_rules(tmp_path, server.server_port, route)
    try:
        with (
            daemon(
                [alertmanager, "--config.file=alertmanager.yml", "--storage.path=routes"],
                [f"--web.listen-address=127.0.0.1:{route}", "--cluster.listen-address="],
                tmp_path,
            ),
            daemon(
                [prometheus, "--config.file=prometheus.yml", "--storage.tsdb.path=series"],
                [f"--web.listen-address=127.0.0.1:{free_port()}"],
                tmp_path,
            ),
        ):
            until = time.monotonic() + 60
            while not httpserver.log and time.monotonic() < until:
                time.sleep(0.2)  # processes of the operating system have no other signal
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
    assert httpserver.log, "nothing arrived"
    sent = httpserver.log[0][0].get_json()
    assert sent["status"] == "firing"
    assert [alert["labels"]["kind"] for alert in sent["alerts"]] == ["rss"]
    [alert] = sent["alerts"]
    assert alert["labels"]["alertname"] == "SourceSilent"
    assert alert["annotations"]["summary"] == "a rss source was not read for 1h 6m 40s"


def _write_routes(folder: Path, operator: str) -> None:
    text = (DEPLOY / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")
    text = text.replace("http://127.0.0.1:9094/alerts", operator)
    text = text.replace("group_wait: 30s", "group_wait: 1s")
    (folder / "alertmanager.yml").write_text(text, encoding="utf-8")


def _write_rules(folder: Path, port: int, route: int) -> None:
    rules = RULES.read_text(encoding="utf-8")
    assert "for: 5m" in rules
    (folder / "rules.yml").write_text(rules.replace("for: 5m", "for: 0s"), encoding="utf-8")
    (folder / "prometheus.yml").write_text(
        f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting:
  alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{route}"]}}]}}]
scrape_configs:
  - job_name: rezonans
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
""",
        encoding="utf-8",
    )


@contextmanager
def daemon(command: list[str], listen: list[str], folder: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [*command, *listen, "--log.level=error"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)
