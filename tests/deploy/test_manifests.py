"""The manifests start what there is, with settings that exist, and open no door by accident."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import yaml

from rezonans import settings, topics
from rezonans.cli import app, register
from streams.ending import DRAIN_SECONDS

DEPLOY = Path(__file__).parents[2] / "deploy"
SCHEMAS = Path(__file__).parents[1] / "fixtures" / "schemas"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
THREE = yaml.safe_load((DEPLOY / "compose.three.yaml").read_text(encoding="utf-8"))


def documents() -> Iterator[Any]:
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def containers() -> Iterator[Any]:
    for document in documents():
        pod = document.get("spec", {}).get("template", {}).get("spec", {})
        yield from [*pod.get("initContainers", ()), *pod.get("containers", ())]


def ours() -> dict[str, Any]:
    return {
        name: service
        for name, service in COMPOSE["services"].items()
        if service["image"] == "rezonans"
    }


def accepted(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    """The settings take every variable, by name and by value."""
    with monkeypatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value.split(":?")[0].replace("${", "").split(":-")[-1].rstrip("}"))
        settings.read(None)


@pytest.mark.parametrize("name", sorted(ours()))
def test_compose_starts_commands_and_settings_that_exist(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    service = ours()[name]
    app.parse_args(service["command"], exit_on_error=False, print_error=False)
    accepted(monkeypatch, {key: str(value) for key, value in service["environment"].items()})


def test_compose_opens_ports_on_the_loopback_only() -> None:
    ports = [p for service in COMPOSE["services"].values() for p in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_compose_has_no_password_of_its_own() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "TOKEN" in name:
                assert str(value).startswith("${"), name


def test_compose_mounts_what_is_there() -> None:
    named = set(COMPOSE["volumes"])
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            at_hand = source in named or source == "./rezonans.toml"
            assert at_hand or (DEPLOY / source).exists(), volume


def test_compose_files_are_what_the_specification_knows() -> None:
    schema = json.loads((SCHEMAS / "compose.json").read_text(encoding="utf-8"))
    check = jsonschema_rs.validator_for(schema)
    for found in (COMPOSE, THREE):
        assert [error.message for error in check.iter_errors(found)] == []


@pytest.mark.parametrize("number", range(len(list(documents()))))
def test_objects_of_kubernetes_are_what_its_api_takes(number: int) -> None:
    found = list(documents())[number]
    schemas = json.loads((SCHEMAS / "kubernetes.json").read_text(encoding="utf-8"))
    schema = {**schemas["kinds"][found["kind"]], "$defs": schemas["$defs"]}
    errors = jsonschema_rs.validator_for(schema).iter_errors(found)
    assert [f"{error.instance_path}: {error.message}" for error in errors] == []


def test_a_field_that_kubernetes_does_not_know_is_found() -> None:
    schemas = json.loads((SCHEMAS / "kubernetes.json").read_text(encoding="utf-8"))
    schema = {**schemas["kinds"]["Service"], "$defs": schemas["$defs"]}
    wrong = {"apiVersion": "v1", "kind": "Service", "spec": {"selectors": {}}}
    assert not jsonschema_rs.validator_for(schema).is_valid(wrong)


def test_containers_of_kubernetes_start_what_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    register()
    lines = (DEPLOY / "kubernetes" / "settings.env").read_text(encoding="utf-8").splitlines()
    shared = dict(line.split("=", 1) for line in lines)
    seen = set()
    for container in containers():
        seen.add(container["name"])
        app.parse_args(container["args"], exit_on_error=False, print_error=False)
        own = {one["name"]: one["value"] for one in container.get("env", ()) if "value" in one}
        accepted(monkeypatch, {**shared, **own})
    assert seen >= {"understand", "resonate", "store", "collect", "desk", "topics", "schema"}


def test_long_running_containers_are_probed_and_unprivileged() -> None:
    running = [one for one in containers() if one["name"] not in ("topics", "schema")]
    for container in running:
        asked = {
            container[probe]["httpGet"]["path"] for probe in ("readinessProbe", "livenessProbe")
        }
        assert asked in ({"/ready", "/live"}, {"/health"}), "metrics answer from a thread anyway"
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["resources"]["limits"]["memory"]


def test_who_is_asked_to_stop_has_the_time_for_it_and_no_token_of_the_cluster() -> None:
    pods = [one["spec"]["template"]["spec"] for one in documents() if "template" in one["spec"]]
    running = [pod for pod in pods if pod.get("restartPolicy") != "OnFailure"]
    assert len(running) == 5
    assert all(pod["terminationGracePeriodSeconds"] > DRAIN_SECONDS for pod in running)
    assert float(COMPOSE["x-rezonans"]["stop_grace_period"].rstrip("s")) > DRAIN_SECONDS
    assert not any(pod["automountServiceAccountToken"] for pod in pods)


def test_kustomize_renders_it() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("no kubectl here")
    done = subprocess.run(
        [kubectl, "kustomize", str(DEPLOY / "kubernetes")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kinds = [found["kind"] for found in yaml.safe_load_all(done.stdout)]
    assert kinds.count("Deployment") == 3
    assert kinds.count("StatefulSet") == 2


def together() -> dict[str, Any]:
    """The services of both files, with the environment of each as compose merges it."""
    found = {name: dict(service) for name, service in COMPOSE["services"].items()}
    for name, service in THREE["services"].items():
        one = found.setdefault(name, {})
        environment = {**one.get("environment", {}), **service.get("environment", {})}
        found[name] = {**one, **service, "environment": environment}
    return found


def test_three_brokers_elect_each_other_and_keep_what_they_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    merged = together()
    brokers = {name: one for name, one in merged.items() if name.startswith("kafka")}
    voters = {f"{one['environment']['KAFKA_NODE_ID']}@{name}:9093" for name, one in brokers.items()}
    for name, one in brokers.items():
        assert set(one["environment"]["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")) == voters
        assert one["environment"]["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{name}:9092"
        assert [f"{name}:{one['environment']['KAFKA_LOG_DIRS']}"] == one["volumes"]
    assert len({one["environment"]["KAFKA_NODE_ID"] for one in brokers.values()}) == 3
    talking = {n for n, one in ours().items() if "REZONANS_KAFKA__SERVERS" in one["environment"]}
    assert talking - {"schema"} == {n for n in THREE["services"] if n in talking} - {"schema"}
    for name in talking - {"schema"}:
        environment = merged[name]["environment"]
        accepted(monkeypatch, {key: str(value) for key, value in environment.items()})
        assert environment["REZONANS_KAFKA__REPLICATION"] == "3"


def _servers(name: str) -> ElementTree.Element:
    return ElementTree.parse(DEPLOY / "clickhouse-servers" / name).getroot()


def _hosts(found: ElementTree.Element, path: str) -> list[str]:
    return [str(one.text) for one in found.findall(path)]


@pytest.mark.parametrize(
    ("three", "keepers", "replicas"),
    [
        ("", ["keeper"], ["clickhouse"]),
        (".three", ["keeper", "keeper-2", "keeper-3"], ["clickhouse", "clickhouse-2"]),
    ],
)
def test_servers_and_keepers_know_each_other(
    three: str, keepers: list[str], replicas: list[str]
) -> None:
    services = {**COMPOSE["services"], **(THREE["services"] if three else {})}
    assert [name for name in sorted(services) if name.startswith("keeper")] == keepers
    assert [name for name in sorted(services) if name.startswith("clickhouse")] == replicas
    keeper, server = _servers(f"keeper{three}.xml"), _servers(f"cluster{three}.xml")
    raft = "keeper_server/raft_configuration/server"
    assert _hosts(keeper, f"{raft}/hostname") == keepers
    assert _hosts(keeper, f"{raft}/id") == [str(n + 1) for n in range(len(keepers))]
    assert _hosts(server, "zookeeper/node/host") == keepers
    named = COMPOSE["services"]["store"]["environment"]["REZONANS_STORE__CLUSTER"]
    assert _hosts(server, f"remote_servers/{named}/shard/replica/host") == replicas
    for name in keepers:
        mounted = str(services[name]["volumes"])
        assert f"./clickhouse-servers/keeper{three}.xml:/etc/clickhouse-keeper/" in mounted
        if three:
            assert services[name]["environment"]["KEEPER_ID"] == keepers.index(name) + 1
    for name in replicas:
        assert f"./clickhouse-servers/cluster{three}.xml:" in str(services[name]["volumes"])
        assert together()[name]["environment"]["REPLICA"] == name


def test_variables_of_the_servers_are_given_to_them() -> None:
    for name, service in {"clickhouse": COMPOSE, "clickhouse-2": THREE}.items():
        given = service["services"][name]["environment"]
        asked = {
            str(one.get("from_env"))
            for file in ("cluster.xml", "cluster.three.xml")
            for one in _servers(file).iter()
            if one.get("from_env")
        }
        assert asked <= set(given)


def test_the_one_broker_keeps_its_log_on_its_volume() -> None:
    kafka = COMPOSE["services"]["kafka"]
    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]


INTAKE = settings.Intake().port


def test_compose_publishes_the_door_of_what_is_pushed() -> None:
    collect = COMPOSE["services"]["collect"]
    assert collect["ports"] == [f"127.0.0.1:{INTAKE}:{INTAKE}"]
    assert collect["environment"]["REZONANS_INTAKE__HOST"] == "0.0.0.0"


def test_the_door_of_what_is_pushed_has_a_service_of_its_own_inside_the_cluster() -> None:
    """An ingress that names it reaches the door, never the metrics."""
    (service,) = [
        one["spec"]
        for one in documents()
        if one["kind"] == "Service" and one["metadata"]["name"] == "intake"
    ]
    assert service["type"] == "ClusterIP"
    (port,) = service["ports"]
    (door,) = [
        (pod["metadata"]["labels"], container)
        for pod in (one["spec"]["template"] for one in documents() if one["kind"] == "StatefulSet")
        for container in pod["spec"]["containers"]
        if container["name"] == "collect"
    ]
    labels, container = door
    assert labels == service["selector"]
    assert (
        {one["name"]: one["containerPort"] for one in container["ports"]}[port["targetPort"]]
        == port["port"]
        == INTAKE
    )
    own = {one["name"]: one.get("value") for one in container["env"]}
    assert own["REZONANS_INTAKE__HOST"] == "0.0.0.0"


def test_understanding_scales_by_its_lag_up_to_the_partitions() -> None:
    (scaled,) = [one for one in documents() if one["kind"] == "ScaledObject"]
    (trigger,) = scaled["spec"]["triggers"]
    assert trigger["metadata"]["topic"] == topics.POSTS.name
    assert trigger["metadata"]["consumerGroup"] == "rezonans-understand"
    assert scaled["spec"]["maxReplicaCount"] <= topics.POSTS.partitions
    named = scaled["spec"]["scaleTargetRef"]["name"]
    assert named in {one["metadata"]["name"] for one in documents() if one["kind"] == "Deployment"}
