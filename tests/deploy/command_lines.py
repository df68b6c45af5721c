"""Command lines of `monitor` in files for operators."""

from __future__ import annotations

from typer.main import get_command

from monitor.cli import app


def exists(words: list[str]) -> bool:
    """Whether this is a command line of `monitor` with existing options."""
    command, rest = get_command(app), list(words)
    while rest and hasattr(command, "commands"):
        if rest[0] not in command.commands:
            return False
        command = command.commands[rest.pop(0)]
    options = {option for parameter in command.params for option in parameter.opts}
    return {word for word in rest if word.startswith("--")} <= options
