"""Kubernetes manifests: their form, and what they say of commands, settings, ports and paths."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor import __version__
from monitor.settings.loader import load
from monitor.settings.sections import Settings
from tests.deploy.command_lines import exists

PATH = Path(__file__).parents[2] / "deploy" / "kubernetes" / "watchpost.yaml"
TEXT = PATH.read_text(encoding="utf-8")
OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all(TEXT))
BY_NAME = {f"{thing['kind']} {thing['metadata']['name']}": thing for thing in OBJECTS}
PODS = {
    name: thing["spec"]["template"]
    for name, thing in BY_NAME.items()
    if "template" in thing.get("spec", {})
}
CONTAINERS = {name: pod["spec"]["containers"][0] for name, pod in PODS.items()}
DEPLOYMENTS = [name for name in PODS if name.startswith("Deployment")]


@pytest.mark.parametrize("version", ["1.30", "1.37"])
@pytest.mark.parametrize("name", BY_NAME)
def test_every_object_is_valid_by_the_schemas_of_kubernetes(name, version):
    validator = pytest.importorskip(
        "kubernetes_validate", reason="`pip install kubernetes-validate` brings 108 MB of schemas"
    )
    validator.validate(BY_NAME[name], version, strict=True)


def test_objects_have_versions_kinds_and_names_of_their_own():
    assert len(BY_NAME) == len(OBJECTS)
    for thing in OBJECTS:
        assert re.fullmatch(r"([a-z]+/)?v1", thing["apiVersion"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_command_exists(name):
    assert exists(CONTAINERS[name]["args"])


def test_every_command_in_the_comments_exists():
    lines = re.findall(r"^# .* -- monitor (.+)$", TEXT, re.MULTILINE)
    assert lines
    for line in lines:
        assert exists(shlex.split(line)), line


def test_the_comments_name_what_the_file_has():
    for kind, name in re.findall(r"(deploy|service)/(watchpost[\w-]*)", TEXT):
        full = {"deploy": "Deployment", "service": "Service"}[kind]
        assert f"{full} {name}" in BY_NAME
    assert "--filename deploy/kubernetes/watchpost.yaml" in TEXT


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_variable_is_a_setting_or_names_the_configuration(name):
    for variable in CONTAINERS[name]["env"]:
        if variable["name"] == "MONITOR_CONFIG":
            (mount,) = [m for m in CONTAINERS[name]["volumeMounts"] if m.get("readOnly")]
            assert variable["value"] == f"{mount['mountPath']}/monitor.toml"
            continue
        section, _, key = variable["name"].removeprefix("MONITOR_").lower().partition("__")
        assert key in Settings.model_fields[section].annotation.model_fields


def test_the_configuration_is_one(tmp_path):
    (key,) = BY_NAME["ConfigMap watchpost"]["data"]
    assert key == "monitor.toml"
    file = tmp_path / key
    file.write_text(BY_NAME["ConfigMap watchpost"]["data"][key])
    assert load(file, environment={}).poll.contact == ""


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_selectors_choose_the_pods(name):
    deployment = BY_NAME[name]["spec"]
    assert deployment["selector"]["matchLabels"] == PODS[name]["metadata"]["labels"]


def test_the_service_leads_to_the_pages_and_the_budget_keeps_a_worker():
    assert (
        BY_NAME["Service watchpost"]["spec"]["selector"]
        == (PODS["Deployment watchpost-web"]["metadata"]["labels"])
    )
    budget = BY_NAME["PodDisruptionBudget watchpost-worker"]["spec"]
    assert (
        budget["selector"]["matchLabels"]
        == (PODS["Deployment watchpost-worker"]["metadata"]["labels"])
    )
    assert budget["minAvailable"] < BY_NAME["Deployment watchpost-worker"]["spec"]["replicas"]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_probes_ask_the_port_that_the_process_listens_at(name):
    container = CONTAINERS[name]
    (listen,) = [v["value"] for v in container["env"] if v["name"] == "MONITOR_WEB__LISTEN"]
    (port,) = container["ports"]
    assert listen == f"0.0.0.0:{port['containerPort']}"
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        (asked,) = [
            part for kind, part in container[probe].items() if kind in ("httpGet", "tcpSocket")
        ]
        assert asked["port"] == port["name"]


def test_no_probe_restarts_a_process_because_the_database_is_down():
    for name in DEPLOYMENTS:
        assert "tcpSocket" in CONTAINERS[name]["livenessProbe"]
    assert CONTAINERS["Deployment watchpost-worker"]["readinessProbe"]["httpGet"]["path"] == (
        "/healthz"
    )


@pytest.mark.parametrize("name", PODS)
def test_nothing_runs_as_root_or_gains_rights(name):
    assert PODS[name]["spec"]["securityContext"]["runAsNonRoot"]
    assert not PODS[name]["spec"]["automountServiceAccountToken"]
    rights = CONTAINERS[name]["securityContext"]
    assert not rights["allowPrivilegeEscalation"]
    assert rights["capabilities"]["drop"] == ["ALL"]


def test_the_image_is_of_this_version_and_no_password_is_in_the_file():
    assert {c["image"] for c in CONTAINERS.values()} == {f"watchpost:{__version__}"}
    for container in CONTAINERS.values():
        (database,) = [v for v in container["env"] if v["name"] == "MONITOR_DATABASE__URL"]
        assert "value" not in database
        assert database["valueFrom"]["secretKeyRef"]["name"] == "watchpost"
