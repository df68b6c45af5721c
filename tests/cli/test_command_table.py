"""The table of commands agrees with the commands, and its help imports none of them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command

from monitor.cli import app
from monitor.cli.command_table import COMMANDS, CommandEntry, LazyCommands

HELP = """
import sys
from monitor.cli import run
code = run(sys.argv[1:])
slow = {"sqlalchemy", "pydantic", "asyncio", "aiohttp", "numpy", "fastapi", "monitor.cli.feeds"}
print("imported:", sorted(slow & set(sys.modules)), code)
"""


def in_a_new_process(*arguments: str) -> str:
    command = [sys.executable, "-c", HELP, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_an_entry_says_what_its_command_says(entry: CommandEntry):
    command = get_command(app).commands[entry.name]  # type: ignore[attr-defined] # a group
    assert command.name == entry.name
    assert command.get_short_help_str(1_000) == entry.help
    assert command.hidden == entry.hidden


def test_help_names_every_command_and_imports_none():
    output = in_a_new_process("--help")
    listed = output.partition("Commands:\n")[2]
    shown = [entry.name for entry in COMMANDS if not entry.hidden]
    assert [line.split()[0] for line in listed.splitlines()[: len(shown)]] == shown
    assert "label" not in listed
    assert output.endswith("imported: [] 0\n")


def test_a_command_imports_only_its_own_noun():
    assert "'monitor.cli.feeds'" not in in_a_new_process("silences", "--help")
    assert "'monitor.cli.feeds'" in in_a_new_process("feeds", "--help")


def test_a_word_that_is_no_command_is_an_error_with_the_nearest_ones(capsys):
    from monitor.cli import run

    assert run(["feedss"]) == 2
    assert "Did you mean 'feeds'?" in capsys.readouterr().err


def test_commands_can_be_replaced_and_removed():
    commands = LazyCommands()
    assert len(commands) == len(COMMANDS)
    commands["demo"] = "another"
    assert commands["demo"] == "another"
    del commands["demo"]
    assert "demo" not in commands
