"""Container files: commands, paths, ports and settings that can be checked without a build."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor import __version__
from monitor.runtime.process import Role
from monitor.settings.sections import Settings
from tests.deploy.command_lines import exists

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.+)$", DOCKERFILE, re.MULTILINE)


def test_every_command_of_the_dockerfile_exists():
    (entrypoint,) = instructions("ENTRYPOINT")
    assert yaml.safe_load(entrypoint) == ["monitor"]
    assert exists(yaml.safe_load(instructions("CMD")[-1]))
    (check,) = re.findall(r"^HEALTHCHECK .*CMD (.+)$", DOCKERFILE, re.MULTILINE)
    program, *words = yaml.safe_load(check)
    assert program == "monitor"
    assert exists(words)


def test_every_file_that_the_dockerfile_copies_is_there_and_not_ignored():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for line in instructions("COPY"):
        words = [word for word in shlex.split(line) if not word.startswith("--")]
        if "--from" in line or words[0] == ".":
            continue
        assert (ROOT / words[0]).exists()
        assert f"!{words[0]}" in ignored
    for name in ("monitor", "config", "models", "pyproject.toml", "README.md", "LICENSE"):
        assert f"!{name}" in ignored
        assert (ROOT / name).exists()


def test_every_file_that_the_wheel_holds_is_sent_to_the_builder() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    sent = [
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
        if line.startswith("!")
    ]
    for name in listed:
        assert any(Path(name).is_relative_to(folder) for folder in sent), name


def test_the_image_does_not_run_as_root():
    assert instructions("USER") == ["watchpost"]


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_in_compose_exists(name):
    assert exists(OURS[name]["command"])
    check = OURS[name]["healthcheck"]
    assert check.get("disable") or check["test"][:3] == ["CMD", "python", "-c"]


def check_health(port: int) -> int:
    """The exit code of compose's health check, asking this port."""
    code = OURS["watchpost"]["healthcheck"]["test"][3]
    assert "127.0.0.1:8080" in code
    code = code.replace(":8080", f":{port}")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30)
    return done.returncode


async def test_the_health_check_of_compose_fails_for_an_unhealthy_service(server):
    server.serve("/healthz", b"{}")
    port = int(server.base.rpartition(":")[2])
    assert await asyncio.to_thread(check_health, port) == 0
    server.serve("/healthz", b"{}", status="503 Service Unavailable")
    assert await asyncio.to_thread(check_health, port) == 1


def test_the_health_check_asks_the_port_that_the_service_listens_at():
    listen = OURS["watchpost"]["environment"]["MONITOR_WEB__LISTEN"]
    assert listen.endswith(":8080")
    assert OURS["watchpost"]["ports"] == ["127.0.0.1:8080:8080"]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_ours_in_compose_is_a_setting(name):
    for variable in OURS[name]["environment"]:
        section, _, key = variable.removeprefix("MONITOR_").lower().partition("__")
        assert key in Settings.model_fields[section].annotation.model_fields


def test_every_command_in_the_comments_exists():
    lines = re.findall(r"docker compose run --rm watchpost (.+)$", COMPOSE_TEXT, re.MULTILINE)
    assert lines
    for line in lines:
        assert exists(shlex.split(line)), line


def test_ports_are_open_to_this_machine_only():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_password_has_a_default():
    passwords = re.findall(r"\$\{(\w*PASSWORD)(:[?-])([^}]*)\}", COMPOSE_TEXT)
    assert passwords
    assert all(sign == ":?" or not default for _, sign, default in passwords)


def test_the_database_is_postgresql_17_with_a_health_check_and_a_volume():
    database = SERVICES["database"]
    assert database["image"] == "postgres:17"
    assert database["healthcheck"]["test"]
    assert database["volumes"][0].partition(":")[0] in COMPOSE["volumes"]


def test_who_depends_on_whom_is_declared():
    assert SERVICES["upgrade"]["depends_on"]["database"]["condition"] == "service_healthy"
    waits = SERVICES["watchpost"]["depends_on"]["upgrade"]["condition"]
    assert waits == "service_completed_successfully"


def test_the_mail_catcher_is_for_development():
    assert SERVICES["mail"]["profiles"] == ["dev"]


def test_images_have_versions():
    for name, service in SERVICES.items():
        assert ":" in service["image"], name
    assert OURS["watchpost"]["image"] == f"watchpost:{__version__}"


class TestProfileScale:
    def test_has_two_workers_that_work_as_the_service_does_without_a_console(self):
        worker = OURS["worker"]
        assert worker["profiles"] == ["scale"]
        assert worker["deploy"]["replicas"] == 2
        assert "--role" not in worker["command"]
        assert worker["environment"]["MONITOR_WEB__CONSOLE"] == "false"
        assert "ports" not in worker
        shared = {**OURS["watchpost"]["environment"], "MONITOR_WEB__CONSOLE": "false"}
        assert worker["environment"] == shared

    def test_has_the_same_health_check_and_waits_for_the_same_upgrade(self):
        for part in ("healthcheck", "depends_on"):
            assert OURS["worker"][part] == OURS["watchpost"][part]

    def test_takes_the_role_of_the_process_with_the_pages_from_a_variable(self):
        role = OURS["watchpost"]["command"][2]
        assert role == "${WATCHPOST_ROLE:-all}"
        (comment,) = re.findall(r'echo "WATCHPOST_ROLE=(\w+)" >> .env', COMPOSE_TEXT)
        assert not Role(comment).polls
        assert Role(comment).serves
        assert Role("all").polls
