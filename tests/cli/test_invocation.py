"""Settings and the store of a command: which configuration file, and whether there must be one."""

from __future__ import annotations

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
