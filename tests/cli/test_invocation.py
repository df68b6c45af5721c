"""Settings and the store of a command: which configuration file, and whether there must be one."""

from __future__ import annotations

import pytest

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
    assert "explain" in terminal("--help").out


def test_an_unknown_command_is_a_usage_error(terminal: Terminal):
    assert terminal("nonsense").code == 2
