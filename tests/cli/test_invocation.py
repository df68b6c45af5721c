"""Settings and the store of a command: which configuration file, and whether there must be one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import invocation
from tests.cli.conftest import Terminal


def test_a_command_on_the_database_needs_a_configuration(terminal: Terminal):
    message = terminal.refused("feeds", "list")
    assert "`monitor init` makes one here" in message
    assert "MONITOR_CONFIG" in message


def test_the_configuration_file_is_an_option_before_the_command(terminal: Terminal):
    assert terminal("init", "elsewhere", "--bare").code == 0
    file = str(terminal.folder / "elsewhere" / "monitor.toml")
    assert terminal("--config", file, "feeds", "list").code == 0
    assert "missing.toml" in terminal.refused("--config", "missing.toml", "feeds", "list")


def test_a_command_without_configuration_says_how_to_make_one(terminal: Terminal):
    message = terminal.refused("feeds", "list")
    assert "monitor init" in message
    assert "MONITOR_CONFIG" in message
    assert list(terminal.folder.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [("feeds", "list"), ("poll",), ("deliver",), ("doctor",), ("config", "check"), ("run",)],
)
def test_a_wrong_setting_stops_every_command_with_its_place(watch: Terminal, words):
    (watch.folder / "monitor.toml").write_text("[poll]\nevry = '1m'\n")
    message = watch.refused(*words)
    assert "monitor.toml:2" in message
    assert "did you mean every?" in message


def test_help_and_version(terminal: Terminal):
    assert "Watchpost" in terminal("--version").out
    for option in ("--help", "-h"):
        assert "explain" in terminal(option).out
        assert "interval" in terminal("feeds", option).out
        assert "--every" in terminal("feeds", "add", option).out


def test_a_shell_is_shown_its_completion():
    # bash replaces itself by its last command, and is then no shell that calls the program
    script = '"$0" -m monitor --show-completion; exit $?'
    shown = subprocess.run(
        ["bash", "-c", script, sys.executable], capture_output=True, text=True, check=True
    )
    assert "_MONITOR_COMPLETE=complete_bash" in shown.stdout


def test_a_shell_completes_commands(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("_MONITOR_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "monitor subscriptions e")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert terminal().out.split() == ["edit"]


def test_an_unknown_command_is_a_usage_error(terminal: Terminal):
    assert terminal("nonsense").code == 2


@pytest.fixture
def virtual_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program in a virtual environment that is not on the path of the shell."""
    program = tmp_path / "my venv" / "bin" / "monitor"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(program), "demo"])
    monkeypatch.setenv("PATH", "/nowhere")
    return program


def test_a_program_that_the_shell_does_not_find_is_named_by_its_path(virtual_environment: Path):
    assert invocation.program() == f"'{virtual_environment}'"


def test_a_program_on_the_path_is_named_by_its_name(
    virtual_environment: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(virtual_environment.parent))
    assert invocation.program() == "monitor"


def test_asynchronous_work_is_run_to_its_end():
    async def work() -> str:
        return "done"

    assert invocation.run(work()) == "done"
